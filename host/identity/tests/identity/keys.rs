//! Exchanging keys: killed after any commit, it goes on, and at no moment is a secret out of reach.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use tieline_identity::{KeyFile, MasterKey, Passed, Sealed, Vault, VaultError};
use tieline_store::{Batch, Key, Piece, Space, Store};
use tieline_types::{Clock, ManualClock, Secret, TenantId, Timestamp};

use crate::{
    scene::{Disk, MASTER},
    stopping::Stopping,
};

const START: Timestamp = Timestamp(1_800_000_000_000);

async fn open(store: &Arc<dyn Store>) -> Vault {
    Vault::open(store.clone(), &MasterKey::new(MASTER)).await.unwrap()
}

fn tenants() -> [TenantId; 2] {
    ["acme", "globex"].map(|tenant| tenant.parse().unwrap())
}

/// Every form in which something sealed stands: texts in JSON, several of them, a text alone, a content, in a place without
/// its tenant, with an end. More than a page of each.
async fn sealed(store: &Arc<dyn Store>) -> Vec<(TenantId, Key)> {
    let vault = open(store).await;
    let (mut batch, mut all) = (Batch::new(), Vec::new());
    for n in 0..40_u64 {
        let tenant = &tenants()[(n % 2) as usize];
        let seal = async |what: &str| {
            let secret = Secret::new(format!("canary {n}"));
            vault.seal(tenant, &format!("{what} {n}"), &secret).await.unwrap()
        };
        let (space, value) = match n % 4 {
            0 => (Space::Connection, json!({ "a": seal("a").await, "deep": [seal("b").await] }).to_string()),
            1 => (Space::Token, json!(seal("a").await).to_string()),
            2 => (Space::Subscription, json!({ "a": seal("a").await, "n": n }).to_string()),
            _ => (Space::Webhook, json!({ "a": seal("a").await }).to_string()),
        };
        let key = Key::new(space).number(n);
        batch = match n % 4 {
            3 => batch.put_until(key.clone(), value, START.after(Duration::from_secs(60))),
            _ => batch.put(key.clone(), value),
        };
        let content = vault.seal_content(tenant, &format!("c {n}"), format!("canary {n}").into_bytes()).await;
        let tape = Key::new(Space::Journal).part(tenant.as_str()).number(n);
        batch = batch.put(tape.clone(), content.unwrap());
        all.extend([(tenant.clone(), key), (tenant.clone(), tape)]);
    }
    store.commit(batch).await.unwrap();
    all
}

/// Every secret opens, and is what it was.
async fn all_open(store: &Arc<dyn Store>, all: &[(TenantId, Key)]) {
    let vault = open(store).await;
    for (tenant, key) in all {
        let value = store.get(key).await.unwrap().unwrap();
        let n = key.last_number().unwrap();
        if key.space() == Space::Journal {
            let content = vault.unseal_content(tenant, &format!("c {n}"), &value.bytes).await.unwrap();
            assert_eq!(content, format!("canary {n}").as_bytes());
            continue;
        }
        let read: serde_json::Value = serde_json::from_slice(&value.bytes).unwrap();
        let a = if read.is_string() { &read } else { &read["a"] };
        let mut texts = vec![("a", a)];
        texts.extend(read.get("deep").map(|deep| ("b", &deep[0])));
        for (what, text) in texts {
            let sealed: Sealed = serde_json::from_value(text.clone()).unwrap();
            let opened = vault.unseal(tenant, &format!("{what} {n}"), &sealed).await.unwrap();
            assert_eq!(opened.expose(), format!("canary {n}"));
        }
    }
}

/// As the host does it: another key for every tenant, everything sealed anew, the old key dropped.
async fn exchange(vault: &Vault, clock: &ManualClock) -> Result<Passed, VaultError> {
    for tenant in tenants() {
        vault.begin(&tenant, clock.now()).await?;
    }
    let mut pass = vault.pass().await?;
    while pass.step(vault).await? {}
    finish(vault).await?;
    Ok(pass.passed())
}

async fn finish(vault: &Vault) -> Result<(), VaultError> {
    let mut clean = vault.pass().await?;
    while clean.step(vault).await? {}
    assert_eq!(clean.passed().resealed, 0);
    for (tenant, id) in clean.old().map(|(tenant, id)| (tenant.clone(), id.to_owned())).collect::<Vec<_>>() {
        vault.finish(&tenant, &[id]).await?;
    }
    Ok(())
}

async fn ids(store: &Arc<dyn Store>) -> Vec<String> {
    let keys = open(store).await.keys().await.unwrap();
    keys.into_iter().flat_map(|of| of.keys.into_iter().map(|key| key.id)).collect()
}

/// Whether something stands anywhere in the store.
async fn stands(store: &Arc<dyn Store>, text: &str) -> bool {
    let mut snapshot = store.snapshot().await.unwrap();
    while let Some(piece) = snapshot.next().await.unwrap() {
        let (Piece::Records(bytes) | Piece::Blob(_, bytes)) = piece;
        if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
            return true;
        }
    }
    false
}

#[tokio::test]
async fn killed_after_any_commit_it_goes_on_and_loses_nothing() {
    let mut commits = 0;
    loop {
        let (disk, clock) = (Disk::new(), Arc::new(ManualClock::at(START)));
        let store = disk.open(clock.clone());
        let all = sealed(&store).await;
        let old = ids(&store).await;
        assert_eq!(old.len(), 2);

        let killed = Stopping::after(store.clone(), commits);
        let vault = Vault::open(killed, &MasterKey::new(MASTER)).await.unwrap();
        let ended = exchange(&vault, &clock).await;
        all_open(&store, &all).await;
        // The next host goes on from there.
        let again = open(&store).await;
        exchange(&again, &clock).await.unwrap();
        if let Err(error) = &ended {
            assert!(matches!(error, VaultError::Store(_)), "{error:?}");
        }
        all_open(&store, &all).await;
        // One that was dropped by the first may have been exchanged again by the second; none of the first is left.
        assert_eq!(ids(&store).await.len(), 2);
        for id in &old {
            assert!(!stands(&store, id).await, "the old key {id} stands somewhere after {commits} commits");
        }
        // What had an end has it still.
        clock.advance(Duration::from_secs(61));
        assert!(store.get(&Key::new(Space::Webhook).number(3)).await.unwrap().is_none());
        commits += 1;
        if ended.is_ok() {
            break;
        }
    }
    assert!(commits > 8, "it was stopped {commits} times only");
}

#[tokio::test]
async fn what_is_written_meanwhile_is_kept_and_sealed_with_the_new_key() {
    let (disk, clock) = (Disk::new(), Arc::new(ManualClock::at(START)));
    let store = disk.open(clock.clone());
    let all = sealed(&store).await;
    let [acme, _] = tenants();
    let vault = open(&store).await;
    let other = open(&store).await;
    assert!(vault.begin(&acme, clock.now()).await.unwrap());
    assert!(!vault.begin(&acme, clock.now()).await.unwrap(), "one at a time");
    let sealed = vault.seal(&acme, "new", &Secret::new("canary")).await.unwrap();
    let opened = other.unseal(&acme, "new", &sealed).await.unwrap();
    assert_eq!(opened.expose(), "canary", "who did not know the new key looks it up");

    // What was read before it was sealed anew, and is written after it, is found by the next pass.
    let key = Key::new(Space::Connection).number(0);
    let read = store.get(&key).await.unwrap().unwrap();
    let mut pass = vault.pass().await.unwrap();
    while pass.step(&vault).await.unwrap() {}
    assert!(pass.passed().resealed > 20 && pass.passed().unreadable == 0, "{:?}", pass.passed());
    store.commit(Batch::new().put(key, read.bytes)).await.unwrap();
    let mut second = vault.pass().await.unwrap();
    while second.step(&vault).await.unwrap() {}
    assert_eq!(second.passed().resealed, 2);
    finish(&vault).await.unwrap();
    all_open(&store, &all).await;
}

#[tokio::test]
async fn what_is_damaged_stays_as_it_is_and_holds_nothing_up() {
    let (disk, clock) = (Disk::new(), Arc::new(ManualClock::at(START)));
    let store = disk.open(clock.clone());
    sealed(&store).await;
    let key = Key::new(Space::Token).number(1);
    let mut damaged = store.get(&key).await.unwrap().unwrap().bytes.to_vec();
    let last = damaged.len() - 2;
    damaged[last] = if damaged[last] == b'A' { b'Q' } else { b'A' };
    store.commit(Batch::new().put(key.clone(), damaged.clone())).await.unwrap();
    let vault = open(&store).await;
    let passed = exchange(&vault, &clock).await.unwrap();
    assert_eq!(passed.unreadable, 1);
    assert_eq!(store.get(&key).await.unwrap().unwrap().bytes, damaged);
}

#[tokio::test]
async fn another_master_key_wraps_everything_or_nothing_whenever_the_host_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    for commits in 0..2 {
        let (disk, clock) = (Disk::new(), Arc::new(ManualClock::at(START)));
        let store = disk.open(clock.clone());
        let all = sealed(&store).await;
        let file = KeyFile::at(folder.path().join(format!("{commits}.key")));
        let first = file.make().unwrap();
        open(&store).await.rewrap(&first).await.unwrap();
        let wrong = Vault::open(store.clone(), &MasterKey::new(MASTER)).await.map(|_| ()).unwrap_err();
        assert!(matches!(wrong, VaultError::WrongMasterKey), "the one before opens nothing any more");

        let killed = Vault::open(Stopping::after(store.clone(), commits), &first).await.unwrap();
        assert_eq!(killed.rotate_master(&file).await.is_ok(), commits > 0);
        if commits > 0 {
            // Killed between the commit and the new name of the file.
            std::fs::copy(file.path(), file.next().path()).unwrap();
            std::fs::remove_file(file.path()).unwrap();
            std::fs::write(file.path(), first.to_text().expose()).unwrap();
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        let key = file.read().unwrap().unwrap();
        let (vault, now) = Vault::open_with(store.clone(), key, &file).await.unwrap();
        assert_ne!(now.id(), first.id());
        assert_eq!((vault.master_id().await, file.read().unwrap().unwrap().id()), (now.id(), now.id()));
        assert!(file.next().read().unwrap().is_none());
        vault.rewrap(&MasterKey::new(MASTER)).await.unwrap();
        all_open(&store, &all).await;
    }
}

#[tokio::test]
async fn a_tenants_first_key_and_another_master_key_do_not_miss_each_other() {
    for _ in 0..20 {
        let (disk, clock) = (Disk::new(), Arc::new(ManualClock::at(START)));
        let store = disk.open(clock.clone());
        let vault = open(&store).await;
        let next = MasterKey::new([9; 32]);
        let secret = Secret::new("canary");
        let [acme, globex] = tenants();
        let (one, rewrapped, two) = tokio::join!(
            vault.seal(&acme, "a", &secret),
            vault.rewrap(&next),
            vault.seal(&globex, "a", &secret)
        );
        rewrapped.unwrap();
        let later = Vault::open(store, &next).await.unwrap();
        for (tenant, sealed) in [(acme, one), (globex, two)] {
            assert_eq!(later.unseal(&tenant, "a", &sealed.unwrap()).await.unwrap().expose(), "canary");
        }
    }
}

/// A space that nobody has thought of is looked through.
#[tokio::test]
async fn every_space_is_looked_through_but_those_of_connectors() {
    let (disk, clock) = (Disk::new(), Arc::new(ManualClock::at(START)));
    let store = disk.open(clock.clone());
    let vault = open(&store).await;
    let [acme, _] = tenants();
    let sealed = vault.seal(&acme, "a", &Secret::new("canary")).await.unwrap();
    let value = serde_json::to_vec(&sealed).unwrap();
    let own = [Space::DataKey, Space::Usage];
    for space in Space::all().filter(|space| !own.contains(space)) {
        store
            .commit(Batch::new().put(Key::new(space).part("x").part("y").part("z"), value.clone()))
            .await
            .unwrap();
    }
    vault.begin(&acme, clock.now()).await.unwrap();
    let mut pass = vault.pass().await.unwrap();
    while pass.step(&vault).await.unwrap() {}
    let left: Vec<_> = {
        let mut left = Vec::new();
        for space in Space::all().filter(|space| !own.contains(space)) {
            let found = store.get(&Key::new(space).part("x").part("y").part("z")).await.unwrap().unwrap();
            left.extend((found.bytes == value).then_some(space));
        }
        left
    };
    use Space::{Activity, Effect, File, Row, Run, Storage, Table, Timer};
    assert_eq!(left, [Storage, Activity, Effect, Run, Timer, Row, Table, File]);
}

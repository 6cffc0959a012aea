//! Exchanging a tenant's key under everything that is sealed with it.

use std::{collections::BTreeSet, time::Duration};

use serde_json::json;
use tieline_identity::{Errand, MasterKey, Vault};
use tieline_store::{Piece, Space};
use tieline_types::{
    ConnectionKey, InstallationKey, Verification,
    api::{ExchangeState, RotateKeys},
};

use super::{
    stage::{MESSAGES, ONE, Stage, acme, created},
    tapes::{keep, whole},
};
use crate::{HostError, Received, rich::Keyring, subscriptions::desired::tests::owner};

/// In which spaces of the store something stands, be it in an event or a package: everything is looked at.
async fn spaces_with(stage: &Stage, text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for space in Space::all() {
        let all = tieline_store::Pages::all(&*stage.store, tieline_store::Key::new(space)).await.unwrap();
        let stands = |bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        if all.iter().any(|(_, value)| stands(&value.bytes)) {
            found.insert(format!("{space:?}"));
        }
    }
    let mut snapshot = stage.store.snapshot().await.unwrap();
    while let Some(piece) = snapshot.next().await.unwrap() {
        let (Piece::Records(bytes) | Piece::Blob(_, bytes)) = piece;
        if found.is_empty() && bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
            found.insert("elsewhere".into());
        }
    }
    found
}

async fn exchanged(stage: &Stage) -> (String, String) {
    let old = stage.host.keys().await.unwrap().tenants.remove(0).id;
    let report = stage.host.rotate_keys(&RotateKeys { tenant: Some(acme()), master: false }).await.unwrap();
    assert_eq!(report.begun, [acme()]);
    loop {
        let keys = stage.host.keys().await.unwrap();
        if keys.tenants[0].old.is_empty() && keys.exchange.state == ExchangeState::Idle {
            return (old, keys.tenants[0].id.clone());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn nothing_stays_under_the_old_key_and_nothing_comes_back_to_it() {
    let plan: &[(&str, &[&str])] = &[(MESSAGES, &["created"])];
    let stage = Stage::with(&[("desk", &[]), ("other", plan)]).await;
    let stage = stage.hooked(&[("changes", Verification::Header { name: "x-key".into() })]).await;
    let subscription = stage.subscribed(MESSAGES, "").await;
    let desk = InstallationKey { tenant: acme(), installation: "desk".parse().unwrap() };
    let hook = stage.host.webhook(&desk, "changes").await.unwrap();
    let vault = Vault::open(stage.store.clone(), &MasterKey::new([7; 32])).await.unwrap();
    let keyring = Keyring::new(stage.host.services.clone(), vault, Duration::from_millis(1));
    let certificate = keyring.current(&owner("app"), &acme()).await.unwrap();
    let taped = keep(&stage, stage.host.services.clock.now().0, whole()).await;
    let microsoft = ConnectionKey { tenant: acme(), connection: "microsoft".parse().unwrap() };
    stage.host.browser_link(&microsoft, Errand::Person, None).await.unwrap();

    let first = stage.host.keys().await.unwrap().tenants.remove(0).id;
    let sealed = spaces_with(&stage, &first).await;
    let places = ["Certificate", "Connection", "DataKey", "Journal", "Person", "Subscription", "Webhook"];
    assert_eq!(
        sealed,
        places.map(str::to_owned).into(),
        "what is sealed, and where: a new place belongs here"
    );

    let (old, new) = exchanged(&stage).await;
    assert_eq!(old, first);
    assert_eq!(spaces_with(&stage, &old).await, BTreeSet::new());
    assert_eq!(spaces_with(&stage, &new).await, sealed);

    // What is kept in memory is written again: the subscription is reauthorised, the certificate is used no more.
    let reauthorize = json!({"subscriptionId": subscription["id"], "clientState": subscription["clientState"],
        "lifecycleEvent": "reauthorizationRequired"});
    assert_eq!(stage.deliver(&subscription, vec![reauthorize]).await, Received::Accepted);
    let asked = format!("REAUTHORIZE {}", subscription["id"].as_str().unwrap());
    stage.until(|stage| stage.graph.lock().calls.contains(&asked).then_some(())).await;
    tokio::time::sleep(Duration::from_millis(2)).await;
    keyring.tend(&BTreeSet::new()).await.unwrap();
    let stage = stage.start_again(true).await;
    assert_eq!(spaces_with(&stage, &old).await, BTreeSet::new());

    // Everything opens, and is what it was.
    assert_eq!(stage.host.tapes.read(taped).await.unwrap().tape.head.host, "0.1.0");
    let again = stage.host.webhook(&desk, "changes").await.unwrap();
    assert_eq!((again.address, again.secret), (hook.address, hook.secret));
    assert_eq!(stage.deliver(&subscription, vec![created(&subscription, "1")]).await, Received::Accepted);
    assert_eq!(stage.events().await.len(), 1);
    let vault = Vault::open(stage.store.clone(), &MasterKey::new([7; 32])).await.unwrap();
    let keyring = Keyring::new(stage.host.services.clone(), vault, Duration::from_secs(60));
    keyring.load().await.unwrap();
    assert_eq!(keyring.of(&owner("app"), certificate.id()).unwrap().der(), certificate.der());
}

#[tokio::test]
async fn an_exchange_that_a_host_left_goes_on_at_the_next_start() {
    let stage = Stage::with(ONE).await;
    stage.subscribed(MESSAGES, "").await;
    let old = stage.host.keys().await.unwrap().tenants.remove(0).id;
    let vault = Vault::open(stage.store.clone(), &MasterKey::new([7; 32])).await.unwrap();
    assert!(vault.begin(&acme(), stage.host.services.clock.now()).await.unwrap());
    let stage = stage.start_again(false).await;
    while !stage.host.keys().await.unwrap().tenants[0].old.is_empty() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(spaces_with(&stage, &old).await, BTreeSet::new());
}

#[tokio::test]
async fn who_is_no_tenant_has_no_key_and_a_key_that_others_keep_is_theirs_to_exchange() {
    let stage = Stage::with(ONE).await;
    let nobody = RotateKeys { tenant: Some("nobody".parse().unwrap()), master: false };
    let refused = stage.host.rotate_keys(&nobody).await;
    assert!(matches!(refused, Err(HostError::NotFound { .. })), "{refused:?}");
    let refused = stage.host.rotate_keys(&RotateKeys { tenant: None, master: true }).await;
    let Err(HostError::Failed { problem }) = refused else { panic!("{refused:?}") };
    assert_eq!(problem.code, "keys.master-elsewhere");
}

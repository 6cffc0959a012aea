//! The audit over a real store: nothing forks, nothing is written over, and what was done to the store is found.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::{path::Path, sync::Arc, time::Duration};

use futures::future::join_all;
use tieline_audit::{Audit, AuditError, Entry, Filter};
use tieline_store::{Batch, Key, Space, Store};
use tieline_types::{
    ManualClock, TenantId, Timestamp,
    api::{AuditHead, AuditWho, AuditWhoKind},
};

fn store(folder: &Path) -> Arc<dyn Store> {
    tieline_store::open("sled:store", folder, clock()).unwrap()
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(Timestamp(1_000)))
}

fn tenant(name: &str) -> Option<TenantId> {
    Some(name.parse().unwrap())
}

fn entry(tenant: Option<TenantId>, name: &str, action: &str, target: &str) -> Entry {
    let who = AuditWho { kind: AuditWhoKind::Token, id: format!("id-{name}"), name: name.into() };
    Entry::asked(tenant, who, action.into(), target.into())
}

fn key(tenant: &str) -> Key {
    Key::new(Space::Audit).part("tenant").part(tenant)
}

#[tokio::test]
async fn writers_at_the_same_time_never_fork_a_chain() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    // Two audits stand for two hosts with one store: neither knows of the other's commits.
    let audits = [Audit::start(store.clone(), clock()), Audit::start(store.clone(), clock())];
    let acme = tenant("acme");
    let asked = (0..120).map(|n| {
        let of = if n % 3 == 0 { None } else { acme.clone() };
        audits[n % 2].record(entry(of, "ci", "act", "/x"))
    });
    let mut numbers: Vec<u64> = join_all(asked).await.into_iter().map(Result::unwrap).collect();
    numbers.sort_unstable();
    let mut expected: Vec<u64> = (1..=40).chain(1..=80).collect();
    expected.sort_unstable();
    assert_eq!(numbers, expected);
    for (chain, length) in [(None, 40), (acme.as_ref(), 80)] {
        let verdict = audits[0].verify(chain, None).await.unwrap();
        assert_eq!((verdict.head.seq, verdict.broken), (length, None));
    }
    assert_eq!(audits[1].tenants().await.unwrap(), [acme.unwrap()]);
}

#[tokio::test]
async fn a_record_is_there_after_a_restart_and_the_chain_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let opened = store(folder.path());
    let audit = Audit::start(opened.clone(), clock());
    audit.record(entry(None, "ci", "one", "/x")).await.unwrap();
    opened.close().await.unwrap();
    let refused = audit.record(entry(None, "ci", "two", "/x")).await.unwrap_err();
    assert!(matches!(refused, AuditError::Read(_) | AuditError::Write(_)), "{refused:?}");
    drop((audit, opened));

    // The folder is free once the writer has ended, too.
    let again = loop {
        match tieline_store::open("sled:store", folder.path(), clock()) {
            Ok(store) => break store,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    let audit = Audit::start(again, clock());
    assert_eq!(audit.record(entry(None, "ci", "two", "/x")).await.unwrap(), 2);
    let all = audit.list(None, &Filter::default(), None, 10).await.unwrap();
    let actions: Vec<_> = all.items.iter().map(|record| record.action.as_str()).collect();
    assert_eq!((actions, all.next), (vec!["two", "one"], None));
    assert_eq!(audit.verify(None, None).await.unwrap().broken, None);
}

#[tokio::test]
async fn pages_and_filters() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let audit = Audit::start(store(folder.path()), clock.clone());
    for n in 1..=7 {
        let (name, action) = if n % 2 == 0 { ("ada", "applyTenant") } else { ("ci", "actOn") };
        audit.record(entry(None, name, action, &format!("/tenants/t{n}"))).await.unwrap();
        clock.advance(Duration::from_secs(1));
    }
    let list = async |filter: Filter, after, limit| {
        let page = audit.list(None, &filter, after, limit).await.unwrap();
        (page.items.iter().map(|record| record.seq).collect::<Vec<_>>(), page.next)
    };
    let all = Filter::default;
    assert_eq!(list(all(), None, 3).await, (vec![7, 6, 5], Some("5".into())));
    assert_eq!(list(all(), Some(5), 3).await, (vec![4, 3, 2], Some("2".into())));
    assert_eq!(list(all(), Some(2), 3).await, (vec![1], None));
    assert_eq!(list(all(), Some(1), 3).await.0, [0; 0]);
    assert_eq!(list(all(), Some(99), 1).await.0, [7]);
    let by = |who: &str| Filter { who: Some(who.into()), ..Filter::default() };
    assert_eq!(list(by("ADA"), None, 2).await, (vec![6, 4], Some("4".into())));
    assert_eq!(list(by("id-ada"), Some(4), 2).await, (vec![2], None));
    assert_eq!(list(Filter { action: Some("actOn".into()), ..all() }, None, 9).await.0, [7, 5, 3, 1]);
    assert_eq!(list(Filter { target: Some("/tenants/t3".into()), ..all() }, None, 9).await.0, [3]);
    let since = Filter { since: Some(Timestamp(4_000)), ..all() };
    assert_eq!(list(since, None, 9).await, (vec![7, 6, 5, 4], None));
}

#[tokio::test]
async fn what_was_done_to_the_store_is_named_by_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let audit = Audit::start(store.clone(), clock());
    let mut remembered = None;
    for name in ["changed", "removed", "headless", "cut"] {
        for n in 0..5 {
            audit.record(entry(tenant(name), "ci", "act", &format!("/{n}"))).await.unwrap();
        }
        remembered = Some(audit.verify(tenant(name).as_ref(), None).await.unwrap().head);
    }
    let third = key("changed").part("record").number(3);
    let bytes = store.get(&third).await.unwrap().unwrap().bytes;
    let forged = String::from_utf8(bytes.to_vec()).unwrap().replace("\"act\"", "\"nil\"");
    let cut = key("cut").part("record");
    let second: serde_json::Value =
        serde_json::from_slice(&store.get(&cut.clone().number(2)).await.unwrap().unwrap().bytes).unwrap();
    let head = AuditHead { seq: 2, digest: second["digest"].as_str().unwrap().parse().unwrap() };
    let batch = Batch::new()
        .put(third, forged)
        .delete(key("removed").part("record").number(4))
        .delete(key("headless").part("head"))
        .delete(cut.clone().number(3))
        .delete(cut.clone().number(4))
        .delete(cut.number(5))
        .put(key("cut").part("head"), serde_json::to_vec(&head).unwrap());
    store.commit(batch).await.unwrap();

    let audit = Audit::start(store, clock());
    for (name, remembered, seq, code) in [
        ("changed", None, 3, "altered"),
        ("removed", None, 4, "missing"),
        ("headless", None, 1, "beyond-head"),
        ("cut", remembered, 3, "missing"),
        ("never", remembered, 1, "missing"),
    ] {
        let verdict = audit.verify(tenant(name).as_ref(), remembered).await.unwrap();
        let broken = verdict.broken.unwrap();
        assert_eq!((broken.seq, broken.code.as_str()), (seq, code), "{name}");
    }
    assert_eq!(audit.verify(tenant("cut").as_ref(), None).await.unwrap().broken, None);

    // A chain whose head is gone is not begun anew over what is there, and keeps no other chain from being written.
    let (headless, other) = tokio::join!(
        audit.record(entry(tenant("headless"), "ci", "act", "/x")),
        audit.record(entry(None, "ci", "act", "/x")),
    );
    assert!(matches!(headless, Err(AuditError::Contended { .. })), "{headless:?}");
    assert_eq!(other.unwrap(), 1);
}

#[tokio::test]
async fn whoever_stops_waiting_does_not_take_the_record_back() {
    let folder = tempfile::tempdir().unwrap();
    let audit = Audit::start(store(folder.path()), clock());
    let mut asked = Box::pin(audit.record(entry(None, "ci", "act", "/x")));
    assert!(futures::poll!(asked.as_mut()).is_pending());
    drop(asked);
    assert_eq!(audit.record(entry(None, "ci", "act", "/y")).await.unwrap(), 2);
}

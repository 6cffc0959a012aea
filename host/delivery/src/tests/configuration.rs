//! Configuration part by part, as far as it needs no package.

use serde_json::{Value, json};
use tieline_types::{
    ConnectionKey, Digest, GivenSecret, InstallationKey, api::ChangeKind, tenant::Connection,
};

use super::stage::{MESSAGES, ONE, Stage, acme};
use crate::{Expected, Host, HostError};

fn microsoft() -> ConnectionKey {
    ConnectionKey { tenant: acme(), connection: "microsoft".parse().unwrap() }
}

fn desk() -> InstallationKey {
    InstallationKey { tenant: acme(), installation: "desk".parse().unwrap() }
}

/// The connection as it is shown, with these fields changed.
async fn changed(host: &Host, change: Value) -> Connection<GivenSecret> {
    let (shown, _) = host.connection(&microsoft()).await.unwrap();
    let mut connection = serde_json::to_value(shown).unwrap();
    connection.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    serde_json::from_value(connection).unwrap()
}

fn codes(error: HostError) -> Vec<(String, Option<String>)> {
    let HostError::Invalid { problems } = error else { panic!("{error}") };
    problems.into_iter().map(|problem| (problem.code, problem.field)).collect()
}

#[tokio::test]
async fn what_is_broken_keeps_nobody_from_mending_something_else() {
    let stage = Stage::with(ONE).await;
    let (_, seen) = stage.host.connection(&microsoft()).await.unwrap();
    let seen = Expected::OneOf(vec![seen.as_str().to_owned()]);
    let titled = changed(&stage.host, json!({ "name": "Teams" })).await;
    let report = stage.host.put_connection(&microsoft(), titled.clone(), &seen).await.unwrap();
    assert!(
        report.changes.iter().any(|change| change.name == "microsoft" && change.done == ChangeKind::Updated)
    );
    for expected in [seen, Expected::Absent] {
        let stale = stage.host.put_connection(&microsoft(), titled.clone(), &expected).await;
        assert!(matches!(stale, Err(HostError::Stale { .. })), "{expected:?}");
    }
    let (installed, _) = stage.host.installed(&desk()).await.unwrap();
    assert_eq!(installed.configuration.package, Digest::of(b"never uploaded"), "it stays as it is");
}

#[tokio::test]
async fn faults_of_a_part_have_their_place_in_it() {
    let stage = Stage::with(ONE).await;
    let elsewhere = changed(&stage.host, json!({ "client_id": "other" })).await;
    let refused = stage.host.put_connection(&microsoft(), elsewhere, &Expected::Anything).await.unwrap_err();
    let expected = ("connection.secret-elsewhere".to_owned(), Some("/client_secret".to_owned()));
    assert_eq!(codes(refused), [expected]);
    let (installed, seen) = stage.host.installed(&desk()).await.unwrap();
    let seen = Expected::OneOf(vec![seen.as_str().to_owned()]);
    let put = stage.host.put_installation(&acme(), installed.configuration, &seen).await.unwrap_err();
    assert_eq!(codes(put), [("package.unknown".to_owned(), Some("/package".to_owned()))]);
}

#[tokio::test]
async fn what_an_installation_needs_is_not_removed_before_it() {
    let stage = Stage::with(ONE).await;
    stage.subscribed(MESSAGES, "").await;
    let refused = stage.host.remove_connection(&microsoft(), &Expected::Existing).await.unwrap_err();
    assert_eq!(codes(refused)[0].0, "connection.missing");
    stage.host.remove_installation(&desk(), &Expected::Existing).await.unwrap();
    stage.until(|stage| stage.graph.lock().standing.is_empty().then_some(())).await;
    stage.host.remove_connection(&microsoft(), &Expected::Existing).await.unwrap();
    let gone = stage.host.remove_connection(&microsoft(), &Expected::Anything).await;
    assert!(matches!(gone, Err(HostError::NotFound { .. })));
    stage.host.remove_tenant(&acme(), &Expected::Existing).await.unwrap();
    assert!(stage.host.tenants().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_pause_is_lifted_by_nothing_but_a_word() {
    let stage = Stage::with(ONE).await;
    assert!(stage.host.pause(&desk()).await.unwrap().paused);
    assert!(!stage.host.pause(&desk()).await.unwrap().paused, "it paused already");
    let stage = stage.start_again(true).await;
    let (installed, _) = stage.host.installed(&desk()).await.unwrap();
    assert!(installed.summary.problems.iter().any(|problem| problem.code == "installation.paused"));
    assert!(stage.host.resume(&desk()).await.unwrap().resumed);
    assert!(!stage.host.resume(&desk()).await.unwrap().resumed);
}

#[tokio::test]
async fn a_proposal_changes_nothing() {
    let stage = Stage::with(ONE).await;
    let problems = stage.host.validate(&desk(), Default::default()).await.unwrap().problems;
    assert_eq!(problems[0].code, "package.unknown");
    let preview = stage.host.preview(&desk(), Default::default()).await.unwrap();
    assert_eq!((preview.subscriptions.len(), preview.problems.len()), (0, 1));
    let other = InstallationKey { tenant: acme(), installation: "other".parse().unwrap() };
    assert!(matches!(stage.host.validate(&other, Default::default()).await, Err(HostError::NotFound { .. })));
    assert_eq!(stage.host.usage(&acme()).await.unwrap().len(), 1);
}

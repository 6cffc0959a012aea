//! Alerts, as they are kept.

use tieline_store::Batch;
use tieline_types::{AlertKey, InstallationKey, Problem, Severity};

use super::stage::{ONE, Stage, acme};

fn desk() -> InstallationKey {
    InstallationKey { tenant: acme(), installation: "desk".parse().unwrap() }
}

#[tokio::test]
async fn one_that_was_raised_twice_stands_once_and_is_cleared_once() {
    let stage = Stage::with(&[]).await;
    let alerts = &stage.host.alerts;
    let about = AlertKey::of_tenant(&acme(), "k");
    alerts.raise(&about, Severity::Warning, Problem::new("a", "A.")).await;
    let [first] = stage.host.alerts(&acme()).await.unwrap().try_into().unwrap();
    alerts.raise(&about, Severity::Critical, Problem::new("b", "B.")).await;
    let [second] = stage.host.alerts(&acme()).await.unwrap().try_into().unwrap();
    assert_eq!((second.since, second.raised, second.severity), (first.since, 2, Severity::Critical));
    alerts.clear(&about).await;
    alerts.clear(&about).await;
    assert!(stage.host.alerts(&acme()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_raise_is_committed_with_what_it_belongs_to_or_not_at_all() {
    let stage = Stage::with(&[]).await;
    let about = AlertKey::of_tenant(&acme(), "k");
    let ops = stage.host.alerts.raised(&about, Severity::Info, Problem::new("a", "A.")).await.unwrap();
    let refused = Batch::new().expect(tieline_capabilities::alert::place(&about), Some(7)).ops(ops.clone());
    assert!(stage.store.commit(refused).await.is_err());
    assert!(stage.host.alerts(&acme()).await.unwrap().is_empty());
    stage.store.commit(Batch::new().ops(ops)).await.unwrap();
    assert_eq!(stage.host.alerts(&acme()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_matters_most_comes_first_and_those_of_an_installation_go_with_it() {
    let stage = Stage::with(&[]).await;
    let alerts = &stage.host.alerts;
    for (about, severity) in [
        (AlertKey::of_installation(&desk(), "k"), Severity::Warning),
        (AlertKey::of_connector(&desk(), "k"), Severity::Critical),
        (AlertKey::of_tenant(&acme(), "k"), Severity::Info),
    ] {
        alerts.raise(&about, severity, Problem::new("c", "M.")).await;
    }
    let severities: Vec<_> =
        stage.host.alerts(&acme()).await.unwrap().into_iter().map(|alert| alert.severity).collect();
    assert_eq!(severities, [Severity::Critical, Severity::Warning, Severity::Info]);
    let gone = alerts.forgotten(&desk()).await.unwrap();
    stage.store.commit(Batch::new().ops(gone)).await.unwrap();
    let [left] = stage.host.alerts(&acme()).await.unwrap().try_into().unwrap();
    assert_eq!(left.about.installation, None);
}

#[tokio::test]
async fn a_package_that_does_not_load_is_an_alert_across_restarts() {
    let stage = Stage::with(ONE).await;
    let [first] = stage.host.alerts(&acme()).await.unwrap().try_into().unwrap();
    assert_eq!((first.about.key.as_str(), first.severity), ("package.load-failed", Severity::Critical));
    assert_eq!(stage.host.installations(&acme()).await.unwrap()[0].alerts, 1);
    let stage = stage.start_again(true).await;
    let [second] = stage.host.alerts(&acme()).await.unwrap().try_into().unwrap();
    assert_eq!((second.since, second.raised), (first.since, 2));
}

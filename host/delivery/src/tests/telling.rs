//! Who is told of alerts: what waits is durable, what fails is an alert, and what goes leaves nothing behind.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use tieline_store::{Key, Pages, Space};
use tieline_types::{
    AlertKey, Clock, ManualClock, Problem, Severity, SystemClock,
    api::{ApplyReport, ChangeKind, ReceiverSummary},
};

use super::stage::{Stage, acme};
use crate::{Expected, HostError};

const SECRET: &str = "a canary of sixteen bytes and more";

/// A receiver at the small Graph: one address of it takes every `POST`, all others are unknown.
fn receiver(stage: &Stage, takes: bool) -> Value {
    let path = if takes { "x/oauth2/v2.0/token" } else { "nobody" };
    json!([{"name": "desk", "webhook": format!("http://{}/{path}", stage.address), "secret": SECRET}])
}

async fn apply(stage: &Stage, receivers: Value) -> Result<ApplyReport, HostError> {
    let tenant = json!({"id": "acme", "name": "Acme", "alert_receivers": receivers});
    stage.host.apply(serde_json::from_value(json!({ "tenant": tenant })).unwrap(), &Expected::Anything).await
}

async fn desk(stage: &Stage) -> ReceiverSummary {
    let [desk] = stage.host.receivers(Some(&acme())).await.unwrap().try_into().unwrap();
    desk
}

/// Lets time pass until something is so; the test's own time limit ends the waiting.
async fn until(clock: &ManualClock, seen: impl AsyncFn() -> bool) {
    while !seen().await {
        clock.set(clock.now().after(Duration::from_secs(1)));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn standing(stage: &Stage, key: &str) -> bool {
    stage.host.alerts(&acme()).await.unwrap().iter().any(|alert| alert.about.key == key)
}

#[tokio::test]
async fn what_waits_outlives_the_host_and_is_told_when_the_receiver_works() {
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let stage = Stage::at(clock.clone(), &[]).await;
    apply(&stage, receiver(&stage, false)).await.unwrap();
    let about = AlertKey::of_tenant(&acme(), "k");
    stage.host.alerts.raise(&about, Severity::Critical, Problem::new("c", "M.")).await;
    until(&clock, async || standing(&stage, "alerts.receiver.desk").await).await;
    let failing = desk(&stage).await;
    assert_eq!(failing.problem.unwrap().code, "receiver.refused");
    // Its own failure is not among what waits: it would be told of that when it works again.
    assert_eq!((failing.waiting, failing.told), (1, None));
    let stage = stage.start_again(false).await;
    assert_eq!(desk(&stage).await.waiting, 1);
    apply(&stage, receiver(&stage, true)).await.unwrap();
    until(&clock, async || desk(&stage).await.told.is_some()).await;
    until(&clock, async || !standing(&stage, "alerts.receiver.desk").await).await;
    let works = desk(&stage).await;
    assert_eq!((works.waiting, works.problem), (0, None));
}

#[tokio::test]
async fn one_that_comes_later_is_told_of_what_stands_and_only_once() {
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let stage = Stage::at(clock.clone(), &[]).await;
    apply(&stage, json!([])).await.unwrap();
    let about = |key: &str| AlertKey::of_tenant(&acme(), key);
    for (key, severity) in [("one", Severity::Critical), ("two", Severity::Warning), ("calm", Severity::Info)]
    {
        stage.host.alerts.raise(&about(key), severity, Problem::new("c", "M.")).await;
    }
    let elsewhere = AlertKey::of_tenant(&"umbra".parse().unwrap(), "theirs");
    stage.host.alerts.raise(&elsewhere, Severity::Critical, Problem::new("c", "M.")).await;
    // It takes nothing for now, so that what waits for it can be counted.
    apply(&stage, receiver(&stage, false)).await.unwrap();
    until(&clock, async || desk(&stage).await.waiting == 2).await;
    let stage = stage.start_again(false).await;
    until(&clock, async || desk(&stage).await.problem.is_some()).await;
    assert_eq!(desk(&stage).await.waiting, 2, "neither twice, nor again after a start");
    stage.host.alerts.clear(&about("one")).await;
    until(&clock, async || desk(&stage).await.waiting == 3).await;
    apply(&stage, receiver(&stage, true)).await.unwrap();
    until(&clock, async || desk(&stage).await.waiting == 0).await;
    // Gone and back it is new again, and hears of the one that still stands.
    apply(&stage, json!([])).await.unwrap();
    let kept = async || Pages::all(&*stage.store, Key::new(Space::Notice)).await.unwrap();
    until(&clock, async || kept().await.is_empty()).await;
    apply(&stage, receiver(&stage, false)).await.unwrap();
    until(&clock, async || desk(&stage).await.waiting == 1).await;
}

#[tokio::test]
async fn a_receiver_that_goes_leaves_nothing_behind() {
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let stage = Stage::at(clock.clone(), &[]).await;
    apply(&stage, receiver(&stage, false)).await.unwrap();
    let about = AlertKey::of_tenant(&acme(), "k");
    stage.host.alerts.raise(&about, Severity::Critical, Problem::new("c", "M.")).await;
    until(&clock, async || standing(&stage, "alerts.receiver.desk").await).await;
    apply(&stage, json!([])).await.unwrap();
    until(&clock, async || !standing(&stage, "alerts.receiver.desk").await).await;
    let kept = async || Pages::all(&*stage.store, Key::new(Space::Notice)).await.unwrap();
    until(&clock, async || kept().await.is_empty()).await;
    assert!(standing(&stage, "k").await, "what it was told of still stands");
}

#[tokio::test]
async fn its_secret_is_sealed_and_applied_again_nothing_is_different() {
    let stage = Stage::with(&[]).await;
    let done = |report: ApplyReport| (report.changes[0].done, report.changes[0].details.clone());
    let first = apply(&stage, receiver(&stage, true)).await.unwrap();
    assert_eq!(done(first), (ChangeKind::Updated, vec!["alert receivers".to_owned()]));
    assert_eq!(done(apply(&stage, receiver(&stage, true)).await.unwrap()).0, ChangeKind::Unchanged);
    for (key, value) in Pages::all(&*stage.store, Key::new(Space::Tenant)).await.unwrap() {
        let text = String::from_utf8_lossy(&value.bytes);
        assert!(!text.contains(SECRET), "{key}");
    }
    let shown = serde_json::to_string(&desk(&stage).await).unwrap();
    assert!(!shown.contains(SECRET) && !shown.contains("oauth2"), "{shown}");
    let test = stage.host.test_receiver(Some(&acme()), &"desk".parse().unwrap()).await.unwrap();
    assert!(test.passed() && test.stages.len() == 1, "{test:?}");
    let other = stage.host.test_receiver(None, &"desk".parse().unwrap()).await;
    assert!(matches!(other, Err(HostError::NotFound { .. })), "it is the tenant's, not the host's");
}

#[tokio::test]
async fn mail_without_a_server_is_refused_with_its_place_and_nothing_is_changed() {
    let stage = Stage::with(&[]).await;
    let refused = apply(&stage, json!([{"name": "desk", "email": ["a@b.example"]}])).await;
    let Err(HostError::Invalid { problems }) = refused else { panic!("it was applied") };
    let found: Vec<_> = problems.iter().map(|p| (p.code.as_str(), p.field.as_deref().unwrap())).collect();
    assert_eq!(found, [("alerts.no-mail", "/tenant/alert_receivers/0/email")]);
    assert_eq!(stage.host.receivers(Some(&acme())).await.unwrap(), []);
}

//! What hooks take.

use bytes::Bytes;
use serde_json::json;
use tieline_types::{EventId, RouteKey};

use super::stage::{MESSAGES, Plan, Stage, acme, created, route};
use crate::{HookCounts, HostError, Received};

#[tokio::test]
async fn refuses_unknown_routes_and_other_bodies() {
    let stage = Stage::with(&[("desk", &[(MESSAGES, &["created"])])]).await;
    let subscription = stage.subscribed(MESSAGES, "").await;
    let body = Bytes::from(json!({"value": [created(&subscription, "1")]}).to_string());
    let elsewhere = RouteKey::from_random([9; 32]);
    assert_eq!(stage.host.receive(&elsewhere, body).await, Received::Unknown);
    assert_eq!(stage.host.receive(&route(&subscription), Bytes::from("{}")).await, Received::Malformed);
    assert!(stage.events().await.is_empty());
    let nothing = stage.host.event(&acme(), EventId::generate()).await;
    assert!(matches!(nothing, Err(HostError::NotFound { .. })));
}

#[tokio::test]
async fn of_three_items_a_forged_one_is_dropped_and_the_sender_learns_nothing() {
    let other = "/teams/1/channels/3/messages";
    let stage = Stage::with(&[("desk", &[(MESSAGES, &["created"]), (other, &["created"])])]).await;
    let subscription = stage.subscribed(MESSAGES, "").await;
    let foreign = stage.subscribed(other, "").await;
    let mut forged = created(&subscription, "2");
    forged["clientState"] = json!("0".repeat(64));
    let mut unsigned = created(&subscription, "3");
    unsigned.as_object_mut().unwrap().remove("clientState");
    let mut strayed = created(&subscription, "4");
    strayed["subscriptionId"] = foreign["id"].clone();
    let items = vec![created(&subscription, "1"), forged, unsigned, strayed, created(&subscription, "5")];
    assert_eq!(stage.deliver(&subscription, items).await, Received::Accepted);
    assert_eq!(stage.host.hook_counts(), HookCounts { taken: 2, repeated: 0, forged: 3, cut: 0 });
    let summaries: Vec<_> = stage.events().await.into_iter().map(|event| event.summary).collect();
    assert_eq!(summaries, ["channel message 1 created", "channel message 5 created"]);
}

#[tokio::test]
async fn what_comes_twice_is_taken_once_for_each_who_wants_it() {
    let plan: Plan<'_> = &[(MESSAGES, &["created"])];
    let stage = Stage::with(&[("desk", plan), ("watch", plan), ("edits", &[(MESSAGES, &["updated"])])]).await;
    let subscription = stage.subscribed(MESSAGES, "").await;
    assert_eq!(subscription["changeType"], "created,updated");
    assert_eq!(stage.graph.lock().standing.len(), 1, "one app has one subscription for a resource");
    let mut unknown_id = created(&subscription, "1");
    unknown_id["subscriptionId"] = json!("not known yet, since our request is still open");
    stage.deliver(&subscription, vec![unknown_id, created(&subscription, "1")]).await;
    stage.deliver(&subscription, vec![created(&subscription, "1")]).await;
    assert_eq!(stage.host.hook_counts(), HookCounts { taken: 2, repeated: 4, forged: 0, cut: 0 });
    let mut names: Vec<_> =
        stage.events().await.into_iter().map(|event| event.installation.to_string()).collect();
    names.sort();
    assert_eq!(names, ["desk", "watch"]);
}

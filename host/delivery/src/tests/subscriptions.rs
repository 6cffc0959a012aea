//! What Graph is asked, and what becomes of it.

use serde_json::json;

use super::stage::{MESSAGES, ONE, Stage, acme, created};
use crate::Received;

#[tokio::test]
async fn asks_with_its_own_address_and_keeps_the_secret_sealed() {
    let stage = Stage::with(ONE).await;
    let subscription = stage.subscribed(MESSAGES, "").await;
    let hook = subscription["notificationUrl"].as_str().unwrap();
    assert!(hook.starts_with("http://127.0.0.1:1/hooks/"));
    assert_eq!(subscription["lifecycleNotificationUrl"], json!(format!("{hook}/lifecycle")));
    let secret = subscription["clientState"].as_str().unwrap().as_bytes();
    assert_eq!(secret.len(), 64);
    let mut folders = vec![stage.folder.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let content = match std::fs::read(&path) {
                    // The store removes what it no longer needs beside this.
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                    content => content.unwrap(),
                };
                assert!(!content.windows(secret.len()).any(|window| window == secret), "{path:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_lost_answer_is_found_again() {
    let stage = Stage::with(&[]).await;
    stage.graph.lock().lies.push_back(503);
    let stage = stage.wanting(ONE).await;
    let subscription = stage.subscribed(MESSAGES, "").await;
    assert_eq!(subscription["id"], "sub-1", "the one whose answer was lost");
    assert!(!stage.graph.lock().calls.iter().any(|call| call.starts_with("DELETE")));
}

#[tokio::test]
async fn a_strangers_leftover_goes() {
    let stage = Stage::with(&[]).await;
    stage.graph.lock().stranger(MESSAGES);
    let stage = stage.wanting(ONE).await;
    let subscription = stage.subscribed(MESSAGES, "").await;
    assert_eq!(subscription["id"], "sub-1");
    assert!(stage.graph.lock().calls.contains(&"DELETE stranger".to_owned()));
}

#[tokio::test]
async fn one_that_is_gone_is_created_again_and_the_gap_confessed() {
    let stage = Stage::with(ONE).await;
    let subscription = stage.subscribed(MESSAGES, "").await;
    stage.graph.lock().standing.clear();
    let reauthorize = json!({"subscriptionId": subscription["id"], "clientState": subscription["clientState"],
        "lifecycleEvent": "reauthorizationRequired"});
    assert_eq!(stage.deliver(&subscription, vec![reauthorize]).await, Received::Accepted);
    let again = stage.subscribed(MESSAGES, "sub-1").await;
    assert_eq!(again["notificationUrl"], subscription["notificationUrl"]);
    assert!(stage.graph.lock().calls.contains(&"REAUTHORIZE sub-1".to_owned()));
    let events = stage.events().await;
    assert_eq!(events.len(), 1);
    assert!(events[0].summary.starts_with("gap "), "{}", events[0].summary);
    stage.deliver(&again, vec![created(&again, "1")]).await;
    assert_eq!(stage.events().await.len(), 2);
}

#[tokio::test]
async fn a_standing_one_is_reauthorised_when_graph_asks_and_missed_ones_are_confessed() {
    let stage = Stage::with(ONE).await;
    let subscription = stage.subscribed(MESSAGES, "").await;
    let says = |event: &str| json!({"subscriptionId": subscription["id"], "clientState": subscription["clientState"], "lifecycleEvent": event});
    let items = vec![says("reauthorizationRequired"), says("missed"), says("somethingNew")];
    stage.deliver(&subscription, items).await;
    let asked = "REAUTHORIZE sub-1".to_owned();
    stage.until(|stage| stage.graph.lock().calls.contains(&asked).then_some(())).await;
    while stage.events().await.is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(stage.events().await[0].summary.starts_with("gap "));
    let calls = stage.graph.lock().calls.clone();
    let changes: Vec<_> = calls.into_iter().filter(|call| !call.starts_with("GET")).collect();
    assert_eq!(changes, [format!("POST {MESSAGES}"), asked]);
}

#[tokio::test]
async fn what_nobody_wants_any_more_is_deleted() {
    let stage = Stage::with(ONE).await;
    stage.subscribed(MESSAGES, "").await;
    let stage = stage.wanting(&[("desk", &[])]).await;
    stage.until(|stage| stage.graph.lock().standing.is_empty().then_some(())).await;
    assert!(stage.host.subscriptions(&acme()).await.unwrap().is_empty());
}

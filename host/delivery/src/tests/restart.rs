//! What a start finds.

use std::sync::Arc;

use tieline_store::Batch;
use tieline_types::{DeliveryState, Event, EventId, InstallationKey, Payload, Timestamp};

use super::stage::{MESSAGES, ONE, Stage, acme, created};
use crate::Received;

#[tokio::test]
async fn after_an_unclean_end_what_is_pending_is_in_doubt_and_after_a_clean_one_not() {
    for clean in [true, false] {
        let stage = Stage::with(ONE).await;
        let subscription = stage.subscribed(MESSAGES, "").await;
        stage.deliver(&subscription, vec![created(&subscription, "1")]).await;
        let stage = stage.start_again(clean).await;
        let [event] = stage.events().await.try_into().unwrap();
        assert_eq!(event.state, DeliveryState::Pending);
        let detail = stage.host.event(&acme(), event.id).await.unwrap();
        assert_eq!(detail.event.in_doubt, !clean);
        assert!(detail.next_attempt.is_some());
    }
}

#[tokio::test]
async fn routes_are_open_from_the_first_moment_and_repetitions_still_known() {
    let stage = Stage::with(ONE).await;
    let subscription = stage.subscribed(MESSAGES, "").await;
    stage.deliver(&subscription, vec![created(&subscription, "1")]).await;
    let stage = stage.start_again(true).await;
    let items = vec![created(&subscription, "1"), created(&subscription, "2")];
    assert_eq!(stage.deliver(&subscription, items).await, Received::Accepted);
    assert_eq!(stage.host.hook_counts().taken, 1);
    assert_eq!(stage.graph.lock().calls.iter().filter(|call| call.starts_with("POST")).count(), 1);
}

#[tokio::test]
async fn an_event_of_a_removed_installation_is_a_dead_letter_and_one_without_code_waits() {
    let stage = Stage::with(ONE).await;
    let event = |name: &str| {
        Arc::new(Event {
            id: EventId::generate(),
            installation: InstallationKey { tenant: acme(), installation: name.parse().unwrap() },
            ordering_key: "k".into(),
            received: Timestamp(0),
            actor: None,
            trace: None,
            payload: Payload::Custom { r#type: "t".into(), body: "{}".into() },
        })
    };
    let batch = Batch::new().append(event("gone"), None).append(event("desk"), None);
    stage.store.commit(batch).await.unwrap();
    let stage = stage.start_again(true).await;
    loop {
        let events = stage.events().await;
        let cause = |index: usize| events[index].cause.as_ref().map(|cause| cause.code.as_str());
        if let (Some(gone), Some(waits)) = (cause(0), cause(1)) {
            assert_eq!((gone, events[0].state), ("installation.removed", DeliveryState::Dead));
            assert_eq!((waits, events[1].state), ("package.unknown", DeliveryState::Pending));
            assert_eq!(events[1].attempts, 0);
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_host_that_ended_takes_nothing() {
    let stage = Stage::with(ONE).await;
    let subscription = stage.subscribed(MESSAGES, "").await;
    stage.host.shutdown().await;
    stage.host.shutdown().await;
    let answer = stage.deliver(&subscription, vec![created(&subscription, "1")]).await;
    assert_eq!(answer, Received::Unavailable);
}

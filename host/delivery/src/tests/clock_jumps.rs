//! A clock that is set, forwards or backwards, loses nothing and takes nothing twice.

use std::{sync::Arc, time::Duration};

use tieline_types::{Clock, DeliveryState, ManualClock, SystemClock};

use super::stage::{MESSAGES, ONE, Stage, created};
use crate::{HookCounts, Received};

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// A clock of our own that begins now.
fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(SystemClock.now()))
}

#[tokio::test]
async fn what_is_sent_across_a_jump_is_taken_and_what_was_taken_is_recognised() {
    for jump in [forward, backward] {
        let clock = clock();
        let stage = Stage::at(clock.clone(), ONE).await;
        let subscription = stage.subscribed(MESSAGES, "").await;
        stage.deliver(&subscription, vec![created(&subscription, "1")]).await;
        jump(&clock);
        let items = vec![created(&subscription, "1"), created(&subscription, "2")];
        assert_eq!(stage.deliver(&subscription, items).await, Received::Accepted);
        assert_eq!(stage.host.hook_counts(), HookCounts { taken: 2, repeated: 1, ..HookCounts::default() });
        let summaries: Vec<_> = stage.events().await.into_iter().map(|event| event.summary).collect();
        assert_eq!(summaries, ["channel message 1 created", "channel message 2 created"]);
    }
}

#[tokio::test]
async fn what_waits_across_a_jump_and_a_crash_still_waits_and_is_in_doubt() {
    for jump in [forward, backward] {
        let clock = clock();
        let stage = Stage::at(clock.clone(), ONE).await;
        let subscription = stage.subscribed(MESSAGES, "").await;
        stage.deliver(&subscription, vec![created(&subscription, "1")]).await;
        jump(&clock);
        let stage = stage.start_again(false).await;
        // Whether a gap is told already is a matter of moments.
        let mut events = stage.events().await;
        events.retain(|event| !event.summary.starts_with("gap "));
        let [event] = events.try_into().unwrap();
        assert_eq!((event.state, event.in_doubt), (DeliveryState::Pending, true));
        stage.deliver(&subscription, vec![created(&subscription, "1"), created(&subscription, "2")]).await;
        assert_eq!(stage.host.hook_counts(), HookCounts { taken: 1, repeated: 1, ..HookCounts::default() });
        // The time that was jumped over may have been one in which the host was down.
        let gaps = stage.events().await.iter().filter(|event| event.summary.starts_with("gap ")).count();
        assert!(gaps <= 1);
        assert_eq!(stage.events().await.len() - gaps, 2);
    }
}

#[tokio::test]
async fn what_became_due_by_a_jump_has_its_turn() {
    let clock = clock();
    let stage = Stage::at(clock.clone(), ONE).await;
    let subscription = stage.subscribed(MESSAGES, "").await;
    stage.deliver(&subscription, vec![created(&subscription, "1")]).await;
    let [event] = stage.events().await.try_into().unwrap();
    forward(&clock);
    let (after, stage) = (clock.now(), stage.start_again(true).await);
    // It had its turn: there is no code to run, so it waits again, from the new time on.
    loop {
        let detail = stage.host.event(&super::stage::acme(), event.id).await.unwrap();
        if detail.next_attempt.is_some_and(|next| next > after) {
            break;
        }
        tokio::task::yield_now().await;
    }
}

fn forward(clock: &ManualClock) {
    clock.advance(DAY);
}

fn backward(clock: &ManualClock) {
    clock.set_back(DAY);
}

//! Timers over a real store. Installations have no code here, so that fired events wait in the inbox.

use std::collections::BTreeMap;

use tieline_capabilities::timers;
use tieline_store::Batch;
use tieline_types::{
    Clock, Course, DeliveryState, EventId, InstallationKey, Payload, SystemClock, Timer, TimerKey, TimerKind,
    Timestamp, Timing,
};

use super::stage::{ONE, Stage, acme};
use crate::schedules::{self, Changes};

fn desk(kind: TimerKind, key: &str) -> TimerKey {
    let installation = InstallationKey { tenant: acme(), installation: "desk".parse().unwrap() };
    TimerKey { installation, kind, key: key.into() }
}

fn once(due: u64) -> Timer {
    Timer { due: Timestamp(due), course: Course::Once { body: "7".into() } }
}

fn hourly(due: u64) -> Timer {
    let timing = Timing::Every { millis: 3_600_000 };
    Timer { due: Timestamp(due), course: Course::Recurring { timing, fired: None, missed_since: None } }
}

/// Sets timers as a run does: commits them, and then tells.
async fn set(stage: &Stage, changes: Changes) {
    let committed = stage.store.commit(Batch::new().ops(schedules::ops(&changes))).await.unwrap();
    stage.host.schedules.changed(&changes, committed.revision);
}

/// Waits for so many events, and gives what they are.
async fn fired(stage: &Stage, count: usize) -> Vec<(EventId, Payload)> {
    loop {
        let events = stage.events().await;
        if events.len() >= count {
            let mut found = Vec::new();
            for event in events {
                found.push((event.id, stage.host.event(&acme(), event.id).await.unwrap().payload));
            }
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn a_one_shot_fires_once_and_is_gone_and_may_be_set_again_for_the_same_moment() {
    let stage = Stage::with(ONE).await;
    for count in 1..=2 {
        set(&stage, Changes::from([(desk(TimerKind::Once, "k"), Some(once(5)))])).await;
        let events = fired(&stage, count).await;
        assert_eq!(events.len(), count);
        let expected =
            Payload::Timer { key: "k".into(), due: Timestamp(5), body: Some("7".into()), missed_since: None };
        assert_eq!(events[count - 1].1, expected);
        assert!(stage.host.schedules(&acme()).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn one_that_is_cancelled_or_replaced_does_not_fire() {
    let stage = Stage::with(ONE).await;
    let far = SystemClock.now().0 + 3_600_000;
    let key = |name| desk(TimerKind::Once, name);
    set(&stage, Changes::from([(key("a"), Some(once(far))), (key("b"), Some(once(far)))])).await;
    set(
        &stage,
        Changes::from([(key("a"), None), (key("b"), Some(once(far + 1))), (key("c"), Some(once(1)))]),
    )
    .await;
    assert_eq!(fired(&stage, 1).await.len(), 1);
    let left: Vec<_> =
        stage.host.schedules(&acme()).await.unwrap().into_iter().map(|timer| timer.key).collect();
    assert_eq!(left, ["b"]);
}

#[tokio::test]
async fn what_fell_due_while_no_host_ran_is_fired_once_and_says_so() {
    let stage = Stage::with(ONE).await;
    stage.host.shutdown().await;
    // Set behind the back of the host that has ended: as if it had been down since.
    let now = SystemClock.now().0;
    let changes = Changes::from([
        (desk(TimerKind::Once, "once"), Some(once(now - 86_400_000))),
        (desk(TimerKind::Planned, "hourly"), Some(hourly(now - 86_400_000))),
        (desk(TimerKind::Planned, "just-now"), Some(hourly(now - 60_000))),
    ]);
    stage.store.commit(Batch::new().ops(schedules::ops(&changes))).await.unwrap();
    let stage = stage.start_again(false).await;
    let events = fired(&stage, 3).await;
    assert_eq!(events.len(), 3);
    let missed: BTreeMap<_, _> = events
        .into_iter()
        .map(|(_, payload)| match payload {
            Payload::Timer { key, missed_since, .. } => (key, missed_since.map(|since| since.0)),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [("hourly", Some(now - 86_400_000)), ("just-now", None), ("once", None)];
    assert_eq!(missed, expected.map(|(key, since)| (key.to_owned(), since)).into());
    let ahead = stage.host.schedules(&acme()).await.unwrap();
    assert_eq!(ahead.len(), 2, "the recurring ones go on");
    assert!(ahead.iter().all(|timer| timer.due.0 > now && (timer.due.0 - now) <= 3_600_000));
    // Another start finds nothing more to fire.
    let stage = stage.start_again(false).await;
    set(&stage, Changes::from([(desk(TimerKind::Once, "mark"), Some(once(1)))])).await;
    assert_eq!(fired(&stage, 4).await.len(), 4);
}

#[tokio::test]
async fn while_its_last_event_waits_a_recurring_timer_fires_nothing_more() {
    let stage = Stage::with(ONE).await;
    let key = desk(TimerKind::Planned, "hourly");
    let now = SystemClock.now().0;
    set(&stage, Changes::from([(key.clone(), Some(hourly(now - 1)))])).await;
    assert_eq!(fired(&stage, 1).await.len(), 1);
    // Its time comes again, long before its event is handled.
    let value = stage.store.get(&timers::place(&key)).await.unwrap().unwrap();
    let again = Timer { due: Timestamp(now), ..serde_json::from_slice(&value.bytes).unwrap() };
    set(&stage, Changes::from([(key, Some(again)), (desk(TimerKind::Once, "mark"), Some(once(1)))])).await;
    let events = fired(&stage, 2).await;
    assert_eq!(events.len(), 2, "the other one is the mark");
    stage.until(|stage| stage.host.dispatcher.pending(&acme()).eq(&2).then_some(())).await;
    let states = stage.events().await;
    assert!(states.iter().all(|event| event.state == DeliveryState::Pending));
    loop {
        let [timer] = stage.host.schedules(&acme()).await.unwrap().try_into().unwrap();
        if timer.due.0 > now {
            assert_eq!(timer.missed_since, Some(Timestamp(now)));
            break;
        }
    }
}

#[tokio::test]
async fn a_clock_that_was_set_back_while_no_host_ran_silences_no_timer() {
    let stage = Stage::with(ONE).await;
    stage.host.shutdown().await;
    let key = desk(TimerKind::Planned, "hourly");
    let changes = Changes::from([(key, Some(hourly(SystemClock.now().0 + 86_400_000)))]);
    stage.store.commit(Batch::new().ops(schedules::ops(&changes))).await.unwrap();
    let stage = stage.start_again(true).await;
    loop {
        let [timer] = stage.host.schedules(&acme()).await.unwrap().try_into().unwrap();
        if timer.due.0 <= SystemClock.now().0 + 3_600_000 {
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_plan_sets_what_is_new_leaves_what_stands_and_cancels_the_rest() {
    let stage = Stage::with(ONE).await;
    let schedules = &stage.host.schedules;
    let installation = desk(TimerKind::Planned, "").installation;
    let timing = |millis| Timing::Every { millis };
    let plan = BTreeMap::from([("a".to_owned(), timing(60_000)), ("b".to_owned(), timing(60_000))]);
    let first = schedules.planned(&installation, &plan).await.unwrap();
    assert_eq!(first.len(), 2);
    set(&stage, first).await;
    assert!(schedules.planned(&installation, &plan).await.unwrap().is_empty());
    let plan = BTreeMap::from([("b".to_owned(), timing(90_000)), ("c".to_owned(), timing(60_000))]);
    let second = schedules.planned(&installation, &plan).await.unwrap();
    let what: Vec<_> = second.iter().map(|(key, set)| (key.key.as_str(), set.is_some())).collect();
    assert_eq!(what, [("a", false), ("b", true), ("c", true)]);
    set(&stage, second).await;
    set(&stage, Changes::from([(desk(TimerKind::Once, "k"), Some(once(u64::MAX)))])).await;
    let gone = schedules.forgotten(&installation).await.unwrap();
    assert_eq!(gone.len(), 3);
    set(&stage, gone).await;
    assert!(stage.host.schedules(&acme()).await.unwrap().is_empty());
}

//! What a timer does when its time has come: a function of how it stands.

use aws_lc_rs::digest::{SHA256, digest};
use tieline_types::{Course, EventId, Payload, Timer, Timestamp};

use super::timing;

/// What comes of looking at a timer that is due.
#[derive(Debug, PartialEq)]
pub(super) struct Firing {
    /// What enters the inbox; none while the event of the last firing waits.
    pub(super) payload: Option<Payload>,
    /// The timer from now on; none when that was its last firing.
    pub(super) after: Option<Timer>,
}

/// Fires a timer that was due at `timer.due`. However late it is, it fires once; a recurring one says since
/// when it stands for several, and goes on in its beat. `id` will be the event's, and `waits` says whether the
/// event of its last firing does.
pub(super) fn fire(key: &str, timer: Timer, now: Timestamp, id: EventId, waits: bool) -> Firing {
    let Timer { due, course } = timer;
    let key = key.to_owned();
    match course {
        Course::Once { body } => {
            let payload = Payload::Timer { key, due, body: Some(body), missed_since: None };
            Firing { payload: Some(payload), after: None }
        }
        Course::Recurring { timing, fired, missed_since } => {
            let several = timing::next(&timing, due, due).is_some_and(|second| second <= now);
            let missed_since = missed_since.or((several || waits).then_some(due));
            let next = timing::next(&timing, due, now);
            let after = |fired, missed_since| {
                next.map(|due| Timer { due, course: Course::Recurring { timing, fired, missed_since } })
            };
            if waits {
                return Firing { payload: None, after: after(fired, missed_since) };
            }
            let payload = Payload::Timer { key, due, body: None, missed_since };
            Firing { payload: Some(payload), after: after(Some(id), None) }
        }
    }
}

/// The timer as it should be after the clock was set back: a recurring one does not wait for a time that it
/// took for near when the clock was ahead. None when it is well as it is.
pub(super) fn set_back(timer: &Timer, now: Timestamp) -> Option<Timer> {
    let Course::Recurring { timing, .. } = &timer.course else { return None };
    let first = timing::first(timing, now)?;
    (timer.due > first).then(|| Timer { due: first, ..timer.clone() })
}

/// Recognises a moment of a recurring timer that the clock shows twice because it was set back. A one-shot timer
/// may be set again for the same moment, and fires again.
pub(super) fn dedupe(key: &str, timer: &Timer) -> Option<[u8; 32]> {
    let Course::Recurring { .. } = timer.course else { return None };
    let mut hash = [0; 32];
    let moment = format!("timer\0{key}\0{}", timer.due.0);
    hash.copy_from_slice(digest(&SHA256, moment.as_bytes()).as_ref());
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::Timing;

    fn every_minute(due: u64, missed_since: Option<u64>) -> Timer {
        let timing = Timing::Every { millis: 60_000 };
        let missed_since = missed_since.map(Timestamp);
        Timer { due: Timestamp(due), course: Course::Recurring { timing, fired: None, missed_since } }
    }

    fn fired(timer: Timer, now: u64, waits: bool) -> (Option<Payload>, Option<(u64, Option<u64>)>) {
        let Firing { payload, after } = fire("k", timer, Timestamp(now), EventId::from_bytes([1; 16]), waits);
        let after = after.map(|timer| match timer.course {
            Course::Recurring { missed_since, .. } => (timer.due.0, missed_since.map(|since| since.0)),
            Course::Once { .. } => (timer.due.0, None),
        });
        (payload, after)
    }

    fn payload(due: u64, missed_since: Option<u64>) -> Option<Payload> {
        let (due, missed_since) = (Timestamp(due), missed_since.map(Timestamp));
        Some(Payload::Timer { key: "k".into(), due, body: None, missed_since })
    }

    #[test]
    fn on_time_it_fires_and_goes_on() {
        assert_eq!(
            fired(every_minute(60_000, None), 60_003, false),
            (payload(60_000, None), Some((120_000, None)))
        );
    }

    #[test]
    fn after_a_day_without_the_host_it_fires_once_and_says_so() {
        let late = 60_000 + 86_400_000 + 5;
        assert_eq!(
            fired(every_minute(60_000, None), late, false),
            (payload(60_000, Some(60_000)), Some((86_520_000, None)))
        );
    }

    #[test]
    fn while_its_last_event_waits_it_fires_nothing_and_remembers() {
        let (none, after) = fired(every_minute(60_000, None), 60_001, true);
        assert_eq!((none, after), (None, Some((120_000, Some(60_000)))));
        let (none, after) = fired(every_minute(120_000, Some(60_000)), 120_001, true);
        assert_eq!((none, after), (None, Some((180_000, Some(60_000)))));
        assert_eq!(
            fired(every_minute(180_000, Some(60_000)), 180_001, false),
            (payload(180_000, Some(60_000)), Some((240_000, None)))
        );
    }

    #[test]
    fn a_one_shot_fires_late_with_its_body_and_is_gone() {
        let once = Timer { due: Timestamp(5), course: Course::Once { body: "7".into() } };
        assert_eq!(dedupe("k", &once), None);
        let payload =
            Payload::Timer { key: "k".into(), due: Timestamp(5), body: Some("7".into()), missed_since: None };
        assert_eq!(fired(once, 9_999_999, false), (Some(payload), None));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_silence_a_timer() {
        let now = Timestamp(1_000_000);
        assert_eq!(set_back(&every_minute(1_050_000, None), now), None);
        assert_eq!(set_back(&every_minute(90_000_000, None), now).unwrap().due, Timestamp(1_060_000));
        let once = Timer { due: Timestamp(90_000_000), course: Course::Once { body: "7".into() } };
        assert_eq!(set_back(&once, now), None);
    }

    #[test]
    fn the_same_moment_of_the_same_timer_is_the_same_event() {
        let timer = every_minute(60_000, None);
        assert_eq!(dedupe("k", &timer), dedupe("k", &every_minute(60_000, Some(1))));
        assert_ne!(dedupe("k", &timer), dedupe("l", &timer));
        assert_ne!(dedupe("k", &timer), dedupe("k", &every_minute(120_000, None)));
    }
}

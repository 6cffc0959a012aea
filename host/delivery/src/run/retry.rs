//! When to try again: the schedule is data, the jitter follows from the event.

use std::time::Duration;

use tieline_types::EventId;

/// The longest wait that an upstream or a connector may ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(24 * 3600);
/// The longest wait between two looks at a connection that needs a person.
const LONGEST_PARK: Duration = Duration::from_secs(5 * 60);
/// The shortest one.
const SHORTEST_PARK: Duration = Duration::from_secs(1);

/// Waits before the second, third, … attempt.
#[derive(Debug, Clone)]
pub(crate) struct Schedule(Vec<Duration>);

impl Schedule {
    /// A schedule of these waits, in milliseconds.
    pub(crate) fn of_millis(waits: &[u64]) -> Self {
        Self(waits.iter().copied().map(Duration::from_millis).collect())
    }

    /// How long to wait after this many spent attempts; none when they are used up. What was asked for is
    /// honoured, but does not shorten the schedule: an upstream that always says "one second" would use up
    /// all attempts in seconds.
    pub(crate) fn wait_after(&self, spent: u32, asked: Option<Duration>) -> Option<Duration> {
        let index = usize::try_from(spent).ok()?.checked_sub(1)?;
        let wait = *self.0.get(index)?;
        Some(wait.max(asked.unwrap_or_default().min(LONGEST_ASKED)))
    }
}

/// How long an event waits that an upstream's limit held up: as long as asked.
pub(crate) fn wait_throttled(asked: Duration) -> Duration {
    asked.min(LONGEST_ASKED)
}

/// How long a parked event waits: as long again as it has waited already, so the wait doubles each time
/// without being counted, up to five minutes.
pub(crate) fn wait_parked(age: Duration) -> Duration {
    age.clamp(SHORTEST_PARK, LONGEST_PARK)
}

/// Spreads waits that would otherwise end together: ±20 %. The same event and attempt always get the same
/// spread, so settling is a function of what is settled.
pub(crate) fn jittered(wait: Duration, event: EventId, attempt: u32) -> Duration {
    wait.mul_f64(0.8 + 0.4 * fraction(event, attempt))
}

/// The same, but never shorter than the wait: for waits that somebody else demanded.
pub(crate) fn jittered_up(wait: Duration, event: EventId, attempt: u32) -> Duration {
    wait.mul_f64(1.0 + 0.2 * fraction(event, attempt))
}

/// Evenly spread over 0 to 1 by the random bits of the event's id and the attempt.
fn fraction(event: EventId, attempt: u32) -> f64 {
    let [.., a, b, c, d] = *event.as_bytes();
    let mixed = u32::from_be_bytes([a, b, c, d]).wrapping_add(attempt.wrapping_mul(0x9E37_79B9));
    f64::from(mixed.wrapping_mul(0x85EB_CA6B) >> 8) / f64::from(1 << 24)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_attempt_beyond_the_schedule() {
        let schedule = Schedule::of_millis(&[5_000, 30_000]);
        assert_eq!(schedule.wait_after(3, None), None);
        assert_eq!(schedule.wait_after(0, None), None);
        assert_eq!(Schedule::of_millis(&[]).wait_after(1, None), None);
        assert_eq!(schedule.wait_after(1, None), Some(Duration::from_secs(5)));
        assert_eq!(schedule.wait_after(2, None), Some(Duration::from_secs(30)));
    }

    #[test]
    fn what_is_asked_for_lengthens_the_wait_within_reason() {
        let schedule = Schedule::of_millis(&[5_000]);
        let asked = |secs| schedule.wait_after(1, Some(Duration::from_secs(secs)));
        assert_eq!(asked(1), Some(Duration::from_secs(5)));
        assert_eq!(asked(60), Some(Duration::from_secs(60)));
        assert_eq!(asked(u64::MAX), Some(LONGEST_ASKED));
    }

    #[test]
    fn parking_doubles_up_to_five_minutes() {
        assert_eq!(wait_parked(Duration::ZERO), SHORTEST_PARK);
        assert_eq!(wait_parked(Duration::from_secs(40)), Duration::from_secs(40));
        assert_eq!(wait_parked(Duration::from_secs(4_000)), LONGEST_PARK);
    }

    proptest! {
        #[test]
        fn jitter_stays_within_a_fifth(bytes: [u8; 16], attempt: u32, millis in 0..100_000_000u64) {
            let (id, wait) = (EventId::from_bytes(bytes), Duration::from_millis(millis));
            let both = jittered(wait, id, attempt);
            prop_assert!(both >= wait.mul_f64(0.799) && both <= wait.mul_f64(1.201));
            prop_assert_eq!(both, jittered(wait, id, attempt));
            let up = jittered_up(wait, id, attempt);
            prop_assert!(up >= wait && up <= wait.mul_f64(1.201));
        }
    }
}

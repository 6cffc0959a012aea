//! What is counted together: so many calls in so long. Pure.

use std::time::{Duration, Instant};

/// The counter of calls as one moment: when all that was let through would have come evenly spaced. A lane whose
/// moment has passed is as good as a new one, so it need not be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lane(Instant);

/// So many calls at once, and then one every so often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    every: Duration,
    window: Duration,
}

impl Rate {
    pub(super) fn new(calls: u32, seconds: u32) -> Self {
        let window = Duration::from_secs(u64::from(seconds.max(1)));
        Self { every: window / calls.max(1), window }
    }
}

impl Lane {
    pub(super) fn new(now: Instant) -> Self {
        Self(now)
    }

    pub(super) fn is_idle(self, now: Instant) -> bool {
        self.0 <= now
    }

    /// How long a call has to wait that would like to go now.
    pub(super) fn wait(self, rate: Rate, now: Instant) -> Duration {
        let slack = rate.window - rate.every;
        self.0.saturating_duration_since(now).saturating_sub(slack)
    }

    /// The lane after a call at this moment.
    #[must_use]
    pub(super) fn after(self, rate: Rate, at: Instant) -> Self {
        Self(self.0.max(at) + rate.every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn so_many_at_once_and_the_next_when_one_is_due() {
        let (now, rate) = (Instant::now(), Rate::new(4, 60));
        let mut lane = Lane::new(now);
        for _ in 0..4 {
            assert_eq!(lane.wait(rate, now), Duration::ZERO);
            lane = lane.after(rate, now);
        }
        assert_eq!(lane.wait(rate, now), Duration::from_secs(15));
        assert!(!lane.is_idle(now) && lane.is_idle(now + Duration::from_secs(60)));
        assert_eq!(lane.wait(rate, now + Duration::from_secs(15)), Duration::ZERO);
    }

    proptest! {
        /// Over any time, no more calls pass than the burst and one for each interval.
        #[test]
        fn never_more_than_allowed(
            calls in 1..50u32, seconds in 1..100u32, gaps in prop::collection::vec(0..2_000u64, 1..300),
        ) {
            let (begin, rate) = (Instant::now(), Rate::new(calls, seconds));
            let (mut now, mut lane, mut passed) = (begin, Lane::new(begin), 0u32);
            for gap in gaps {
                now += Duration::from_millis(gap);
                if lane.wait(rate, now).is_zero() {
                    lane = lane.after(rate, now);
                    passed += 1;
                }
                let most = f64::from(calls) + (now - begin).as_secs_f64() / rate.every.as_secs_f64();
                prop_assert!(f64::from(passed) <= most + 1e-6);
            }
        }

        /// Whoever waits as long as it is told, is let through then.
        #[test]
        fn the_wait_is_right(calls in 1..50u32, seconds in 1..100u32, before in 0..200u32) {
            let (now, rate) = (Instant::now(), Rate::new(calls, seconds));
            let lane = (0..before).fold(Lane::new(now), |lane, _| lane.after(rate, now));
            let then = now + lane.wait(rate, now);
            prop_assert_eq!(lane.wait(rate, then), Duration::ZERO);
        }
    }
}

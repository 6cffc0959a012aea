//! How fast one app changes its subscriptions: well below what Graph allows, and not at all while Graph says
//! that it is too much. A function of what was sent, what was answered, and the time.
//!
//! <https://learn.microsoft.com/graph/throttling-limits#subscription-service-limits>

use std::time::Duration;

use tieline_types::Timestamp;

/// Graph takes 1,000 changes of an app in a directory in 20 seconds. Half of that leaves room for the app's
/// other uses, and for steps that are two changes.
const BETWEEN: Duration = Duration::from_millis(40);
/// So many may come together after a quiet time.
const TOGETHER: u32 = 50;
/// Steps of one app at the same time.
const SIDE_BY_SIDE: usize = 8;
/// The same after a refusal, until one is taken again.
const PROBES: usize = 4;
/// Without a word how long to wait: so long first, and twice as long after each further refusal.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

/// The pace of one app.
#[derive(Debug, Clone, Default)]
pub(super) struct Pace {
    /// When the next change would be due if all came evenly.
    even: Timestamp,
    /// Waves of refusals in a row.
    refused: u32,
    /// When the last of them began to be waited for.
    held: Timestamp,
    /// Nothing before this.
    until: Timestamp,
    /// Steps under way.
    pub(super) busy: usize,
}

impl Pace {
    /// Takes a place for one step, or says when to ask again; no time: when a step under way has ended.
    pub(super) fn take(&mut self, now: Timestamp) -> Result<(), Option<Timestamp>> {
        if self.until > now {
            return Err(Some(self.until));
        }
        let places = if self.refused > 0 { PROBES } else { SIDE_BY_SIDE };
        if self.busy >= places {
            return Err(None);
        }
        let ahead = BETWEEN * TOGETHER;
        if self.even.since(now) > 2 * ahead {
            // The clock was set back.
            self.even = now;
        }
        if self.even.since(now) >= ahead {
            return Err(Some(
                Timestamp(self.even.0 - ahead.as_millis() as u64).after(Duration::from_millis(1)),
            ));
        }
        self.even = self.even.max(now).after(BETWEEN);
        self.busy += 1;
        Ok(())
    }

    /// A step ended that Graph did not refuse as too much.
    pub(super) fn taken(&mut self, begun: Timestamp) {
        if begun >= self.held {
            self.refused = 0;
        }
    }

    /// Graph said that it is too much. Steps that were under way together are refused together, which counts
    /// once.
    pub(super) fn refused(&mut self, begun: Timestamp, asked: Option<Duration>, now: Timestamp) -> Timestamp {
        if begun >= self.until || self.refused == 0 {
            self.refused = self.refused.saturating_add(1);
            self.held = now;
        }
        let doubled = FIRST.saturating_mul(2_u32.saturating_pow(self.refused - 1)).min(LONGEST);
        self.until = self.until.max(now.after(asked.unwrap_or(doubled)));
        self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp(1_763_712_000_000);

    fn seconds(seconds: u64) -> Timestamp {
        NOW.after(Duration::from_secs(seconds))
    }

    #[test]
    fn a_wave_of_refusals_is_one_and_each_further_one_waits_longer() {
        let mut pace = Pace::default();
        for _ in 0..8 {
            assert_eq!(pace.refused(NOW, None, NOW), seconds(1));
        }
        assert_eq!(pace.refused(seconds(1), None, seconds(1)), seconds(3));
        assert_eq!(pace.refused(seconds(3), None, seconds(3)), seconds(7));
        pace.taken(seconds(7));
        assert_eq!(pace.refused(seconds(8), None, seconds(8)), seconds(9));
        assert_eq!(pace.refused(seconds(9), Some(Duration::from_secs(90)), seconds(9)), seconds(99));
    }

    #[test]
    fn the_clock_may_be_set_back() {
        let mut pace = Pace::default();
        assert_eq!(pace.take(seconds(86_400)), Ok(()));
        assert_eq!(pace.take(NOW), Ok(()));
    }

    proptest! {
        #[test]
        fn no_more_than_graph_takes(waits in prop::collection::vec(0_u64..200, 1..2_000)) {
            let (mut pace, mut now, mut sent) = (Pace::default(), NOW, Vec::new());
            for wait in waits {
                now = now.after(Duration::from_millis(wait));
                while pace.take(now).is_ok() {
                    pace.busy = 0;
                    sent.push(now);
                }
            }
            let window = |end: Timestamp| sent.iter().filter(|at| **at <= end && end.since(**at).as_secs() < 20).count();
            prop_assert!(sent.iter().all(|end| window(*end) <= 1_000 / 2 + TOGETHER as usize + 1));
        }

        #[test]
        fn goes_on_when_it_said(asked in prop::option::of(0_u64..100_000), waves in 1_u64..40) {
            let (mut pace, mut now) = (Pace::default(), NOW);
            for _ in 0..waves {
                prop_assert_eq!(pace.take(now), Ok(()));
                pace.busy = 0;
                let until = pace.refused(now, asked.map(Duration::from_millis), now);
                if until > now {
                    prop_assert_eq!(pace.take(now), Err(Some(until)));
                }
                now = until.after(BETWEEN);
            }
        }
    }
}

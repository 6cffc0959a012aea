//! The limits of an installation, with the one that spans its runs.

use std::{
    ops::Deref,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use tieline_types::Limits;

/// The most that calls may run ahead of their rate before they wait.
const BURST: Duration = Duration::from_secs(1);
/// The longest that a call waits for its turn; one that would wait longer is refused.
const PATIENCE: Duration = Duration::from_secs(2);

/// What an installation may use. Shared by all its runs, whose storage calls take turns here.
#[derive(Debug)]
pub struct Allowance {
    limits: Limits,
    begun: Instant,
    /// When the next call would be due if all came at their rate, in nanoseconds since `begun`.
    due: AtomicU64,
}

impl Allowance {
    /// These limits, with nothing used yet.
    pub fn new(limits: Limits) -> Self {
        Self { limits, begun: Instant::now(), due: AtomicU64::new(0) }
    }

    /// How long the next storage call waits.
    ///
    /// # Errors
    /// With how long it would have to wait, where that is too long: it is refused.
    pub(crate) fn storage_turn(&self) -> Result<Duration, Duration> {
        let now = u64::try_from(self.begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let rate = self.limits.storage_ops_per_second;
        let took = self.due.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |due| turn(due, now, rate));
        took.map(|due| wait(due, now)).map_err(|due| wait(due, now))
    }
}

impl Deref for Allowance {
    type Target = Limits;

    fn deref(&self) -> &Limits {
        &self.limits
    }
}

/// When the call after this one is due; none if this one would wait too long.
fn turn(due: u64, now: u64, per_second: u32) -> Option<u64> {
    let due = due.max(now);
    let step = 1_000_000_000 / u64::from(per_second.max(1));
    (wait(due, now) <= PATIENCE).then(|| due.saturating_add(step))
}

fn wait(due: u64, now: u64) -> Duration {
    Duration::from_nanos(due.saturating_sub(now)).saturating_sub(BURST)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Waits of so many calls that all come at once, in milliseconds.
    fn waits(calls: usize, per_second: u32) -> Vec<Option<u64>> {
        let mut due = 0;
        let one = |_| {
            let waits = wait(due, 0).as_millis() as u64;
            let next = turn(due, 0, per_second)?;
            due = next;
            Some(waits)
        };
        (0..calls).map(one).collect()
    }

    #[test]
    fn a_burst_passes_then_calls_wait_then_they_are_refused() {
        let waits = waits(60, 10);
        assert!(waits[..=10].iter().all(|wait| *wait == Some(0)), "{waits:?}");
        assert_eq!(waits[11], Some(100));
        assert_eq!(waits[30], Some(2_000));
        assert!(waits[31..].iter().all(Option::is_none));
    }

    #[test]
    fn who_keeps_to_the_rate_never_waits() {
        let mut due = 0;
        for now in (0..100).map(|n| n * 100_000_000) {
            assert_eq!(wait(due, now), Duration::ZERO);
            due = turn(due, now, 10).unwrap();
        }
    }
}

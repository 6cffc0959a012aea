//! Backing off from a subscription that cannot be brought about.

use std::time::Duration;

use tieline_types::{Problem, Timestamp};

use super::failure::GraphFailure;

/// The first wait; each further one is twice as long.
const FIRST: Duration = Duration::from_secs(1);
/// The longest one.
const LONGEST: Duration = Duration::from_secs(5 * 60);

/// Why a subscription is not as it should be. In memory only: a start tries again at once.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    /// For people.
    pub(super) problem: Problem,
    /// Failures in a row.
    pub(super) failures: u32,
    /// Not again before.
    pub(super) until: Timestamp,
}

impl Trouble {
    /// After another failure.
    pub(super) fn after(before: Option<&Self>, failure: GraphFailure, now: Timestamp) -> Self {
        let failures = before.map_or(0, |before| before.failures).saturating_add(1);
        let wait = FIRST.saturating_mul(2_u32.saturating_pow(failures - 1)).min(LONGEST);
        let wait = wait.max(failure.after.unwrap_or_default());
        Self { problem: failure.problem, failures, until: now.after(wait) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_longer_each_time_within_bounds() {
        let now = Timestamp(0);
        let mut trouble = None;
        let mut waits = Vec::new();
        for _ in 0..40 {
            let next = Trouble::after(trouble.as_ref(), GraphFailure::unreadable("nothing"), now);
            waits.push(next.until.since(now).as_secs());
            trouble = Some(next);
        }
        assert_eq!(waits[..4], [1, 2, 4, 8]);
        assert!(waits.iter().all(|wait| *wait <= 300) && waits[39] == 300);
        let asked =
            GraphFailure { after: Some(Duration::from_secs(900)), ..GraphFailure::unreadable("nothing") };
        assert_eq!(Trouble::after(None, asked, now).until.since(now).as_secs(), 900);
    }
}

//! Backing off from a subscription that cannot be brought about.

use std::time::Duration;

use tieline_types::{Problem, Timestamp};

use super::failure::{GraphFailure, Kind};

/// The first wait; each further one is twice as long.
const FIRST: Duration = Duration::from_secs(1);
/// The longest one.
const LONGEST: Duration = Duration::from_secs(5 * 60);

/// Why a subscription is not as it should be. In memory only: a start tries again at once.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    /// For people.
    pub(super) problem: Problem,
    /// What kind of answer it was.
    pub(super) kind: Kind,
    /// Failures in a row; to be told to wait is none.
    pub(super) failures: u32,
    /// Not again before.
    pub(super) until: Timestamp,
}

impl Trouble {
    /// After another failure.
    pub(super) fn after(before: Option<&Self>, failure: GraphFailure, now: Timestamp) -> Self {
        let before = before.map_or(0, |before| before.failures);
        let GraphFailure { kind, problem, after } = failure;
        let problem = *problem;
        if kind == Kind::Throttled {
            return Self { problem, kind, failures: before, until: now.after(after.unwrap_or_default()) };
        }
        let failures = before.saturating_add(1);
        let wait = FIRST.saturating_mul(2_u32.saturating_pow(failures - 1)).min(LONGEST);
        Self { problem, kind, failures, until: now.after(wait.max(after.unwrap_or_default())) }
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

//! What happens to a subscription as time passes ("Reduce missing subscriptions and change notifications",
//! "Lifecycle notifications"): it is challenged towards its end, and corrupted by whoever reauthorises and
//! renews it within ten minutes.

/// A PATCH and a reauthorisation closer together than this corrupt a subscription.
const APART_MS: u64 = 10 * MINUTE_MS;
const MINUTE_MS: u64 = 60_000;
/// Challenges begin so long before the end, or when a quarter of the life is left.
const CHALLENGED_MS: u64 = 12 * 60 * MINUTE_MS;
/// They come no closer together than this.
const BETWEEN_MS: u64 = 15 * MINUTE_MS;

/// A request about a subscription's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Touch {
    Renewed,
    Reauthorized,
}

/// The course of one subscription's life.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Life {
    /// When it was made or renewed.
    pub(super) begun_ms: u64,
    last: Option<(Touch, u64)>,
    challenged_ms: u64,
    /// It is there, and brings nothing any more.
    pub(super) corrupted: bool,
}

impl Life {
    pub(super) fn begun(now_ms: u64) -> Self {
        Self { begun_ms: now_ms, ..Self::default() }
    }

    /// Notes a request.
    pub(super) fn touch(&mut self, touch: Touch, now_ms: u64) {
        let close = |(how, at): (Touch, u64)| how != touch && now_ms.saturating_sub(at) < APART_MS;
        self.corrupted |= self.last.is_some_and(close);
        self.last = Some((touch, now_ms));
        if touch == Touch::Renewed {
            self.begun_ms = now_ms;
        }
    }

    /// Whether its owner is to be asked to reauthorise it now; asks once at a time.
    pub(super) fn is_challenged(&mut self, expires_ms: u64, now_ms: u64) -> bool {
        let left = expires_ms.saturating_sub(now_ms);
        let begins = CHALLENGED_MS.min(expires_ms.saturating_sub(self.begun_ms) / 4);
        let due = left > 0 && left <= begins && now_ms >= self.challenged_ms;
        if due {
            self.challenged_ms = now_ms + (left / 4).max(BETWEEN_MS);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_within_ten_minutes_corrupt_it_and_one_of_them_does_not() {
        use Touch::{Reauthorized, Renewed};
        let after = |touches: &[(Touch, u64)]| {
            let mut life = Life::begun(0);
            touches.iter().for_each(|(touch, minutes)| life.touch(*touch, minutes * MINUTE_MS));
            life.corrupted
        };
        assert!(!after(&[(Renewed, 0), (Renewed, 1), (Reauthorized, 11), (Renewed, 21)]));
        assert!(after(&[(Renewed, 0), (Reauthorized, 9)]));
        assert!(after(&[(Reauthorized, 0), (Renewed, 9), (Renewed, 60)]), "for good");
    }

    #[test]
    fn challenges_come_towards_the_end_and_ever_closer() {
        let (mut life, end) = (Life::begun(0), 4_320 * MINUTE_MS);
        let asked: Vec<_> = (0..4_400).filter(|minute| life.is_challenged(end, minute * MINUTE_MS)).collect();
        assert_eq!(asked.first(), Some(&(4_320 - 720)));
        assert!(asked.windows(2).all(|pair| pair[1] - pair[0] >= 15));
        assert!(asked.len() > 6 && asked.last().is_some_and(|last| *last < 4_320));
    }
}

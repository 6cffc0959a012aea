//! What to list, and what next. Pure: the caller reads.
//!
//! <https://learn.microsoft.com/graph/api/callrecords-cloudcommunications-list-callrecords>: by the time at which calls
//! began, sixty a page, of the last thirty days.

use serde::{Deserialize, Serialize};
use tieline_sdk::encode;
use tieline_sdk::time::iso;

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;
/// Graph keeps records for so long.
const KEPT: u64 = 30 * DAY;
/// A meeting lasts up to thirty hours, and its record comes up to two and a half hours after its end: what was not
/// announced since some time may have begun so long before.
const REACH: u64 = 33 * HOUR;

/// A time whose calls are listed, the newest day first: the body of the events that go on with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The part that is being listed, in milliseconds since 1970: from and before.
    from: u64,
    to: u64,
    /// Where the whole time begins.
    oldest: u64,
    /// The next page of the part; none: its first.
    page: Option<String>,
}

impl Window {
    /// All calls of the last `days`.
    pub fn last_days(days: u32, now: u64) -> Option<Self> {
        Self::of(now.saturating_sub(u64::from(days) * DAY), now, now)
    }

    /// The calls of which nobody may have been told from `from` to `to`.
    pub fn untold(from: u64, to: u64, now: u64) -> Option<Self> {
        Self::of(from.saturating_sub(REACH), to, now)
    }

    /// None when there is nothing in it that Graph has.
    fn of(from: u64, to: u64, now: u64) -> Option<Self> {
        let oldest = from.max(now.saturating_sub(KEPT));
        let to = to.min(now);
        (oldest < to).then(|| Self { from: to.saturating_sub(DAY).max(oldest), to, oldest, page: None })
    }

    /// Where the next page is: a path, or a link of Graph's.
    pub fn path(&self) -> String {
        match &self.page {
            Some(link) => link.clone(),
            None => {
                let (from, to) = (iso(self.from), iso(self.to));
                let filter = encode(&format!("startDateTime ge {from} and startDateTime lt {to}"));
                format!("/communications/callRecords?$filter={filter}&$select=id,version")
            }
        }
    }

    /// What is left after a page that named this next one.
    pub fn after(self, next: Option<String>) -> Option<Self> {
        if next.is_some() {
            return Some(Self { page: next, ..self });
        }
        let to = self.from;
        (self.oldest < to).then(|| Self {
            from: to.saturating_sub(DAY).max(self.oldest),
            to,
            oldest: self.oldest,
            page: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: u64 = 1_900_000_000_000;

    fn parts(window: Option<Window>) -> Vec<(u64, u64)> {
        let next = |window: &Window| window.clone().after(None);
        std::iter::successors(window, next).map(|window| (window.from, window.to)).collect()
    }

    #[test]
    fn thirty_days_are_thirty_parts_newest_first() {
        let parts = parts(Window::last_days(30, NOW));
        assert_eq!(parts.len(), 30);
        assert_eq!(parts[0], (NOW - DAY, NOW));
        assert_eq!(parts[29], (NOW - 30 * DAY, NOW - 29 * DAY));
        assert_eq!(Window::last_days(0, NOW), None);
    }

    #[test]
    fn what_was_not_told_may_have_begun_before() {
        let hour = parts(Window::untold(NOW - HOUR, NOW, NOW));
        assert_eq!(hour, [(NOW - DAY, NOW), (NOW - 34 * HOUR, NOW - DAY)]);
        assert_eq!(Window::untold(NOW - 60 * DAY, NOW - 31 * DAY, NOW), None);
    }

    #[test]
    fn pages_come_before_the_next_part() {
        let first = Window::last_days(2, NOW).unwrap();
        let path = first.path();
        assert!(path.starts_with("/communications/callRecords?$filter=startDateTime%20ge%20"), "{path}");
        let second = first.after(Some("https://graph/next".into())).unwrap();
        assert_eq!(second.path(), "https://graph/next");
        let third = second.after(None).unwrap();
        assert_eq!((third.from, third.to, third.page), (NOW - 2 * DAY, NOW - DAY, None));
    }

    proptest! {
        #[test]
        fn parts_cover_the_time_without_a_gap_and_end(from in 0..NOW, length in 0..40 * DAY) {
            let to = from.saturating_add(length);
            let parts = parts(Window::untold(from, to, NOW));
            prop_assert!(parts.len() <= 32);
            for pair in parts.windows(2) {
                prop_assert_eq!(pair[1].1, pair[0].0);
            }
            if let (Some(first), Some(last)) = (parts.first(), parts.last()) {
                prop_assert_eq!(first.1, to.min(NOW));
                prop_assert_eq!(last.0, from.saturating_sub(REACH).max(NOW - KEPT));
            }
        }
    }
}

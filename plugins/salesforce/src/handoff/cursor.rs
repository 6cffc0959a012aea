//! How far Salesforce's changes are read. Pure.
//!
//! Records are listed in the order of `SystemModstamp`, which is Salesforce's own clock: no other clock takes part, so
//! none can be wrong. What a long transaction changed appears late and with an earlier stamp, so each reading begins
//! some minutes before the end of the one before. What is read twice is told once, since it is known by when it was
//! reached.

use serde::{Deserialize, Serialize};

/// A transaction of Salesforce ends after ten minutes at the latest.
pub const OVERLAP: u64 = 10 * 60_000;

/// Where the next reading begins; in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// When this began: what was reached before is nobody's news.
    pub begun: u64,
    /// Read what changed then or later.
    pub from: u64,
    /// The latest change that was read.
    pub newest: u64,
}

/// What a page says of how to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// That was all, for now.
    Done(Cursor),
    /// There is more from there on.
    More(Cursor),
    /// The page was full with changes of one moment: read all of that moment, then go on behind it.
    Moment(u64, Cursor),
}

impl Cursor {
    /// Begins with what changes after the latest change that there is.
    pub fn begin(latest: Option<u64>) -> Self {
        let begun = latest.unwrap_or_default();
        Self { begun, from: begun, newest: begun }
    }

    /// Goes on after a page whose records have these stamps, in order; a page holds so many at most.
    pub fn after(self, stamps: &[u64], most: usize) -> Step {
        let newest = stamps.last().map_or(self.newest, |last| self.newest.max(*last));
        match (stamps.first(), stamps.last()) {
            (Some(first), Some(last)) if stamps.len() >= most && first < last => {
                Step::More(Self { from: *last, newest, ..self })
            }
            (Some(_), Some(last)) if stamps.len() >= most => {
                Step::Moment(*last, Self { from: last.saturating_add(1), newest, ..self })
            }
            _ => Step::Done(Self { from: newest.saturating_sub(OVERLAP).max(self.begun), newest, ..self }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const MOST: usize = 3;

    /// Reads all that is visible, as the shell does.
    fn reading(mut cursor: Cursor, visible: &[u64]) -> (BTreeSet<usize>, Cursor) {
        let mut seen = BTreeSet::new();
        for _ in 0..1_000 {
            let mut page: Vec<_> =
                visible.iter().enumerate().filter(|(_, stamp)| **stamp >= cursor.from).collect();
            page.sort_by_key(|(at, stamp)| (**stamp, *at));
            page.truncate(MOST);
            seen.extend(page.iter().map(|(at, _)| *at));
            let stamps: Vec<_> = page.iter().map(|(_, stamp)| **stamp).collect();
            match cursor.after(&stamps, MOST) {
                Step::Done(cursor) => return (seen, cursor),
                Step::More(next) => cursor = next,
                Step::Moment(moment, next) => {
                    seen.extend(
                        visible.iter().enumerate().filter(|(_, stamp)| **stamp == moment).map(|(at, _)| at),
                    );
                    cursor = next;
                }
            }
        }
        panic!("it never ends");
    }

    proptest! {
        /// Changes become visible at most so late as a transaction lasts; readings come at any time.
        #[test]
        fn every_change_is_seen(
            changes in proptest::collection::vec((0_u64..40, 0_u64..=10), 0..40),
            pauses in proptest::collection::vec(1_u64..20, 1..20),
        ) {
            const MINUTE: u64 = 60_000;
            let begun = 1_000 * MINUTE;
            let stamps: Vec<_> = changes.iter().map(|(at, _)| begun + at * MINUTE).collect();
            let mut cursor = Cursor::begin(Some(begun));
            let (mut now, mut seen) = (begun, BTreeSet::new());
            let last = begun + 60 * MINUTE;
            for pause in pauses.iter().cycle() {
                now = (now + pause * MINUTE).min(last);
                // What is not visible yet has a stamp that no listing shows.
                let visible: Vec<_> = changes.iter().zip(&stamps)
                    .map(|((at, late), stamp)| if begun + (at + late) * MINUTE <= now { *stamp } else { 0 })
                    .collect();
                let (found, next) = reading(cursor, &visible);
                seen.extend(found);
                cursor = next;
                if now == last {
                    break;
                }
            }
            prop_assert_eq!(seen.len(), changes.len());
        }
    }

    #[test]
    fn a_page_of_one_moment_is_no_trap() {
        let cursor = Cursor::begin(Some(1));
        assert_eq!(cursor.after(&[5, 5, 5], MOST), Step::Moment(5, Cursor { begun: 1, from: 6, newest: 5 }));
        assert_eq!(cursor.after(&[4, 5, 5], MOST), Step::More(Cursor { begun: 1, from: 5, newest: 5 }));
        assert_eq!(cursor.after(&[], MOST), Step::Done(cursor));
        assert_eq!(
            Cursor::begin(None).after(&[7], MOST),
            Step::Done(Cursor { begun: 0, from: 0, newest: 7 })
        );
    }
}

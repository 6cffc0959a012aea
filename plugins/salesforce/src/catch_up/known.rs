//! What is remembered of a channel between gaps. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Posts are kept so much longer: an earlier gap that is still being filled looks further back.
const KEPT: u64 = 7 * 24 * 3_600_000;
/// What posts may take, as JSON: some fifteen thousand of them, half of what a run may write.
const LARGEST: usize = 512 << 10;
/// What a post takes beside its id.
const BESIDE_ITS_ID: usize = r#""":1780272000000,"#.len();
/// A longer link is not kept: the next round begins anew.
const LONGEST_LINK: usize = 16 << 10;

/// A channel's posts, and where Graph goes on telling what changed. Ids and times, no words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Posts that changed later are in `posts`.
    pub since: u64,
    /// Where the next round goes on; none before the first has ended.
    pub link: Option<String>,
    /// When that round ended.
    pub ended: u64,
    /// Posts by id, and when each, or a reply to it, last changed.
    pub posts: BTreeMap<String, u64>,
    /// Posts that changed then, or before, were too many to be kept.
    #[serde(default)]
    pub forgotten: u64,
}

impl Known {
    /// The link, if what it does not tell any more is known, and lies before the gap.
    pub(super) fn link_for(&self, gap: u64, posts_since: u64) -> Option<String> {
        self.link.clone().filter(|_| self.ended <= gap && self.since <= posts_since)
    }

    pub(super) fn post(&mut self, id: &str, changed: u64) {
        let known = self.posts.entry(id.to_owned()).or_default();
        *known = changed.max(*known);
    }

    /// Keeps the link of the last page, and forgets posts that no look-back reaches.
    pub(super) fn end_round(&mut self, link: Option<String>, now: u64, posts_since: u64) {
        self.link = link.filter(|link| link.len() <= LONGEST_LINK);
        self.ended = now;
        self.since = posts_since.max(self.forgotten);
        self.posts.retain(|_, changed| changed.saturating_add(KEPT) >= posts_since);
    }

    /// Forgets what changed longest ago where there are more posts than are kept.
    pub(super) fn keep_within_bounds(&mut self) {
        let bytes = |id: &String| id.len() + BESIDE_ITS_ID;
        let mut kept: usize = self.posts.keys().map(bytes).sum();
        if kept <= LARGEST {
            return;
        }
        let mut oldest: Vec<(u64, &String)> = self.posts.iter().map(|(id, changed)| (*changed, id)).collect();
        oldest.sort_unstable();
        // More than it must, so that not every page sorts them.
        for (changed, id) in oldest {
            if kept <= LARGEST / 8 * 7 {
                break;
            }
            kept -= bytes(id);
            self.forgotten = changed;
        }
        let forgotten = self.forgotten;
        self.posts.retain(|_, changed| *changed > forgotten);
    }

    /// Whether a gap that looks back so far misses posts: there were too many.
    pub(super) fn misses(&self, posts_since: u64) -> bool {
        self.forgotten >= posts_since && self.forgotten > 0
    }

    /// How long this serves: what is older lies before every look-back.
    pub(super) fn serves_for(look_back: u64) -> u64 {
        look_back.saturating_add(KEPT)
    }

    /// The first post after this one that changed since then.
    pub(super) fn next_post(&self, after: Option<&str>, since: u64) -> Option<String> {
        let later = self.posts.iter().filter(|(id, _)| after.is_none_or(|after| id.as_str() > after));
        later.filter(|(_, changed)| **changed >= since).map(|(id, _)| id.clone()).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_with_too_many_posts_keeps_the_newest_and_says_what_it_forgot() {
        let mut known = Known::default();
        for number in 1..=40_000_u64 {
            // Ids in another order than times.
            known.post(&format!("{:013}", number * 7_919 % 40_009), number);
            if number % 50 == 0 {
                known.keep_within_bounds();
            }
        }
        known.end_round(Some("link".into()), 50_000, 10);
        assert!(serde_json::to_string(&known).unwrap().len() <= LARGEST + 100);
        assert!(known.posts.len() > 10_000, "{}", known.posts.len());
        let oldest = *known.posts.values().min().unwrap();
        assert_eq!((known.posts.len() as u64, known.forgotten + 1), (40_001 - oldest, oldest));
        assert!(known.misses(10) && known.misses(known.forgotten) && !known.misses(oldest));
        // The link tells nothing of what is forgotten: only a look-back that ends before goes on with it.
        assert_eq!(known.link_for(60_000, 10), None);
        assert_eq!(known.link_for(60_000, oldest).as_deref(), Some("link"));
    }

    #[test]
    fn a_channel_as_they_are_forgets_nothing() {
        let mut known = Known::default();
        (1..=10_000_u64).for_each(|number| known.post(&format!("{number:013}"), number));
        let before = known.clone();
        known.keep_within_bounds();
        assert_eq!(known, before);
        assert!(!known.misses(0));
    }

    #[test]
    fn a_link_beyond_all_measure_is_not_kept() {
        let mut known = Known::default();
        known.end_round(Some("l".repeat(LONGEST_LINK + 1)), 1, 0);
        assert_eq!(known.link, None);
    }
}

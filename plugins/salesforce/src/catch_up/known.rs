//! What is remembered of a channel between gaps. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Posts are kept so much longer: an earlier gap that is still being filled looks further back.
const KEPT: u64 = 7 * 24 * 3_600_000;

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
        self.link = link;
        self.ended = now;
        self.since = posts_since;
        self.posts.retain(|_, changed| changed.saturating_add(KEPT) >= posts_since);
    }

    /// The first post after this one that changed since then.
    pub(super) fn next_post(&self, after: Option<&str>, since: u64) -> Option<String> {
        let later = self.posts.iter().filter(|(id, _)| after.is_none_or(|after| id.as_str() > after));
        later.filter(|(_, changed)| **changed >= since).map(|(id, _)| id.clone()).next()
    }
}

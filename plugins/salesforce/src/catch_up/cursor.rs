//! How far a gap is filled, and what to read next. Pure: the caller reads, and keeps what is known between runs.
//!
//! <https://learn.microsoft.com/graph/api/chatmessage-delta>: posts of a channel, of the last eight months, without
//! their replies. Chats have no delta.

use serde::{Deserialize, Serialize};
use tieline_sdk::{encode, path};

use super::known::Known;
use super::page::{Answer, Page};
use crate::teams::place::Place;
use crate::teams::source::Source;
use tieline_sdk::time::iso;

/// The clocks of Graph and of the host may differ by so much, and a message may be so long on its way.
const MARGIN: u64 = 5 * 60_000;
/// Graph's most for messages.
const PAGE: usize = 50;
/// A round whose links are gone is begun anew so often.
const ROUNDS: u8 = 3;

/// A gap that is being filled: the body of the events that go on with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatchUp {
    /// The place, as the plan named its messages.
    resource: String,
    /// The interval, in milliseconds since 1970.
    from: u64,
    to: u64,
    /// Posts that are not older may have replies in it.
    posts_since: u64,
    /// How often the round was begun.
    rounds: u8,
    /// What to read next.
    next: Next,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Next {
    /// A page of a channel's posts, or of a chat's messages.
    Messages(String),
    /// A page of replies to a post.
    Replies { to: String, page: String },
}

/// What a page came to.
#[derive(Debug)]
pub struct Taken {
    /// Messages that were written in the gap: their resources as notifications name them, and they themselves.
    pub found: Vec<(String, serde_json::Value)>,
    /// What is left to do.
    pub rest: Option<CatchUp>,
}

impl CatchUp {
    /// Begins with a gap of `place`. What is known of a channel serves if it reaches back far enough, and not into the
    /// gap: what was seen then was not looked at.
    pub fn begin(place: Place<'_>, from: u64, to: u64, look_back: u64, known: &mut Known) -> Self {
        let from = from.saturating_sub(MARGIN);
        let to = to.saturating_add(MARGIN);
        let mut catch_up = Self {
            resource: place.resource(),
            from,
            to,
            posts_since: from.saturating_sub(look_back),
            rounds: 0,
            next: Next::Messages(String::new()),
        };
        match known.link_for(from, catch_up.posts_since) {
            Some(link) => catch_up.next = Next::Messages(link),
            None => catch_up.whole_window(place, known),
        }
        catch_up
    }

    /// Where the next page is: a path, or a link of Graph's.
    pub fn path(&self) -> &str {
        match &self.next {
            Next::Messages(page) | Next::Replies { page, .. } => page,
        }
    }

    /// The place; none if this was no resource of messages.
    pub fn place(&self) -> Option<Place<'_>> {
        Place::of_messages(&self.resource)
    }

    /// Whether posts in its look-back were too many to be kept: replies to those that changed longest ago are not read.
    pub fn misses_posts(&self, known: &Known) -> bool {
        known.misses(self.posts_since)
    }

    /// Takes in what was read at `now`. None: the links were gone too often.
    pub fn take(mut self, answer: Answer, now: u64, known: &mut Known) -> Option<Taken> {
        let resource = self.resource.clone();
        let Some(place) = Place::of_messages(&resource) else {
            return Some(Taken { found: vec![], rest: None });
        };
        let page = match (answer, &self.next) {
            (Answer::Page(page), _) => page,
            (Answer::Gone, Next::Messages(_)) if self.rounds < ROUNDS => {
                self.whole_window(place, known);
                return Some(Taken { found: vec![], rest: Some(self) });
            }
            (Answer::Gone, Next::Messages(_)) => return None,
            // The post was deleted, and its replies with it.
            (Answer::Gone | Answer::Missing, Next::Replies { to, .. }) => {
                known.posts.remove(to);
                Page::default()
            }
            (Answer::Missing, Next::Messages(_)) => Page::default(),
        };
        let found = self.written_in_the_gap(place, &page);
        let rest = self.after(place, page, now, known);
        Some(Taken { found, rest })
    }

    fn written_in_the_gap(&self, place: Place<'_>, page: &Page) -> Vec<(String, serde_json::Value)> {
        let mut inside: Vec<_> =
            page.items().filter(|item| (self.from..=self.to).contains(&item.created)).collect();
        inside.sort_by_key(|item| item.created);
        let post = match &self.next {
            Next::Replies { to, .. } => Some(to.as_str()),
            Next::Messages(_) => None,
        };
        let found = inside.into_iter().map(|item| {
            // As Graph spells it, so that the message is known by the same name as in a notification.
            let place = item.place().filter(|found| *found == place).unwrap_or(place);
            let source = match post {
                Some(post) => Source { place, message: post, reply: Some(item.id) },
                None => Source { place, message: item.id, reply: None },
            };
            (source.resource(), item.whole.clone())
        });
        found.collect()
    }

    fn after(mut self, place: Place<'_>, page: Page, now: u64, known: &mut Known) -> Option<Self> {
        let channel = matches!(place, Place::Channel { .. });
        let done = match &self.next {
            Next::Messages(_) => {
                if channel {
                    page.items().for_each(|item| known.post(item.id, item.changed));
                    known.keep_within_bounds();
                }
                if let Some(next) = page.next {
                    self.next = Next::Messages(next);
                    return Some(self);
                }
                if channel {
                    known.end_round(page.delta, now, self.posts_since);
                }
                None
            }
            Next::Replies { to, .. } => {
                let newest = page.items().map(|item| item.changed).max();
                newest.into_iter().for_each(|newest| known.post(to, newest));
                if let Some(page) = page.next {
                    self.next = Next::Replies { to: to.clone(), page };
                    return Some(self);
                }
                Some(to.clone())
            }
        };
        // A chat's messages have no replies.
        let post = known.next_post(done.as_deref(), self.posts_since).filter(|_| channel)?;
        let page = format!("{}{}?$top={PAGE}", place.messages(), path([post.as_str(), "replies"]));
        self.next = Next::Replies { to: post, page };
        Some(self)
    }

    fn whole_window(&mut self, place: Place<'_>, known: &mut Known) {
        let (below, since, order) = match place {
            Place::Channel { .. } => ("/delta", self.posts_since, String::new()),
            Place::Chat { .. } => ("", self.from, "&$orderby=lastModifiedDateTime%20desc".to_owned()),
        };
        known.link = None;
        self.rounds += 1;
        let filter = encode(&format!("lastModifiedDateTime gt {}", iso(since)));
        self.next =
            Next::Messages(format!("{}{below}?$top={PAGE}&$filter={filter}{order}", place.messages()));
    }
}

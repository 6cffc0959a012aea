//! A conference: one Teams user in one customer's session, from the invitation to its end.
//!
//! A person has one chat with the service user, so at most one conference at a time; whoever asks for somebody who is in
//! another is told so. What happens to a conference is [`step`]'s to say, a pure function of what it was and what came;
//! [`desk`] carries out what follows.

pub(crate) mod desk;
mod effect;
mod input;
pub(crate) mod seats;
mod step;

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

pub use effect::{Effect, Reason, Told};
pub use input::{Heard, Input, Request, Said};
pub use step::{Person, step};

/// Where a Teams user sits: a party of a customer's session, as the contact centre names both.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Seat {
    /// The customer's session.
    pub chat: String,
    /// The party that was made for the Teams user.
    pub party: String,
}

/// How far a conference has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The person was asked, and has not answered.
    Invited {
        /// Until when they may, in milliseconds since 1970.
        until: u64,
    },
    /// They are in it.
    Joined,
}

/// A conference that is not over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conference {
    /// Where its Teams user sits.
    pub seat: Seat,
    /// How far it has come.
    pub stage: Stage,
    /// What people in the session are called, by party.
    pub names: BTreeMap<String, String>,
    /// How often the person was asked.
    pub asked: u32,
    /// What was read of the Teams chat.
    pub read: Read,
    /// Events of the session that were taken, newest last: they may come again.
    pub heard: VecDeque<String>,
}

/// What was read of a Teams chat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    /// When the invitation was posted, by Teams' own clock. Nothing older is anybody's answer.
    pub began: u64,
    /// Everything that changed before this has been read.
    pub until: u64,
    /// What was read of each message, the newest only.
    pub seen: BTreeMap<String, Mark>,
    /// When the newest message was written of those that are seen no more.
    pub forgotten: u64,
}

/// What was read of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// When it was written.
    pub created: u64,
    /// When it was edited last.
    pub edited: Option<u64>,
    /// Whether it was deleted.
    pub deleted: bool,
    /// Whether it was passed on, and so must be corrected.
    pub relayed: bool,
}

/// Marks and events that are remembered.
const REMEMBERED: usize = 300;

impl Conference {
    /// One that begins.
    fn new(request: &Request, until: u64) -> Self {
        Self {
            seat: request.seat.clone(),
            stage: Stage::Invited { until },
            names: request.names.clone(),
            asked: 1,
            read: Read::default(),
            heard: VecDeque::new(),
        }
    }

    /// The invitation was posted then.
    pub fn invited_at(&mut self, posted: u64) {
        if self.read.began == 0 {
            self.read.began = posted;
            self.read.until = posted;
        }
    }

    /// What somebody in the session is called.
    fn name<'a>(&'a self, party: &str) -> &'a str {
        self.names.get(party).map_or("Customer", String::as_str)
    }

    /// Whether an event of the session is new; it is not from now on.
    fn hears(&mut self, event: &str) -> bool {
        if self.heard.iter().any(|heard| heard == event) {
            return false;
        }
        self.heard.push_back(event.to_owned());
        if self.heard.len() > REMEMBERED {
            self.heard.pop_front();
        }
        true
    }
}

impl Read {
    /// Notes what was read of a message.
    fn note(&mut self, id: &str, mark: Mark) {
        self.seen.insert(id.to_owned(), mark);
        while self.seen.len() > REMEMBERED {
            let oldest = self.seen.iter().min_by_key(|(_, mark)| mark.created).map(|(id, _)| id.clone());
            let Some(mark) = oldest.and_then(|id| self.seen.remove(&id)) else { return };
            self.forgotten = self.forgotten.max(mark.created);
        }
    }
}

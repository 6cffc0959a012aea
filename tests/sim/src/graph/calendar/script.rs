//! What a test may do to mailboxes.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::endpoints;
use crate::graph::users;
use crate::world::World;

/// What is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShareKind {
    /// A calendar.
    Calendar,
    /// A mailbox.
    Mailbox,
}

/// What it is shared for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShareRole {
    /// To be read.
    Read,
    /// To be changed, too.
    Write,
    /// To be changed in the owner's place.
    Delegate,
}

/// Somebody shares with somebody; without a role they no longer do.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Object id or address.
    pub owner: String,
    /// Object id or address.
    pub with: String,
    /// What.
    pub kind: ShareKind,
    /// For what.
    #[serde(default)]
    pub role: Option<ShareRole>,
}

/// Why there cannot be that.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadEvent {
    /// There is no such user.
    #[error("there is no user {0}")]
    User(String),
}

impl World {
    /// Shares a calendar or mailbox.
    pub fn share(&self, share: &Share) -> Result<(), BadEvent> {
        let id = |text: &str| {
            users::named(text)
                .map(crate::seed::SeedUser::object_id)
                .map_err(|_| BadEvent::User(text.to_owned()))
        };
        let key = (share.kind, id(&share.owner)?, id(&share.with)?);
        let mut shares = self.graph.calendars.shares.lock();
        match share.role {
            Some(role) => drop(shares.insert(key, role)),
            None => drop(shares.remove(&key)),
        }
        Ok(())
    }

    /// Every event of a user's calendar, as Graph shows it, in the order in which they were made.
    pub fn events_of(&self, user: &str) -> Result<Vec<Value>, BadEvent> {
        let user = users::named(user).map_err(|_| BadEvent::User(user.to_owned()))?.object_id();
        let held = self.graph.calendars.held.lock();
        Ok(held.iter().filter(|event| event.owner == user).map(endpoints::shown).collect())
    }
}

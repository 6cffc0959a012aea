//! What follows from what happened.

use serde::{Deserialize, Serialize};

use super::Seat;

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Posted to the person, as the service user.
    Post {
        /// Names it among all that is ever posted in this conference.
        key: String,
        /// HTML.
        html: String,
    },
    /// Told to the contact centre.
    Tell {
        /// Where.
        seat: Seat,
        /// What.
        told: Told,
    },
    /// The conference is looked at again then.
    Wake {
        /// Milliseconds since 1970.
        at: u64,
    },
    /// It need not be looked at any more.
    Sleep,
    /// Nothing of that seat is of interest any more.
    Forget {
        /// Which.
        seat: Seat,
    },
}

/// What the contact centre is told of a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// The person is in the session.
    Joined {
        /// What they are called.
        name: String,
        /// What the others read.
        text: String,
    },
    /// The person is not, or not any more.
    Left {
        /// Why.
        reason: Reason,
        /// What the others read, if they ever saw the person.
        text: Option<String>,
    },
    /// The person wrote.
    Message {
        /// The same when it is told again.
        id: String,
        /// Plain text.
        text: String,
    },
}

/// Why a party is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The person said no.
    Declined,
    /// The person did not answer in time.
    NoAnswer,
    /// The person left.
    Left,
    /// The person is in another session, or was invited to one.
    Busy,
    /// The person has not turned the integration on.
    NotEnabled,
    /// Teams does not take messages for the person.
    Unreachable,
    /// The integration was removed.
    Removed,
}

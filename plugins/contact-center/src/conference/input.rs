//! What can happen to a conference.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Seat;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// An agent asks for the person.
    Requested(Request),
    /// Something happened in the customer's session.
    Centre {
        /// Which session, and the person's party in it.
        seat: Seat,
        /// The event's id, the same when it is told again.
        event: String,
        /// What happened.
        heard: Heard,
    },
    /// The person wrote, edited or deleted something in Teams.
    Teams(Said),
    /// The time to answer is over.
    Due(Seat),
    /// The person turned the integration off.
    Disabled,
    /// The integration is removed.
    Removed,
    /// Nothing can be posted to the person any more.
    Unreachable,
    /// The contact centre does not know the session or the party any more.
    Gone,
}

/// A Teams user is wanted in a customer's session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Where they would sit.
    pub seat: Seat,
    /// What people in the session are called, by party.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
}

/// Something in the customer's session, in the vocabulary of the contact centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heard {
    /// `chat_session_message`
    Message {
        /// Who wrote.
        party: String,
        /// Plain text.
        text: String,
    },
    /// `chat_session_file`
    File {
        /// Who sent it.
        party: String,
    },
    /// `chat_session_party_joined`
    Joined {
        /// Who came.
        party: String,
        /// What they are called.
        name: String,
    },
    /// `chat_session_party_left`
    Left {
        /// Who went.
        party: String,
        /// Whether the contact centre was told so by this connector.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        told: bool,
    },
    /// `chat_session_ended`, or a state in which there is no session any more.
    Ended,
}

/// A message of the person in Teams as it is now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Said {
    /// Its id.
    pub id: String,
    /// When it was written.
    pub created: u64,
    /// When it changed in any way.
    pub changed: u64,
    /// When it was edited last.
    pub edited: Option<u64>,
    /// Whether it was deleted.
    pub deleted: bool,
    /// Plain text.
    pub text: String,
    /// How many files and pictures came with it.
    pub files: usize,
}

impl Input {
    /// Names this among everything that happens to a conference: the same when it comes again.
    pub(super) fn id(&self) -> String {
        match self {
            Self::Requested(request) => format!("requested/{}", request.seat.party),
            Self::Centre { event, .. } => format!("centre/{event}"),
            Self::Teams(said) if said.deleted => format!("teams/{}/deleted", said.id),
            Self::Teams(said) => format!("teams/{}/{}", said.id, said.edited.unwrap_or_default()),
            Self::Due(seat) => format!("due/{}", seat.party),
            Self::Disabled => "disabled".to_owned(),
            Self::Removed => "removed".to_owned(),
            Self::Unreachable => "unreachable".to_owned(),
            Self::Gone => "gone".to_owned(),
        }
    }
}

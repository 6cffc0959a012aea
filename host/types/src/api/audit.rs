//! What the audit tells.

use std::{fmt, net::IpAddr};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{Digest, TenantId, Timestamp};

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditWho {
    /// What kind of somebody.
    pub kind: AuditWhoKind,
    /// What tells them from all others: a token's id, a person's object id. Empty where there is only one.
    pub id: String,
    /// For people: a token's name, a person's user name.
    pub name: String,
}

/// What kind of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuditWhoKind {
    /// Whoever holds the token that the host printed at its first start.
    Bootstrap,
    /// A program, by its API token.
    Token,
    /// A person who signed in.
    Person,
    /// Nobody whom the host knows (yet): somebody who signs in.
    Stranger,
}

impl fmt::Display for AuditWhoKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bootstrap => "bootstrap",
            Self::Token => "token",
            Self::Person => "person",
            Self::Stranger => "stranger",
        })
    }
}

/// What became of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuditOutcome {
    /// It was asked for, and nothing was done yet. The record with its end names this one.
    Asked,
    /// It was done.
    Done,
    /// It was refused; nothing was done.
    Refused,
    /// The host failed at it; the log says how far it came.
    Failed,
}

impl AuditOutcome {
    /// What an HTTP status says.
    pub fn of_status(status: u16) -> Self {
        match status {
            0..400 => Self::Done,
            400..500 => Self::Refused,
            _ => Self::Failed,
        }
    }
}

impl fmt::Display for AuditOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Asked => "asked",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        })
    }
}

/// One record of an audit chain. The same form is kept, digested and shown: `digest` is that of all else here, as JSON without
/// white space whose fields are sorted by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditRecord {
    /// Its number in its chain, from 1 on and without gaps.
    pub seq: u64,
    /// When it was written.
    pub at: Timestamp,
    /// Whose chain it is in; none: the host's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// Who did it.
    pub who: AuditWho,
    /// From which address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub from: Option<IpAddr>,
    /// What: the API's name of the operation, such as `applyTenant`.
    pub action: String,
    /// To what: the path below `/api/v1`.
    pub target: String,
    /// What became of it.
    pub outcome: AuditOutcome,
    /// How it was answered: an HTTP status. None while it is only asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Of an end: the number of the record that says that it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<u64>,
    /// What was there before, where something was changed; without secrets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// What is there now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
    /// The digest of the record before it; of the first one the SHA-256 of its chain's name.
    pub previous: Digest,
    /// Its own digest.
    pub digest: Digest,
}

/// The end of a chain. Whoever remembers one elsewhere can tell later whether anything up to it was changed or cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditHead {
    /// The number of the last record; 0 when there is none.
    pub seq: u64,
    /// Its digest; when there is none, the SHA-256 of the chain's name.
    pub digest: Digest,
}

/// What a look at a whole chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditVerdict {
    /// Whose chain it is; none: the host's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// How far it is whole: the last record that is right, with all before it.
    pub head: AuditHead,
    /// The first fault, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<AuditFault>,
}

/// Where a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditFault {
    /// The number of the first record that is not as it was written, or is not there.
    pub seq: u64,
    /// For programs: `missing`, `unreadable`, `altered`, `unlinked`, `beyond-head`, `not-remembered`.
    pub code: String,
    /// In a sentence.
    pub message: String,
}

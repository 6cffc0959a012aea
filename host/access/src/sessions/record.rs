//! Sessions as they lie in the store, under the digests of their ids.

use serde::{Deserialize, Serialize};
use tieline_store::{StoreError, Value};
use tieline_types::{Digest, TenantId, Timestamp};

use super::{IDLE, LONGEST};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) subject: Subject,
    pub(super) since: Timestamp,
    pub(super) seen: Timestamp,
    /// Of a panel in a frame: whose records it shows, and nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) panel: Option<TenantId>,
}

/// How somebody signed in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Subject {
    /// With a token.
    Token {
        /// Its digest.
        digest: Digest,
    },
    /// With their directory.
    Person(Person),
}

/// Who signed in, with those of their groups and app roles that meant something then.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Person {
    /// The app registration; at another one they sign in again.
    pub(crate) entrance: String,
    pub(crate) directory: String,
    pub(crate) oid: String,
    pub(crate) user_name: String,
    pub(crate) name: String,
    pub(crate) groups: Vec<String>,
    pub(crate) app_roles: Vec<String>,
}

impl Record {
    pub(super) fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("plain data always becomes JSON")
    }

    pub(super) fn read(value: &Value) -> Result<Self, StoreError> {
        serde_json::from_slice(&value.bytes).map_err(|_| StoreError::Corrupt { what: "a session" })
    }

    /// When it ends unless it is used before.
    pub(super) fn ends(&self) -> Timestamp {
        self.seen.after(IDLE).min(self.since.after(LONGEST))
    }
}

//! Tokens as they lie in the store, under their digests.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tieline_store::{Key, Op, Space, StoreError, Value};
use tieline_types::{
    Digest, Timestamp,
    api::{Right, TokenState, TokenSummary},
};

use super::TokenId;
use crate::Rights;

/// So long what has ended stays in lists, that somebody may still ask what it was.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) name: String,
    pub(super) rights: Vec<Right>,
    pub(super) created: Timestamp,
    pub(super) created_by: String,
    pub(super) expires: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) revoked: Option<Timestamp>,
}

/// A record with its place.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) digest: Digest,
    pub(super) record: Record,
    pub(super) revision: u64,
}

const CORRUPT: StoreError = StoreError::Corrupt { what: "an API token" };

/// What all tokens lie under.
pub(super) fn all() -> Key {
    Key::new(Space::Access).part("token")
}

/// Where a token lies.
pub(super) fn place(digest: &Digest) -> Key {
    all().part(&digest.hex())
}

impl Record {
    /// The change that stores it.
    pub(super) fn put(&self, digest: &Digest) -> Op {
        let value = serde_json::to_vec(self).expect("plain data always becomes JSON");
        Op::Put { key: place(digest), value: value.into(), expires: Some(self.gone()) }
    }

    /// When nothing of it is left.
    pub(super) fn gone(&self) -> Timestamp {
        self.revoked.map_or(self.expires, |revoked| revoked.min(self.expires)).after(KEPT)
    }

    pub(super) fn summary(&self, id: &TokenId, used: Option<Timestamp>, now: Timestamp) -> TokenSummary {
        let state = match self.revoked {
            Some(_) => TokenState::Revoked,
            None if self.expires <= now => TokenState::Expired,
            None => TokenState::Active,
        };
        TokenSummary {
            id: id.to_string(),
            name: self.name.clone(),
            rights: self.rights.clone(),
            state,
            created: self.created,
            created_by: self.created_by.clone(),
            expires: self.expires,
            last_used: used,
            revoked: self.revoked,
        }
    }
}

impl Stored {
    pub(super) fn read(key: &Key, value: &Value) -> Result<Self, StoreError> {
        let digest = key.last().and_then(|hex| format!("sha256:{hex}").parse().ok()).ok_or(CORRUPT)?;
        let record = serde_json::from_slice(&value.bytes).map_err(|_| CORRUPT)?;
        Ok(Self { digest, record, revision: value.revision })
    }

    pub(super) fn rights(&self) -> Result<Rights, StoreError> {
        Rights::try_from(self.record.rights.clone()).map_err(|_| CORRUPT)
    }
}

//! Subscriptions as they are kept.

use std::collections::BTreeSet;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tieline_identity::Sealed;
use tieline_store::{Key, Space};
use tieline_types::{ConnectionKey, Digest, RouteKey, Timestamp};

use super::desired::Watched;

/// What the vault seals a client state as.
pub(super) const PURPOSE: &str = "subscription client state";

/// A subscription as it is kept. Route and secret are durable before Graph hears of them, so that no
/// notification ever comes to an address that a crash made us forget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Whose, and what it watches.
    pub(crate) watched: Watched,
    /// Its own address; it stays the same when the subscription is created again.
    pub(crate) route: RouteKey,
    /// The secret that its notifications carry, sealed for the tenant of `via`.
    pub(crate) client_state: Sealed,
    /// The connection that the secret was sealed for, and that acts for it when nobody wants it any more.
    pub(crate) via: ConnectionKey,
    /// What Graph was asked for.
    pub(crate) change_types: BTreeSet<String>,
    /// Graph's id; none while it is not known to exist there.
    pub(crate) id: Option<String>,
    /// When it lapses.
    pub(crate) expires: Option<Timestamp>,
    /// When Graph last confirmed that it stands. What happened since is known only as long as it does.
    pub(crate) confirmed: Option<Timestamp>,
}

impl Record {
    /// Where all subscriptions stand.
    pub(super) fn space() -> Key {
        Key::new(Space::Subscription)
    }

    /// Where this one stands: one place for one app and resource, of a fixed length.
    pub(super) fn key(&self) -> Key {
        let name = serde_json::to_vec(&self.watched).expect("plain data always serialises");
        Self::space().part(&Digest::of(&name).hex())
    }

    /// As written to the store.
    pub(super) fn bytes(&self) -> Bytes {
        Bytes::from(serde_json::to_vec(self).expect("plain data always serialises"))
    }
}

//! Subscriptions as they are kept.

use std::collections::BTreeSet;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tieline_identity::{Sealed, Vault, VaultError};
use tieline_store::{Batch, Key, Space};
use tieline_types::{RouteKey, Secret, Timestamp};

use super::{
    desired::{Caller, Watched},
    service::LoadError,
    steps::Kept,
};
use crate::rich::Certificate;

/// What the vault seals a client state as.
const PURPOSE: &str = "subscription client state";

/// A subscription as it is kept. Route and secret are durable before Graph hears of them, so that no
/// notification ever comes to an address that a crash made us forget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Whose, and what it watches.
    pub(crate) watched: Watched,
    /// Its own address; it stays the same when the subscription is created again.
    pub(crate) route: RouteKey,
    /// Who asked Graph for it, and acts for it when nobody wants it any more. The secret is sealed for their tenant.
    pub(crate) via: Caller,
    /// What Graph was asked for.
    pub(crate) change_types: BTreeSet<String>,
    /// The certificate that its content is encrypted with; none: it brings none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) certificate: Option<Told>,
    /// Graph's id; none while it is not known to exist there.
    pub(crate) id: Option<String>,
    /// When it lapses.
    pub(crate) expires: Option<Timestamp>,
    /// When Graph last confirmed that it stands: made, prolonged, or seen in the list of all.
    pub(crate) confirmed: Option<Timestamp>,
    /// When its lifetime last began: made or prolonged.
    #[serde(default)]
    pub(crate) renewed: Option<Timestamp>,
    /// The last request about its life, noted before it is sent.
    #[serde(default)]
    pub(crate) touched: Option<Touch>,
    /// Since when it stands without anything adverse seen.
    #[serde(default)]
    pub(crate) since: Option<Timestamp>,
    /// Notifications may be missing since then, and no connector was told so far.
    #[serde(default)]
    pub(crate) uncovered: Option<Uncovered>,
    /// After the host was down: a time in which Graph may have held notifications back, to be told at its end.
    #[serde(default)]
    pub(crate) settling: Option<Settling>,
    /// The host's address that Graph was given. Where its notifications lead cannot all be changed later.
    #[serde(default)]
    pub(crate) address: Option<String>,
}

/// A subscription as it is written.
#[derive(Serialize, Deserialize)]
struct Written<R> {
    #[serde(flatten)]
    record: R,
    /// The secret that its notifications carry, sealed for the tenant of `via`.
    client_state: Sealed,
}

/// The certificate that Graph was told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told {
    /// What Graph calls it.
    pub(crate) id: String,
    /// From then on Graph is to be told of another one.
    pub(crate) until: Timestamp,
    /// When it ends.
    pub(crate) expires: Timestamp,
}

impl Told {
    pub(super) fn of(certificate: &Certificate) -> Self {
        let (id, until) = (certificate.id().to_owned(), certificate.until());
        Self { id, until, expires: certificate.expires() }
    }
}

/// A request that changes how long a subscription lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Touch {
    /// Which.
    pub(crate) how: How,
    /// When it was about to be sent.
    pub(crate) at: Timestamp,
}

/// The two requests that Graph must not get one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum How {
    /// `PATCH` with a new expiry.
    Renewed,
    /// `POST …/reauthorize`.
    Reauthorized,
}

/// The begin of a gap that no connector was told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Uncovered {
    /// Since when notifications may be missing.
    pub(crate) from: Timestamp,
    /// Why, for people.
    pub(crate) reason: String,
}

/// A time whose end is awaited before connectors are told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settling {
    /// Its begin.
    pub(crate) from: Timestamp,
    /// Its end.
    pub(crate) until: Timestamp,
}

impl Record {
    /// Where all subscriptions stand.
    pub(super) fn space() -> Key {
        Key::new(Space::Subscription)
    }

    /// Where this one stands: one place for one app and resource, of a fixed length.
    pub(super) fn key(&self) -> Key {
        Self::space().part(&self.watched.digest())
    }

    /// Adds it to a batch with its secret, which is sealed each time that it is written: what an earlier key sealed does
    /// not come back.
    pub(super) async fn put(
        &self,
        batch: Batch,
        secret: &Secret,
        vault: &Vault,
    ) -> Result<Batch, VaultError> {
        let client_state = vault.seal(&self.via.connection.tenant, PURPOSE, secret).await?;
        let written = serde_json::to_vec(&Written { record: self, client_state });
        Ok(batch.put(self.key(), Bytes::from(written.expect("plain data always serialises"))))
    }

    /// As it was written, with its secret.
    pub(super) async fn read(bytes: &[u8], vault: &Vault) -> Result<Kept, LoadError> {
        let Written { record, client_state } = serde_json::from_slice::<Written<Self>>(bytes)?;
        let secret = vault.unseal(&record.via.connection.tenant, PURPOSE, &client_state).await?;
        Ok((record, secret))
    }

    /// Notes that notifications may be missing since `from`. Of several reasons the one that reaches back
    /// furthest is told. A subscription that never stood covers nothing, so that nothing can be missing.
    pub(super) fn uncover(&mut self, from: Timestamp, reason: &str) {
        if self.confirmed.is_none() {
            return;
        }
        let from = from.max(self.since.unwrap_or_default());
        if self.uncovered.as_ref().is_none_or(|known| from < known.from) {
            self.uncovered = Some(Uncovered { from, reason: reason.into() });
        }
    }
}

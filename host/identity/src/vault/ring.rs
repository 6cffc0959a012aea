//! The keys of a tenant: one that seals, and those before it that still open.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tieline_store::{Key, Space, StoreError};
use tieline_types::{TenantId, Timestamp};

use super::{VaultError, random};
use crate::{
    Sealed,
    sealed::{CannotOpen, SealingKey},
};

/// Where the keys of a tenant lie, in one value: they change together.
pub(super) fn place(tenant: &TenantId) -> Key {
    Key::new(Space::DataKey).part(tenant.as_str())
}

/// The keys of a tenant as they are stored: the one that seals first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) keys: Vec<StoredKey>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct StoredKey {
    pub(super) id: String,
    /// Under the master key.
    pub(super) wrapped: Sealed,
    /// When it took the place of another; none: it is the tenant's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) made: Option<Timestamp>,
}

/// The keys of a tenant, opened.
pub(super) struct Ring(Vec<Arc<SealingKey>>);

impl Ring {
    /// The one that seals.
    pub(super) fn current(&self) -> &Arc<SealingKey> {
        &self.0[0]
    }

    /// Those that only open.
    pub(super) fn old(&self) -> &[Arc<SealingKey>] {
        &self.0[1..]
    }

    pub(super) fn key(&self, id: &str) -> Option<Arc<SealingKey>> {
        self.0.iter().find(|key| key.id() == id).cloned()
    }
}

impl Stored {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, StoreError> {
        let read = serde_json::from_slice(bytes).ok().filter(|stored: &Self| !stored.keys.is_empty());
        read.ok_or(StoreError::Corrupt { what: "data keys" })
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("plain data always becomes JSON")
    }

    pub(super) fn opened(&self, wrapping: &SealingKey, tenant: &TenantId) -> Result<Ring, VaultError> {
        let opened = self.keys.iter().map(|key| {
            let unreadable = || VaultError::Unreadable { tenant: tenant.clone(), purpose: purpose(&key.id) };
            let bytes = wrapping.open(tenant.as_str(), &purpose(&key.id), &key.wrapped);
            let bytes = bytes.map_err(|CannotOpen| unreadable())?;
            let bytes: &[u8; 32] = bytes.as_slice().try_into().map_err(|_| unreadable())?;
            Ok(Arc::new(SealingKey::new(&key.id, bytes)))
        });
        opened.collect::<Result<_, _>>().map(Ring)
    }

    /// The same keys under another master key.
    pub(super) fn rewrapped(
        &self,
        (old, new): (&SealingKey, &SealingKey),
        tenant: &TenantId,
    ) -> Result<Self, VaultError> {
        let keys = self.keys.iter().map(|key| {
            let purpose = purpose(&key.id);
            let unreadable = || VaultError::Unreadable { tenant: tenant.clone(), purpose: purpose.clone() };
            let bytes =
                old.open(tenant.as_str(), &purpose, &key.wrapped).map_err(|CannotOpen| unreadable())?;
            let wrapped = new.seal(tenant.as_str(), &purpose, &bytes);
            let wrapped = wrapped.map_err(|CannotOpen| VaultError::Randomness)?;
            Ok(StoredKey { wrapped, ..key.clone() })
        });
        Ok(Self { keys: keys.collect::<Result<_, VaultError>>()? })
    }
}

/// A new key. Its id is one of its own among all tenants.
pub(super) fn fresh(
    wrapping: &SealingKey,
    tenant: &TenantId,
    made: Option<Timestamp>,
) -> Result<StoredKey, VaultError> {
    let id: String = random::<8>()?.iter().map(|byte| format!("{byte:02x}")).collect();
    let wrapped = wrapping.seal(tenant.as_str(), &purpose(&id), &*random::<32>()?);
    let wrapped = wrapped.map_err(|CannotOpen| VaultError::Randomness)?;
    Ok(StoredKey { id, wrapped, made })
}

fn purpose(id: &str) -> String {
    format!("data key {id}")
}

/// Where the keys of all tenants lie.
pub(super) fn space() -> Key {
    Key::new(Space::DataKey)
}

/// Whose keys lie there.
pub(super) fn tenant(place: &Key) -> Result<TenantId, StoreError> {
    let tenant = place.last().and_then(|tenant| tenant.parse().ok());
    tenant.ok_or(StoreError::Corrupt { what: "data keys" })
}

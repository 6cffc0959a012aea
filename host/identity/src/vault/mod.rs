//! Secrets at rest.

mod keys;
mod pass;
mod rewrap;
mod ring;

use std::{collections::HashMap, sync::Arc};

use aws_lc_rs::rand;
use parking_lot::RwLock;
use tieline_store::{Batch, CommitError, Key, Space, Store, StoreError};
use tieline_types::{Secret, TenantId};
use zeroize::Zeroizing;

use self::ring::{Ring, Stored};
use crate::{
    MasterKey, Sealed,
    sealed::{CannotOpen, SealingKey, key_of_content},
};

pub use keys::{DataKey, TenantKeys};
pub use pass::{Pass, Passed};
pub use rewrap::RewrapError;

/// Seals and opens secrets under data keys per tenant, which lie in the store wrapped by the master key. A
/// ciphertext is bound to its tenant and its purpose: moved to another tenant or another field it does not
/// open. Cheap to clone.
///
/// A tenant has one key that seals. While it is exchanged for another ([`begin`](Self::begin)) the old one opens what it
/// sealed, until [passes](Pass) over the whole store have sealed all of that anew, and it is [dropped](Self::finish).
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    store: Arc<dyn Store>,
    /// Held while a data key is wrapped and stored, so that none is stored under a master key that is over.
    wrapping: tokio::sync::RwLock<Arc<SealingKey>>,
    rings: RwLock<HashMap<TenantId, Arc<Ring>>>,
}

/// Why a secret cannot be sealed or opened. No error carries the secret or its ciphertext.
#[derive(Debug, Clone, thiserror::Error)]
pub enum VaultError {
    /// The store was sealed with another master key. Nothing in it can be read with this one.
    #[error("the master key is not the one that this store was sealed with")]
    WrongMasterKey,
    /// A ciphertext was damaged, or moved from another tenant or field.
    #[error("the sealed `{purpose}` of tenant {tenant} cannot be opened")]
    Unreadable {
        /// Whose.
        tenant: TenantId,
        /// What.
        purpose: String,
    },
    /// The machine has no randomness to give.
    #[error("the random source failed")]
    Randomness,
    /// The store failed.
    #[error("keeping the keys of the vault")]
    Store(#[source] StoreError),
}

const CHECK: &str = "check of the master key";

fn check_place() -> Key {
    Key::new(Space::Host).part("master-key-check")
}

fn wrapping(master: &MasterKey) -> Arc<SealingKey> {
    Arc::new(SealingKey::new(master.id(), &master.derive("wrapping of data keys")))
}

impl Vault {
    /// Opens the vault of a store. The first opening leaves a check value there, by which later ones know
    /// the master key again.
    ///
    /// # Errors
    /// [`VaultError::WrongMasterKey`] when the store was sealed with another key: at start, not at the first
    /// event that needs a secret.
    pub async fn open(store: Arc<dyn Store>, master: &MasterKey) -> Result<Self, VaultError> {
        let wrapping = wrapping(master);
        let new = wrapping.seal("", CHECK, b"tieline").map_err(|CannotOpen| VaultError::Randomness)?;
        loop {
            let found = store.get(&check_place()).await.map_err(VaultError::Store)?;
            if let Some(found) = found {
                let check = Sealed::stored(&String::from_utf8_lossy(&found.bytes));
                wrapping.open("", CHECK, &check).map_err(|CannotOpen| VaultError::WrongMasterKey)?;
                let wrapping = tokio::sync::RwLock::new(wrapping);
                return Ok(Self(Arc::new(Inner { store, wrapping, rings: RwLock::default() })));
            }
            let batch = Batch::new().expect(check_place(), None);
            first(store.commit(batch.put(check_place(), new.as_str().to_owned())).await)?;
        }
    }

    /// The name of the master key. It says nothing of the key.
    pub async fn master_id(&self) -> String {
        self.0.wrapping.read().await.id().to_owned()
    }

    /// Seals a secret of a tenant. The tenant's data key is made, and durable, before its first use.
    ///
    /// # Errors
    /// When the store fails or the machine has no randomness.
    pub async fn seal(
        &self,
        tenant: &TenantId,
        purpose: &str,
        secret: &Secret,
    ) -> Result<Sealed, VaultError> {
        let ring = self.ring(tenant).await?;
        let sealed = ring.current().seal(tenant.as_str(), purpose, secret.expose().as_bytes());
        sealed.map_err(|CannotOpen| VaultError::Randomness)
    }

    /// Opens a secret that was sealed for the same tenant and purpose.
    ///
    /// # Errors
    /// [`VaultError::Unreadable`] when it was not, or was changed since.
    pub async fn unseal(
        &self,
        tenant: &TenantId,
        purpose: &str,
        sealed: &Sealed,
    ) -> Result<Secret, VaultError> {
        let unreadable = || VaultError::Unreadable { tenant: tenant.clone(), purpose: purpose.into() };
        let key = self.key(tenant, sealed.key_id()).await?.ok_or_else(unreadable)?;
        let content = key.open(tenant.as_str(), purpose, sealed).map_err(|CannotOpen| unreadable())?;
        Ok(Secret::new(std::str::from_utf8(&content).map_err(|_| unreadable())?))
    }

    /// Seals a content of a tenant, of any size: to be stored as a value of its own, or it is not found when keys
    /// change.
    ///
    /// # Errors
    /// As [`seal`](Self::seal).
    pub async fn seal_content(
        &self,
        tenant: &TenantId,
        purpose: &str,
        content: Vec<u8>,
    ) -> Result<Vec<u8>, VaultError> {
        let ring = self.ring(tenant).await?;
        let sealed = ring.current().seal_content(tenant.as_str(), purpose, content);
        sealed.map_err(|CannotOpen| VaultError::Randomness)
    }

    /// Opens a content that was sealed for the same tenant and purpose.
    ///
    /// # Errors
    /// As [`unseal`](Self::unseal).
    pub async fn unseal_content(
        &self,
        tenant: &TenantId,
        purpose: &str,
        sealed: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        let unreadable = || VaultError::Unreadable { tenant: tenant.clone(), purpose: purpose.into() };
        let (id, _) = key_of_content(sealed).ok_or_else(unreadable)?;
        let key = self.key(tenant, id).await?.ok_or_else(unreadable)?;
        let opened = key.open_content(tenant.as_str(), purpose, sealed);
        opened.map(|content| content.to_vec()).map_err(|CannotOpen| unreadable())
    }

    /// The key of a tenant with this id, looked up anew when it is not known: another may have made it.
    async fn key(&self, tenant: &TenantId, id: &str) -> Result<Option<Arc<SealingKey>>, VaultError> {
        if let Some(key) = self.ring(tenant).await?.key(id) {
            return Ok(Some(key));
        }
        let read = self.read(tenant).await?;
        Ok(read.and_then(|(ring, _)| ring.key(id)))
    }

    /// The keys of a tenant; the first is made, and durable, before it is used.
    async fn ring(&self, tenant: &TenantId) -> Result<Arc<Ring>, VaultError> {
        if let Some(ring) = self.0.rings.read().get(tenant) {
            return Ok(ring.clone());
        }
        loop {
            if let Some((ring, _)) = self.read(tenant).await? {
                return Ok(ring);
            }
            let wrapping = self.0.wrapping.read().await;
            let stored = Stored { keys: vec![ring::fresh(&wrapping, tenant, None)?] };
            let place = ring::place(tenant);
            let batch = Batch::new().expect(place.clone(), None).put(place, stored.bytes());
            // Of two that come at the same time, both get the same.
            first(self.0.store.commit(batch).await)?;
        }
    }

    /// The keys of a tenant as they are stored. From then on they are used.
    async fn read(&self, tenant: &TenantId) -> Result<Option<(Arc<Ring>, Stored)>, VaultError> {
        let wrapping = self.0.wrapping.read().await;
        let found = self.0.store.get(&ring::place(tenant)).await.map_err(VaultError::Store)?;
        let Some(found) = found else { return Ok(None) };
        let stored = Stored::read(&found.bytes).map_err(VaultError::Store)?;
        let ring = Arc::new(stored.opened(&wrapping, tenant)?);
        self.0.rings.write().insert(tenant.clone(), ring.clone());
        Ok(Some((ring, stored)))
    }
}

/// Whether a commit was the first. (An unknown event cannot be: none was named.)
fn first(committed: Result<tieline_store::Committed, CommitError>) -> Result<bool, VaultError> {
    match committed {
        Ok(_) => Ok(true),
        Err(CommitError::Store(error)) => Err(VaultError::Store(error)),
        Err(CommitError::Conflict { .. } | CommitError::UnknownEvent(_)) => Ok(false),
    }
}

fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, VaultError> {
    let mut bytes = Zeroizing::new([0; N]);
    rand::fill(&mut *bytes).map_err(|_| VaultError::Randomness)?;
    Ok(bytes)
}

//! Secrets at rest.

use std::{collections::HashMap, sync::Arc};

use aws_lc_rs::rand;
use parking_lot::RwLock;
use tieline_store::{Batch, CommitError, Key, Space, Store, StoreError};
use tieline_types::{Secret, TenantId};
use zeroize::Zeroizing;

use crate::{
    MasterKey, Sealed,
    sealed::{CannotOpen, SealingKey},
};

/// Seals and opens secrets under a data key per tenant, which lies in the store wrapped by the master key. A
/// ciphertext is bound to its tenant and its purpose: moved to another tenant or another field it does not
/// open. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    store: Arc<dyn Store>,
    wrapping: Arc<SealingKey>,
    data_keys: Arc<RwLock<HashMap<TenantId, Arc<SealingKey>>>>,
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

const CHECK: &[&str] = &["check of the master key"];

impl Vault {
    /// Opens the vault of a store. The first opening leaves a check value there, by which later ones know
    /// the master key again.
    ///
    /// # Errors
    /// [`VaultError::WrongMasterKey`] when the store was sealed with another key: at start, not at the first
    /// event that needs a secret.
    pub async fn open(store: Arc<dyn Store>, master: &MasterKey) -> Result<Self, VaultError> {
        let wrapping = Arc::new(SealingKey::new("master", &master.derive("wrapping of data keys")));
        let key = Key::new(Space::Host).part("master-key-check");
        let check = wrapping.seal(CHECK, b"tieline").map_err(|CannotOpen| VaultError::Randomness)?;
        let check = keep_first(&*store, &key, check).await?;
        wrapping.open(CHECK, &check).map_err(|CannotOpen| VaultError::WrongMasterKey)?;
        Ok(Self { store, wrapping, data_keys: Arc::default() })
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
        let key = self.data_key(tenant).await?;
        key.seal(&[tenant.as_str(), purpose], secret.expose().as_bytes())
            .map_err(|CannotOpen| VaultError::Randomness)
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
        let key = self.data_key(tenant).await?;
        let content = key.open(&[tenant.as_str(), purpose], sealed).map_err(|CannotOpen| unreadable())?;
        Ok(Secret::new(std::str::from_utf8(&content).map_err(|_| unreadable())?))
    }

    /// Seals a content of a tenant, of any size.
    ///
    /// # Errors
    /// As [`seal`](Self::seal).
    pub async fn seal_content(
        &self,
        tenant: &TenantId,
        purpose: &str,
        content: Vec<u8>,
    ) -> Result<Vec<u8>, VaultError> {
        let key = self.data_key(tenant).await?;
        key.seal_content(&[tenant.as_str(), purpose], content).map_err(|CannotOpen| VaultError::Randomness)
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
        let key = self.data_key(tenant).await?;
        let opened = key.open_content(&[tenant.as_str(), purpose], sealed);
        opened
            .map_err(|CannotOpen| VaultError::Unreadable { tenant: tenant.clone(), purpose: purpose.into() })
    }

    async fn data_key(&self, tenant: &TenantId) -> Result<Arc<SealingKey>, VaultError> {
        if let Some(key) = self.data_keys.read().get(tenant) {
            return Ok(key.clone());
        }
        let id = "1";
        let context = ["data key", tenant.as_str(), id];
        let mut bytes = Zeroizing::new([0; 32]);
        rand::fill(&mut *bytes).map_err(|_| VaultError::Randomness)?;
        let wrapped = self.wrapping.seal(&context, &*bytes).map_err(|CannotOpen| VaultError::Randomness)?;

        let place = Key::new(Space::DataKey).part(tenant.as_str()).part(id);
        let wrapped = keep_first(&*self.store, &place, wrapped).await?;
        let unreadable = || VaultError::Unreadable { tenant: tenant.clone(), purpose: "data key".into() };
        let bytes = self.wrapping.open(&context, &wrapped).map_err(|CannotOpen| unreadable())?;
        let bytes: &[u8; 32] = bytes.as_slice().try_into().map_err(|_| unreadable())?;
        let key = Arc::new(SealingKey::new(id, bytes));
        Ok(self.data_keys.write().entry(tenant.clone()).or_insert(key).clone())
    }
}

/// Stores `new` unless there is a value already, and answers the one that is there: of two that come at the
/// same time, both get the same.
async fn keep_first(store: &dyn Store, key: &Key, new: Sealed) -> Result<Sealed, VaultError> {
    loop {
        if let Some(value) = store.get(key).await.map_err(VaultError::Store)? {
            return Ok(Sealed::stored(&String::from_utf8_lossy(&value.bytes)));
        }
        let batch = Batch::new().expect(key.clone(), None).put(key.clone(), new.as_str().to_owned());
        match store.commit(batch).await {
            Ok(_) => return Ok(new),
            Err(CommitError::Store(error)) => return Err(VaultError::Store(error)),
            // Somebody else was first: read theirs. (An unknown event cannot be: none was named.)
            Err(CommitError::Conflict { .. } | CommitError::UnknownEvent(_)) => {}
        }
    }
}

//! Exchanging the master key.

use tieline_store::{Batch, CommitError, Pages, StoreError};

use super::{
    CHECK, Vault, VaultError, check_place,
    ring::{self, Stored},
    wrapping,
};
use crate::{KeyFile, KeyFileError, MasterKey, sealed::CannotOpen};

/// Why the master key was not exchanged. The one before it is still good, unless the file says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum RewrapError {
    /// The keys cannot be read or wrapped.
    #[error("wrapping the data keys anew")]
    Vault(#[from] VaultError),
    /// They cannot be stored.
    #[error("keeping the data keys that were wrapped anew")]
    Commit(#[from] CommitError),
    /// The file of the key cannot be read or written.
    #[error(transparent)]
    File(#[from] KeyFileError),
}

impl Vault {
    /// Wraps all data keys under another master key, in one commit: before it only the old master key opens this
    /// store, and after it only the new one. How many there were.
    ///
    /// # Errors
    /// When they cannot be read or stored; then nothing was changed.
    pub async fn rewrap(&self, master: &MasterKey) -> Result<usize, RewrapError> {
        let new = wrapping(master);
        // Nobody stores another data key meanwhile.
        let mut old = self.0.wrapping.write().await;
        let store = &*self.0.store;
        let failed = |error: StoreError| RewrapError::Vault(VaultError::Store(error));
        let check = new.seal("", CHECK, b"tieline").map_err(|CannotOpen| VaultError::Randomness)?;
        let mut batch = Batch::new().put(check_place(), check.as_str().to_owned());
        let mut count = 0;
        for (place, value) in Pages::all(store, ring::space()).await.map_err(failed)? {
            let tenant = ring::tenant(&place).map_err(failed)?;
            let stored = Stored::read(&value.bytes).map_err(failed)?.rewrapped((&old, &new), &tenant)?;
            count += stored.keys.len();
            batch = batch.expect(place.clone(), Some(value.revision)).put(place, stored.bytes());
        }
        store.commit(batch).await?;
        *old = new;
        Ok(count)
    }

    /// Exchanges the master key that is in a file for one that is made now. The new one is durable beside the old one before
    /// it wraps anything, and takes its place when it wraps everything; so at any moment one of the two
    /// files opens the store ([`open_with`](Self::open_with)).
    ///
    /// # Errors
    /// As [`rewrap`](Self::rewrap), and when the file cannot be written.
    pub async fn rotate_master(&self, file: &KeyFile) -> Result<usize, RewrapError> {
        let next = match file.next().read()? {
            Some(begun) => begun,
            None => file.next().make()?,
        };
        let count = self.rewrap(&next).await?;
        file.replace()?;
        Ok(count)
    }

    /// Opens the vault with the key in a file, or with the one that was to take its place when the host ended: then that is
    /// brought to its end. Says which key it is now.
    ///
    /// # Errors
    /// [`VaultError::WrongMasterKey`] when neither opens it.
    pub async fn open_with(
        store: std::sync::Arc<dyn tieline_store::Store>,
        key: MasterKey,
        file: &KeyFile,
    ) -> Result<(Self, MasterKey), RewrapError> {
        let Some(next) = file.next().read()? else {
            return Ok((Self::open(store, &key).await?, key));
        };
        let vault = match Self::open(store.clone(), &key).await {
            Ok(vault) => {
                vault.rewrap(&next).await?;
                vault
            }
            Err(VaultError::WrongMasterKey) => Self::open(store, &next).await?,
            Err(error) => return Err(error.into()),
        };
        file.replace()?;
        Ok((vault, next))
    }
}

//! What the store counts, in the very commits that change it.

use tieline_types::{InstallationKey, TenantId};

use crate::{Key, Pages, Space, Store, StoreError, Value};

/// What stands in [`Space::Storage`] for one installation, counted by the store in the very commits that change
/// it: no writer reads or writes the count, so that counting makes no two of them conflict. What has expired
/// counts until it is swept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Entries.
    pub keys: u64,
    /// Bytes of the entries' own keys and of their values.
    pub bytes: u64,
}

impl Usage {
    /// Where the count of an installation is found.
    pub fn key(installation: &InstallationKey) -> Key {
        Key::new(Space::Usage).part(installation.tenant.as_str()).part(installation.installation.as_str())
    }

    /// The count that stands there; nothing is kept of an installation that stores nothing.
    pub fn of(value: Option<&Value>) -> Self {
        value.and_then(|value| Self::from_bytes(&value.bytes)).unwrap_or_default()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (keys, bytes) = bytes.split_first_chunk()?;
        Some(Self { keys: u64::from_be_bytes(*keys), bytes: u64::from_be_bytes(bytes.try_into().ok()?) })
    }

    pub(crate) fn to_bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.keys.to_be_bytes());
        bytes[8..].copy_from_slice(&self.bytes.to_be_bytes());
        bytes
    }
}

/// How many dead letters each tenant has that has any: one small value a tenant is read, and no dead letter.
///
/// # Errors
/// When the store cannot be read.
pub async fn dead_letters(store: &dyn Store) -> Result<Vec<(TenantId, u64)>, StoreError> {
    let all = Pages::all(store, Key::new(Space::DeadLetters)).await?;
    let counted = all.into_iter().map(|(key, value)| {
        let tenant = key.last().and_then(|tenant| tenant.parse().ok());
        tenant.zip(read_count(&value.bytes)).ok_or(StoreError::Corrupt { what: "a count of dead letters" })
    });
    counted.collect()
}

/// A count as it is stored.
pub(crate) fn read_count(bytes: &[u8]) -> Option<u64> {
    bytes.try_into().ok().map(u64::from_be_bytes)
}

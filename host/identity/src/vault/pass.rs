//! Walking over all that is stored, to seal anew what an old key sealed.

use std::{collections::HashMap, sync::Arc};

use tieline_store::{Batch, CommitError, Key, Space, Value};
use tieline_types::TenantId;

use super::{Vault, VaultError, first};
use crate::sealed::{CannotOpen, SealingKey, found};

/// Values that are read at once: each may be large.
const PAGE: usize = 16;

/// A walk over the store, in which everything that an old key sealed is sealed with the one that took its place: wherever it
/// stands, since a ciphertext says itself what it is. It changes a value only as long as nobody else does, and may be
/// given up and begun anew at any time.
#[derive(Debug)]
pub struct Pass {
    /// The old keys that were there when it began.
    old: HashMap<String, Exchange>,
    spaces: std::vec::IntoIter<Space>,
    at: Option<(Key, Option<Key>)>,
    passed: Passed,
}

struct Exchange {
    tenant: TenantId,
    old: Arc<SealingKey>,
    new: Arc<SealingKey>,
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Exchange({})", self.tenant)
    }
}

/// How far a pass came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Passed {
    /// Values that were looked at.
    pub looked_at: u64,
    /// Ciphertexts that were sealed anew.
    pub resealed: u64,
    /// Ciphertexts that their own key does not open: they were damaged before, and stay as they are.
    pub unreadable: u64,
}

/// Where nothing sealed stands: what is the connectors' own, and what is made of it. Every other space is looked
/// through, those too that nobody has thought of yet.
fn holds_nothing_sealed(space: Space) -> bool {
    use Space::{Activity, DataKey, Effect, File, Row, Run, Storage, Table, Timer, Usage};
    matches!(space, Activity | DataKey | Effect | File | Row | Run | Storage | Table | Timer | Usage)
}

impl Vault {
    /// Begins a pass for all tenants whose key is being exchanged.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn pass(&self) -> Result<Pass, VaultError> {
        let mut old = HashMap::new();
        for keys in self.keys().await?.into_iter().filter(super::TenantKeys::changing) {
            let Some((ring, _)) = self.read(&keys.tenant).await? else { continue };
            for key in ring.old() {
                let (tenant, new) = (keys.tenant.clone(), ring.current().clone());
                old.insert(key.id().to_owned(), Exchange { tenant, old: key.clone(), new });
            }
        }
        let spaces: Vec<_> = Space::all().filter(|space| !holds_nothing_sealed(*space)).collect();
        Ok(Pass { old, spaces: spaces.into_iter(), at: None, passed: Passed::default() })
    }
}

impl Pass {
    /// The old keys that it is about, by tenant.
    pub fn old(&self) -> impl Iterator<Item = (&TenantId, &str)> {
        self.old.iter().map(|(id, exchange)| (&exchange.tenant, id.as_str()))
    }

    /// How far it came.
    pub fn passed(&self) -> Passed {
        self.passed
    }

    /// Goes on a little. False: this was all.
    ///
    /// # Errors
    /// When the store cannot be read or written. What was sealed anew stays so.
    pub async fn step(&mut self, vault: &Vault) -> Result<bool, VaultError> {
        let Some((prefix, after)) = self.at.take().or_else(|| Some((Key::new(self.spaces.next()?), None)))
        else {
            return Ok(false);
        };
        let page = vault.0.store.scan(&prefix, after.as_ref(), PAGE).await.map_err(VaultError::Store)?;
        let changed: Vec<_> = page
            .iter()
            .filter_map(|(key, value)| Some((key, value.revision, self.resealed(key, value)?)))
            .collect();
        self.passed.looked_at += page.len() as u64;
        self.passed.unreadable += changed.iter().map(|(.., anew)| anew.unreadable).sum::<u64>();
        let batch = changed.iter().filter(|(.., anew)| anew.count > 0).fold(
            Batch::new(),
            |batch, (key, revision, anew)| {
                batch.expect((*key).clone(), Some(*revision)).rewrite((*key).clone(), anew.value.clone())
            },
        );
        if batch.ops.is_empty() || first(vault.0.store.commit(batch).await)? {
            self.passed.resealed += changed.iter().map(|(.., anew)| anew.count).sum::<u64>();
        } else {
            // Somebody changed one of them: one by one.
            for (key, ..) in changed {
                self.passed.resealed += self.reseal(vault, key).await?;
            }
        }
        if let Some((last, _)) = page.into_iter().nth(PAGE - 1) {
            self.at = Some((prefix, Some(last)));
        }
        Ok(true)
    }

    /// Seals one value anew, as it is now.
    async fn reseal(&self, vault: &Vault, key: &Key) -> Result<u64, VaultError> {
        loop {
            let found = vault.0.store.get(key).await.map_err(VaultError::Store)?;
            let Some(value) = found else { return Ok(0) };
            let Some(anew) = self.resealed(key, &value).filter(|anew| anew.count > 0) else { return Ok(0) };
            let batch = Batch::new().expect(key.clone(), Some(value.revision));
            match vault.0.store.commit(batch.rewrite(key.clone(), anew.value)).await {
                Ok(_) => return Ok(anew.count),
                Err(CommitError::Store(error)) => return Err(VaultError::Store(error)),
                Err(CommitError::Conflict { .. } | CommitError::UnknownEvent(_)) => {}
            }
        }
    }

    /// A value with everything sealed anew that an old key sealed; none if there is no such thing in it.
    fn resealed(&self, key: &Key, value: &Value) -> Option<Anew> {
        let mut anew = Anew { value: value.bytes.to_vec(), count: 0, unreadable: 0 };
        // From the end, so that those before it stay where they were found.
        for one in found(&value.bytes).into_iter().rev() {
            let Some(Exchange { tenant, old, new }) = self.old.get(&one.key_id) else { continue };
            match one.reseal(&anew.value, tenant.as_str(), old, new) {
                Ok(value) => (anew.value, anew.count) = (value, anew.count + 1),
                Err(CannotOpen) => {
                    tracing::error!(%key, %tenant, "a secret is damaged, and stays as it is");
                    anew.unreadable += 1;
                }
            }
        }
        (anew.count + anew.unreadable > 0).then_some(anew)
    }
}

/// What a value becomes.
struct Anew {
    value: Vec<u8>,
    count: u64,
    unreadable: u64,
}

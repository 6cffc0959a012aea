//! The keys that there are, and exchanging one.

use tieline_store::{Batch, Pages};
use tieline_types::{TenantId, Timestamp};

use super::{
    Vault, VaultError, first,
    ring::{self, Stored},
};

/// The keys of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantKeys {
    /// Whose.
    pub tenant: TenantId,
    /// The one that seals first; then those that still open.
    pub keys: Vec<DataKey>,
}

/// A key, of which only its name is ever shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataKey {
    /// As ciphertexts carry it.
    pub id: String,
    /// When it took the place of another; none: it is the tenant's first.
    pub made: Option<Timestamp>,
}

impl TenantKeys {
    /// Whether an old key still opens what is not sealed anew.
    pub fn changing(&self) -> bool {
        self.keys.len() > 1
    }
}

impl Vault {
    /// The keys of all tenants that have any.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn keys(&self) -> Result<Vec<TenantKeys>, VaultError> {
        let (mut pages, mut all) = (Pages::under(ring::space()), Vec::new());
        while let Some(page) = pages.next(&*self.0.store).await.map_err(VaultError::Store)? {
            for (place, value) in page {
                let tenant = ring::tenant(&place).map_err(VaultError::Store)?;
                let stored = Stored::read(&value.bytes).map_err(VaultError::Store)?;
                let keys = stored.keys.into_iter().map(|key| DataKey { id: key.id, made: key.made });
                all.push(TenantKeys { tenant, keys: keys.collect() });
            }
        }
        Ok(all)
    }

    /// Gives a tenant another key: from then on it seals, and the ones before it only open. False: the tenant has none, or
    /// an old one is still there; nothing was changed.
    ///
    /// # Errors
    /// When the store fails or the machine has no randomness.
    pub async fn begin(&self, tenant: &TenantId, now: Timestamp) -> Result<bool, VaultError> {
        let change = |stored: Stored, wrapping: &_| match &stored.keys[..] {
            [only] => {
                let new = ring::fresh(wrapping, tenant, Some(now))?;
                Ok(Some(Stored { keys: vec![new, only.clone()] }))
            }
            _ => Ok(None),
        };
        self.change(tenant, change).await
    }

    /// Drops the old keys of a tenant that bear these ids: what they sealed, and nobody sealed anew, is lost. To be
    /// called after a [pass](super::Pass) that found nothing of theirs, and no sooner than nobody can write any more what was
    /// sealed or read before it. False: there are none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn finish(&self, tenant: &TenantId, ids: &[String]) -> Result<bool, VaultError> {
        let change = |mut stored: Stored, _: &_| {
            let (mut n, before) = (0, stored.keys.len());
            stored.keys.retain(|key| {
                n += 1;
                n == 1 || !ids.contains(&key.id)
            });
            Ok((stored.keys.len() < before).then_some(stored))
        };
        self.change(tenant, change).await
    }

    /// Called when the keys of a tenant are gone from the store: what they sealed is lost, and who comes back under its name
    /// gets others.
    pub fn forget(&self, tenant: &TenantId) {
        self.0.rings.write().remove(tenant);
    }

    /// Changes the keys of a tenant, which are then used as they are. False: there was nothing to change.
    async fn change(
        &self,
        tenant: &TenantId,
        change: impl Fn(Stored, &crate::sealed::SealingKey) -> Result<Option<Stored>, VaultError>,
    ) -> Result<bool, VaultError> {
        let place = ring::place(tenant);
        let wrapping = self.0.wrapping.read().await;
        loop {
            let found = self.0.store.get(&place).await.map_err(VaultError::Store)?;
            let Some(found) = found else { return Ok(false) };
            let stored = Stored::read(&found.bytes).map_err(VaultError::Store)?;
            let Some(changed) = change(stored, &wrapping)? else { return Ok(false) };
            let batch = Batch::new().expect(place.clone(), Some(found.revision));
            if first(self.0.store.commit(batch.put(place.clone(), changed.bytes())).await)? {
                let ring = changed.opened(&wrapping, tenant)?;
                self.0.rings.write().insert(tenant.clone(), ring.into());
                return Ok(true);
            }
        }
    }
}

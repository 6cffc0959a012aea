//! How much installations keep and do.

use std::collections::BTreeMap;

use tieline_store::Usage;
use tieline_types::{
    DeliveryState, InstallationId, TenantId,
    api::{EventCounts, InstallationUsage},
};

use crate::{EventQuery, Host, HostError};

/// Events that are counted at most, and those that are read at once.
const COUNTED: usize = 20_000;
const AT_ONCE: usize = 1_000;

impl Host {
    /// How much each installation of a tenant keeps, and how its newest events went.
    ///
    /// # Errors
    /// [`HostError::NotFound`] for a tenant that was never applied.
    pub async fn usage(&self, tenant: &TenantId) -> Result<Vec<InstallationUsage>, HostError> {
        self.require(tenant).await?;
        let mut counts = self.counted(tenant).await?;
        let mut all = Vec::new();
        for found in self.installations.of(tenant) {
            let kept = self.services.store.get(&Usage::key(&found.key)).await;
            let kept = kept.map_err(|error| HostError::store("reading how much is kept", error))?;
            let Usage { keys, bytes } = Usage::of(kept.as_ref());
            all.push(InstallationUsage {
                installation: found.key.installation.clone(),
                storage_bytes: bytes,
                storage_bytes_limit: found.limits.storage_total_bytes,
                storage_keys: keys,
                storage_keys_limit: found.limits.storage_total_keys,
                dataset_bytes: self.services.datasets.bytes(&found.key),
                dataset_bytes_limit: found.limits.dataset_total_bytes,
                events: counts.remove(&found.key.installation).unwrap_or_default(),
            });
        }
        Ok(all)
    }

    async fn counted(&self, tenant: &TenantId) -> Result<BTreeMap<InstallationId, EventCounts>, HostError> {
        let mut counts: BTreeMap<InstallationId, EventCounts> = BTreeMap::new();
        let (mut after, mut left) = (None, COUNTED);
        while left > 0 {
            let page = self.services.store.events(tenant, &EventQuery::default(), after, AT_ONCE).await;
            let page = page.map_err(|error| HostError::store("counting the events", error))?;
            for (event, delivery) in &page {
                let counts = counts.entry(event.installation.installation.clone()).or_default();
                counts.since = Some(event.received);
                match delivery.state {
                    DeliveryState::Pending => counts.pending += 1,
                    DeliveryState::Done => counts.done += 1,
                    DeliveryState::Dead => counts.dead += 1,
                }
            }
            after = page.last().map(|(event, _)| event.id);
            left = if page.len() < AT_ONCE { 0 } else { left.saturating_sub(AT_ONCE) };
        }
        Ok(counts)
    }
}

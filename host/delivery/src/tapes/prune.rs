//! Deleting tapes: those that are too old, and the oldest where there are too many.

use std::{sync::Arc, time::Duration};

use tieline_identity::Sealed;
use tieline_store::{Batch, CommitError, Key, Pages, StoreError, Value};
use tieline_types::{
    TenantId, Timestamp,
    tenant::{Quotas, Tenant},
};

use super::{Room, Tapes, entries, tape_of};
use crate::installations::stored::{tenant_key, tenants};

/// How long a tape is kept.
const KEPT: Duration = Duration::from_secs(7 * 24 * 3_600);
/// How often age is looked at.
const EVERY: Duration = Duration::from_secs(60);
/// Tapes deleted in one commit: few enough that commits waiting behind it do not notice.
const STEP: usize = 128;

/// Why pruning stopped before its end.
#[derive(Debug, thiserror::Error)]
enum Unpruned {
    #[error("reading the sizes of tapes failed")]
    Read(#[from] StoreError),
    #[error("deleting tapes failed")]
    Delete(#[from] CommitError),
}

impl Tapes {
    /// Prunes now and then, and whenever a tenant keeps more than it may. Runs until it is dropped.
    pub(crate) async fn keep(self: Arc<Self>) {
        loop {
            if let Err(error) = self.prune().await {
                tracing::error!(error = &error as &dyn std::error::Error, "tapes could not be pruned");
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = self.full.notified() => {}
            }
        }
    }

    async fn prune(&self) -> Result<(), Unpruned> {
        for tenant in self.all_tenants().await? {
            self.look_at(&tenant).await?;
            while self.prune_some(&tenant).await? {}
        }
        Ok(())
    }

    async fn all_tenants(&self) -> Result<Vec<TenantId>, StoreError> {
        let all = Pages::all(&*self.services.store, tenants()).await?;
        Ok(all.iter().filter_map(|(key, _)| key.last()?.parse().ok()).collect())
    }

    /// Learns what the tenant may keep, and the first time also what hosts before this one have kept.
    async fn look_at(&self, tenant: &TenantId) -> Result<(), StoreError> {
        let document = self.services.store.get(&tenant_key(tenant)).await?;
        let document = document.and_then(|value| serde_json::from_slice::<Tenant<Sealed>>(&value.bytes).ok());
        let quota = document.map_or(Quotas::default().journal_bytes, |tenant| tenant.quotas.journal_bytes);
        let known = self.tenants.lock().get(tenant).is_some_and(|room| room.quota.is_some());
        let before = if known { 0 } else { self.count_before(tenant).await? };
        let mut tenants = self.tenants.lock();
        let room = tenants.entry(tenant.clone()).or_default();
        room.kept += before;
        room.quota = Some(quota);
        Ok(())
    }

    async fn count_before(&self, tenant: &TenantId) -> Result<u64, StoreError> {
        let (mut bytes, mut pages) = (0, Pages::under(entries(tenant)));
        while let Some(page) = pages.next(&*self.services.store).await? {
            for (key, value) in &page {
                if written(key) >= self.begun {
                    return Ok(bytes);
                }
                bytes += size(value);
            }
        }
        Ok(bytes)
    }

    /// Deletes the oldest tapes that are too old or too many. Whether there may be more.
    async fn prune_some(&self, tenant: &TenantId) -> Result<bool, Unpruned> {
        let room = self.tenants.lock().get(tenant).copied().unwrap_or_default();
        let oldest = self.services.store.scan(&entries(tenant), None, STEP).await?;
        let aged = Timestamp(self.services.clock.now().0.saturating_sub(KEPT.as_millis() as u64));
        let over = over(&oldest, room, aged);
        if over == 0 {
            return Ok(false);
        }
        let mut batch = Batch::new();
        let mut freed = 0;
        for (key, value) in &oldest[..over] {
            freed += size(value);
            batch = batch.delete(key.clone());
            if let Some(tape) = tape_of(key) {
                batch = batch.delete(tape);
            }
        }
        self.services.store.commit(batch).await?;
        if let Some(room) = self.tenants.lock().get_mut(tenant) {
            room.kept = room.kept.saturating_sub(freed);
        }
        Ok(over == STEP)
    }
}

/// How many of the oldest must go.
fn over(oldest: &[(Key, Value)], room: Room, aged: Timestamp) -> usize {
    let mut kept = room.kept;
    let must_go = |(key, value): &&(Key, Value)| {
        let goes = written(key) < aged || room.quota.is_some_and(|quota| kept > quota);
        kept = kept.saturating_sub(size(value));
        goes
    };
    oldest.iter().take_while(must_go).count()
}

fn written(entry: &Key) -> Timestamp {
    let time = entry.parts().get(2).and_then(|time| u64::from_str_radix(time, 16).ok());
    Timestamp(time.unwrap_or_default())
}

fn size(value: &Value) -> u64 {
    std::str::from_utf8(&value.bytes).ok().and_then(|text| text.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_store::Space;

    fn entry(time: u64, bytes: u64) -> (Key, Value) {
        let key =
            Key::new(Space::Journal).part("acme").part("size").number(time).part("desk").part("e").number(1);
        (key, Value { bytes: bytes.to_string().into(), revision: 1 })
    }

    #[test]
    fn the_oldest_go_first_and_no_more_than_must() {
        let oldest = [entry(1, 100), entry(2, 100), entry(3, 100)];
        let room = |kept, quota| Room { kept, quota: Some(quota) };
        for (room, aged, gone) in [
            (room(300, 300), 0, 0),
            (room(300, 299), 0, 1),
            (room(300, 150), 0, 2),
            (room(300, 0), 0, 3),
            (room(300, 300), 3, 2),
            (room(300, 100), 2, 2),
            (Room { kept: 300, quota: None }, 0, 0),
        ] {
            assert_eq!(over(&oldest, room, Timestamp(aged)), gone, "{room:?} {aged}");
        }
    }

    #[test]
    fn an_entry_leads_to_its_tape() {
        let (entry, _) = entry(1, 1);
        let tape =
            Key::new(Space::Journal).part("acme").part("tape").number(1).part("desk").part("e").number(1);
        assert_eq!(tape_of(&entry), Some(tape));
    }
}

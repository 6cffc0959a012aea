//! Dropping what waits of a tenant.

use tieline_types::TenantId;

use super::{Alarm, Queue};

impl Queue {
    /// Drops all that waits of a tenant. The heads of lanes that run stay until they are settled.
    pub(crate) fn forget(&mut self, tenant: &TenantId) {
        self.held.retain(|key| key.tenant != *tenant);
        self.timers.retain(|_, alarm| match alarm {
            Alarm::Lane(key, _) => key.tenant != *tenant,
            Alarm::Probe(connection) => connection.tenant != *tenant,
        });
        let news = &mut self.news;
        self.parked.retain(|connection, _| {
            let stays = connection.tenant != *tenant;
            news.extend((!stays).then(|| connection.clone()));
            stays
        });
        if let Some(known) = self.tenants.get_mut(tenant) {
            known.ring.clear();
            self.shares.leave(&mut known.share);
        }
        let mut dropped = Vec::new();
        self.installations.retain(|key, installation| {
            if key.tenant != *tenant {
                return true;
            }
            installation.ready.clear();
            installation.in_ring = false;
            installation.lanes.retain(|_, lane| {
                dropped.extend(lane.waiting.drain(..).map(|turn| turn.event));
                lane.probe_of = None;
                lane.running.is_some()
            });
            !installation.lanes.is_empty()
        });
        dropped.iter().for_each(|event| self.count_out(event));
    }
}

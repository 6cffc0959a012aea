//! How much of a tenant may wait. A sender of more is told to come back later; Graph does, for four hours.

use std::collections::HashMap;

use parking_lot::RwLock;
use tieline_types::{TenantId, tenant::Tenant};

/// The quotas of all tenants.
#[derive(Debug)]
pub(crate) struct Quotas {
    /// What the host allows anybody.
    most: usize,
    /// Tenants that are allowed less.
    less: RwLock<HashMap<TenantId, usize>>,
}

impl Quotas {
    /// Quotas of a host that allows any tenant `most` events that wait.
    pub(crate) fn new(most: usize) -> Self {
        Self { most, less: RwLock::default() }
    }

    /// Takes note of what a tenant is allowed.
    pub(crate) fn set<S>(&self, tenant: &Tenant<S>) {
        let mut less = self.less.write();
        match tenant.quotas.pending_events {
            own if own < self.most => less.insert(tenant.id.clone(), own),
            _ => less.remove(&tenant.id),
        };
    }

    /// The most events of a tenant that may wait: the lower of its own quota and the host's.
    pub(crate) fn pending_events(&self, tenant: &TenantId) -> usize {
        self.less.read().get(tenant).copied().unwrap_or(self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::tenant;

    #[test]
    fn a_tenant_cannot_have_more_than_the_host_allows() {
        let quotas = Quotas::new(10);
        let id: TenantId = "acme".parse().unwrap();
        let tenant = |pending_events| Tenant::<()> {
            id: id.clone(),
            name: "Acme".into(),
            quotas: tenant::Quotas { pending_events, ..Default::default() },
            panel: Default::default(),
            alert_receivers: Vec::new(),
        };
        assert_eq!(quotas.pending_events(&id), 10);
        for (asked, given) in [(3, 3), (11, 10), (0, 0), (usize::MAX, 10)] {
            quotas.set(&tenant(asked));
            assert_eq!(quotas.pending_events(&id), given);
        }
    }
}

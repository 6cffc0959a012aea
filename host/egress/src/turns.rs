//! Who may call now: no tenant takes all connections, and no origin takes all of a tenant's.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use tieline_types::{Origin, TenantId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Calls under way at the same time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Of one tenant's guests.
    pub(crate) tenant: usize,
    /// Of one tenant's guests to one origin: one that hangs leaves the others their share.
    pub(crate) origin: usize,
}

impl Bounds {
    /// Far above what a busy connector uses, far below the sockets and look-up threads of a machine.
    pub(crate) const USUAL: Self = Self { tenant: 256, origin: 128 };
}

/// Lanes that are remembered without a call, before they are looked through: forgetting one with its last call would
/// make it anew for the next.
const KEPT: usize = 512;

/// The lanes of all tenants that are calling or have called of late.
pub(crate) struct Turns {
    bounds: Bounds,
    lanes: Mutex<Lanes>,
}

#[derive(Default)]
struct Lanes {
    tenants: HashMap<TenantId, Tenant>,
    /// How many origins of how many tenants.
    count: usize,
    /// From how many on those without a call are forgotten.
    crowded: usize,
}

struct Tenant {
    all: Arc<Semaphore>,
    origins: HashMap<Origin, Arc<Semaphore>>,
}

/// The right to call now, until it is dropped.
pub(crate) struct Turn {
    _origin: OwnedSemaphorePermit,
    _tenant: OwnedSemaphorePermit,
}

impl Turns {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self { bounds, lanes: Mutex::default() }
    }

    /// Waits for a turn: first at the origin, so that whoever waits there holds nothing that others of the
    /// tenant could use.
    pub(crate) async fn take(&self, tenant: &TenantId, origin: &Origin) -> Turn {
        let (at_origin, of_tenant) = self.lanes.lock().of(tenant, origin, self.bounds);
        Turn { _origin: pass(at_origin).await, _tenant: pass(of_tenant).await }
    }
}

async fn pass(lane: Arc<Semaphore>) -> OwnedSemaphorePermit {
    lane.acquire_owned().await.expect("no lane is ever closed")
}

impl Lanes {
    /// The lanes at an origin and of its tenant.
    fn of(&mut self, tenant: &TenantId, origin: &Origin, bounds: Bounds) -> (Arc<Semaphore>, Arc<Semaphore>) {
        if let Some(Tenant { all, origins }) = self.tenants.get(tenant)
            && let Some(lane) = origins.get(origin)
        {
            return (Arc::clone(lane), Arc::clone(all));
        }
        if self.count >= self.crowded.max(KEPT) {
            self.tidy();
        }
        self.count += 1;
        let fresh = || Tenant { all: Arc::new(Semaphore::new(bounds.tenant)), origins: HashMap::new() };
        let of_tenant = self.tenants.entry(tenant.clone()).or_insert_with(fresh);
        let lane = Arc::new(Semaphore::new(bounds.origin));
        of_tenant.origins.insert(origin.clone(), Arc::clone(&lane));
        (lane, Arc::clone(&of_tenant.all))
    }

    /// Forgets the lanes that nobody holds and nobody waits for; each such has a part in the lane's count. They are
    /// looked through again when there are twice as many as were left, so that it costs a call next to nothing.
    fn tidy(&mut self) {
        let in_use = |lane: &Arc<Semaphore>| Arc::strong_count(lane) > 1;
        for tenant in self.tenants.values_mut() {
            tenant.origins.retain(|_, lane| in_use(lane));
        }
        self.tenants.retain(|_, tenant| in_use(&tenant.all) || !tenant.origins.is_empty());
        self.count = self.tenants.values().map(|tenant| tenant.origins.len()).sum();
        self.crowded = self.count * 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    fn origin(text: &str) -> Origin {
        text.parse().unwrap()
    }

    #[tokio::test]
    async fn a_tenant_waits_for_itself_and_for_nobody_else() {
        let turns = Turns::new(Bounds { tenant: 3, origin: 2 });
        let (acme, zeta): (TenantId, TenantId) = ("acme".parse().unwrap(), "zeta".parse().unwrap());
        let (slow, other) = (origin("https://slow.example"), origin("https://other.example"));
        let first = turns.take(&acme, &slow).await;
        let _second = turns.take(&acme, &slow).await;
        assert!(turns.take(&acme, &slow).now_or_never().is_none(), "the origin's share is taken");
        let _third = turns.take(&acme, &other).await;
        assert!(turns.take(&acme, &other).now_or_never().is_none(), "the tenant's share is taken");
        assert!(turns.take(&zeta, &slow).now_or_never().is_some(), "another tenant has its own");
        drop(first);
        assert!(turns.take(&acme, &slow).now_or_never().is_some());
    }

    #[tokio::test]
    async fn lanes_without_calls_are_forgotten() {
        let turns = Turns::new(Bounds { tenant: 1, origin: 1 });
        let acme: TenantId = "acme".parse().unwrap();
        let busy = origin("https://busy.example");
        let held = turns.take(&acme, &busy).await;
        for n in 0..3 * KEPT {
            let other: TenantId = format!("t{n}").parse().unwrap();
            drop(turns.take(&other, &busy).await);
            assert!(turns.lanes.lock().count <= KEPT);
        }
        assert!(turns.take(&acme, &busy).now_or_never().is_none(), "one that is held is not forgotten");
        drop(held);
        assert!(turns.take(&acme, &busy).now_or_never().is_some());
    }
}

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

type Lane = (TenantId, Option<Origin>);

/// The lanes of all tenants that are calling; a lane without a call takes no memory.
pub(crate) struct Turns {
    bounds: Bounds,
    lanes: Mutex<HashMap<Lane, Arc<Semaphore>>>,
}

/// The right to call now, until it is dropped.
pub(crate) struct Turn {
    turns: Arc<Turns>,
    held: Vec<(Lane, OwnedSemaphorePermit)>,
}

impl Turns {
    pub(crate) fn new(bounds: Bounds) -> Arc<Self> {
        Arc::new(Self { bounds, lanes: Mutex::default() })
    }

    /// Waits for a turn: first at the origin, so that whoever waits there holds nothing that others of the
    /// tenant could use.
    pub(crate) async fn take(self: &Arc<Self>, tenant: &TenantId, origin: &Origin) -> Turn {
        let mut turn = Turn { turns: Arc::clone(self), held: Vec::with_capacity(2) };
        let lanes = [(Some(origin.clone()), self.bounds.origin), (None, self.bounds.tenant)];
        for (origin, bound) in lanes {
            let lane = (tenant.clone(), origin);
            let waiting = Waiting { turns: self, lane, semaphore: None };
            turn.held.push(waiting.take(bound).await);
        }
        turn
    }

    /// Forgets a lane that nobody holds and nobody waits for.
    fn tidy(&self, lane: &Lane, left: Arc<Semaphore>) {
        let mut lanes = self.lanes.lock();
        drop(left);
        if lanes.get(lane).is_some_and(|semaphore| Arc::strong_count(semaphore) == 1) {
            lanes.remove(lane);
        }
    }

    #[cfg(test)]
    fn remembered(&self) -> usize {
        self.lanes.lock().len()
    }
}

/// A place in a lane's queue; one who leaves it unserved leaves nothing behind.
struct Waiting<'a> {
    turns: &'a Turns,
    lane: Lane,
    semaphore: Option<Arc<Semaphore>>,
}

impl Waiting<'_> {
    async fn take(mut self, bound: usize) -> (Lane, OwnedSemaphorePermit) {
        let semaphore = {
            let mut lanes = self.turns.lanes.lock();
            let lane = lanes.entry(self.lane.clone());
            Arc::clone(lane.or_insert_with(|| Arc::new(Semaphore::new(bound))))
        };
        self.semaphore = Some(Arc::clone(&semaphore));
        let permit = semaphore.acquire_owned().await.expect("no lane is ever closed");
        (self.lane.clone(), permit)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(semaphore) = self.semaphore.take() {
            self.turns.tidy(&self.lane, semaphore);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        for (lane, permit) in self.held.drain(..) {
            let semaphore = Arc::clone(permit.semaphore());
            drop(permit);
            self.turns.tidy(&lane, semaphore);
        }
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
        let held = turns.take(&acme, &origin("https://a.example")).await;
        assert!(turns.take(&acme, &origin("https://b.example")).now_or_never().is_none());
        assert!(turns.take(&acme, &origin("https://a.example")).now_or_never().is_none());
        assert_eq!(turns.remembered(), 2, "one origin and the tenant");
        drop(held);
        assert_eq!(turns.remembered(), 0);
    }
}

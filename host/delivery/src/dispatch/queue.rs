//! The order of runs, in memory: a pure state machine over the inbox's pending events.
//!
//! Events of an installation with the same ordering key stand in one *lane*. Only the head of a lane is
//! ever run, and a head that waits for its next attempt holds up its lane. Tenants take turns, and within
//! a tenant its installations, so that a flood for one delays nobody else by more than a turn.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
};

use tieline_types::{Delivery, Event, InstallationKey, TenantId, Timestamp};

/// How much may run at the same time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Over all tenants; at least 1.
    pub(crate) total: usize,
    /// For one installation; at least 1.
    pub(crate) per_installation: usize,
}

/// An event and what happened to it so far.
#[derive(Debug, Clone)]
pub(crate) struct Turn {
    /// The event.
    pub(crate) event: Arc<Event>,
    /// Where it stands.
    pub(crate) delivery: Delivery,
}

/// All pending events. Each lane is in exactly one state: running, ready (in its installation's `ready`),
/// or waiting (in `timers`).
#[derive(Debug)]
pub(crate) struct Queue {
    bounds: Bounds,
    running: usize,
    /// Tenants with something to run now, each once.
    ring: VecDeque<TenantId>,
    tenants: HashMap<TenantId, Tenant>,
    installations: HashMap<InstallationKey, Installation>,
    /// Lanes whose head is not due yet; the number keeps lanes due at the same time apart.
    timers: BTreeMap<(Timestamp, u64), (InstallationKey, Arc<str>)>,
    armed: u64,
}

#[derive(Debug, Default)]
struct Tenant {
    /// Installations with something to run now, each once; not empty exactly while the tenant is in the
    /// queue's ring.
    ring: VecDeque<InstallationKey>,
    pending: usize,
}

#[derive(Debug, Default)]
struct Installation {
    ready: VecDeque<Arc<str>>,
    lanes: HashMap<Arc<str>, Lane>,
    running: usize,
    in_ring: bool,
}

#[derive(Debug, Default)]
struct Lane {
    waiting: VecDeque<Turn>,
    busy: bool,
}

impl Queue {
    /// An empty queue.
    pub(crate) fn new(bounds: Bounds) -> Self {
        let bounds = Bounds { total: bounds.total.max(1), per_installation: bounds.per_installation.max(1) };
        Self {
            bounds,
            running: 0,
            ring: VecDeque::new(),
            tenants: HashMap::new(),
            installations: HashMap::new(),
            timers: BTreeMap::new(),
            armed: 0,
        }
    }

    /// Adds an event behind all others of its lane.
    pub(crate) fn push(&mut self, turn: Turn, now: Timestamp) {
        let key = turn.event.installation.clone();
        self.tenants.entry(key.tenant.clone()).or_default().pending += 1;
        let lane = turn.event.ordering_key.clone();
        let installation = self.installations.entry(key.clone()).or_default();
        let waiting = installation.lanes.entry(lane.clone()).or_default();
        waiting.waiting.push_back(turn);
        if !waiting.busy && waiting.waiting.len() == 1 {
            self.arm(&key, lane, now);
        }
    }

    /// Takes the next event to run, if there is one and the bounds allow it. It stays the head of its lane
    /// until [`Queue::settle`] is called for it.
    pub(crate) fn next(&mut self, now: Timestamp) -> Option<Turn> {
        self.promote(now);
        if self.running >= self.bounds.total {
            return None;
        }
        let tenant_id = self.ring.pop_front()?;
        let tenant = self.tenants.get_mut(&tenant_id)?;
        let key = tenant.ring.pop_front()?;
        let installation = self.installations.get_mut(&key)?;
        installation.in_ring = false;
        let lane = installation.lanes.get_mut(&installation.ready.pop_front()?)?;
        let turn = lane.waiting.pop_front()?;
        lane.busy = true;
        installation.running += 1;
        self.running += 1;
        if !tenant.ring.is_empty() {
            self.ring.push_back(tenant_id);
        }
        self.offer(&key);
        Some(turn)
    }

    /// Ends a turn: `again` puts the event back at the head of its lane, not to run before its time; none
    /// means that it is settled for good and frees its lane.
    pub(crate) fn settle(&mut self, event: &Arc<Event>, again: Option<Delivery>, now: Timestamp) {
        let key = &event.installation;
        let Some(installation) = self.installations.get_mut(key) else { return };
        let Some(lane) = installation.lanes.get_mut(&event.ordering_key).filter(|lane| lane.busy) else {
            return;
        };
        lane.busy = false;
        installation.running -= 1;
        self.running -= 1;
        match again {
            Some(delivery) => lane.waiting.push_front(Turn { event: event.clone(), delivery }),
            None => self.count_out(&key.tenant),
        }
        self.arm(key, event.ordering_key.clone(), now);
        self.offer(key);
        if self.installations.get(key).is_some_and(|installation| installation.lanes.is_empty()) {
            self.installations.remove(key);
        }
    }

    /// When the next waiting event is due.
    pub(crate) fn next_timer(&self) -> Option<Timestamp> {
        self.timers.first_key_value().map(|((due, _), _)| *due)
    }

    /// Events of a tenant that are not settled for good.
    pub(crate) fn pending(&self, tenant: &TenantId) -> usize {
        self.tenants.get(tenant).map_or(0, |tenant| tenant.pending)
    }

    /// Puts an idle lane where its head belongs, or forgets it when it is empty.
    fn arm(&mut self, key: &InstallationKey, lane: Arc<str>, now: Timestamp) {
        let Some(installation) = self.installations.get_mut(key) else { return };
        let head = installation.lanes.get(&lane).and_then(|lane| lane.waiting.front());
        match head.map(|head| head.delivery.not_before) {
            None => {
                installation.lanes.remove(&lane);
            }
            Some(due) if due > now => {
                self.armed += 1;
                self.timers.insert((due, self.armed), (key.clone(), lane));
            }
            Some(_) => {
                installation.ready.push_back(lane);
                self.offer(key);
            }
        }
    }

    /// Lanes whose head is due become ready, the earliest first.
    fn promote(&mut self, now: Timestamp) {
        while let Some(first) = self.timers.first_entry().filter(|first| first.key().0 <= now) {
            let (key, lane) = first.remove();
            if let Some(installation) = self.installations.get_mut(&key) {
                installation.ready.push_back(lane);
                self.offer(&key);
            }
        }
    }

    /// Puts an installation that can run something into its tenant's ring, behind the others.
    fn offer(&mut self, key: &InstallationKey) {
        let Some(installation) = self.installations.get_mut(key) else { return };
        let can_run = !installation.ready.is_empty() && installation.running < self.bounds.per_installation;
        if !can_run || installation.in_ring {
            return;
        }
        installation.in_ring = true;
        let tenant = self.tenants.entry(key.tenant.clone()).or_default();
        if tenant.ring.is_empty() {
            self.ring.push_back(key.tenant.clone());
        }
        tenant.ring.push_back(key.clone());
    }

    fn count_out(&mut self, tenant: &TenantId) {
        let Some(counted) = self.tenants.get_mut(tenant) else { return };
        counted.pending -= 1;
        if counted.pending == 0 {
            self.tenants.remove(tenant);
        }
    }
}

#[cfg(test)]
mod tests;

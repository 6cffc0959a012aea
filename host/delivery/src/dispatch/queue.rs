//! The order of runs, in memory: a pure state machine over the inbox's pending events.
//!
//! Events of an installation with the same ordering key stand in one *lane*. Only the head of a lane is
//! ever run; a head that waits for its next attempt, or for a connection, holds up its lane. Which tenant
//! comes next follows from the time that its runs have taken ([`shares`]), and within a tenant its
//! installations take turns. Who waits for a connection waits together ([`park`]).

mod depth;
mod forget;
mod park;
mod shares;

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use tieline_types::{ConnectionKey, ConnectionName, Delivery, Event, InstallationKey, TenantId, Timestamp};

pub(crate) use depth::Depth;
use park::Group;
use shares::{Share, Shares};

/// Bytes of an event beyond which it counts as more than one.
const LARGE: usize = 64 << 10;

/// How much may run at the same time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Over all tenants; at least 1.
    pub(crate) total: usize,
    /// For one tenant; at least 1.
    pub(crate) per_tenant: usize,
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
/// waiting (in `timers`) or parked (in its connection's group).
#[derive(Debug)]
pub(crate) struct Queue {
    bounds: Bounds,
    running: usize,
    /// The tenants that may run something now.
    shares: Shares,
    tenants: HashMap<TenantId, Tenant>,
    installations: HashMap<InstallationKey, Installation>,
    /// Installations of which nothing may run.
    held: HashSet<InstallationKey>,
    /// What becomes due; the number keeps apart what is due at the same time.
    timers: BTreeMap<(Timestamp, u64), Alarm>,
    armed: u64,
    parked: HashMap<ConnectionKey, Group>,
    /// Connections for which somebody began, or nobody goes on, to wait.
    news: Vec<ConnectionKey>,
}

#[derive(Debug, Default)]
struct Tenant {
    /// Installations with something to run now, each once.
    ring: VecDeque<InstallationKey>,
    /// In the queue's shares exactly while the ring is not empty and the bound is not reached.
    share: Share,
    running: usize,
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
    /// While its head runs: what the tenant was charged for it in advance.
    running: Option<u64>,
    /// While its head is the one that was let through to try this connection.
    probe_of: Option<ConnectionName>,
}

#[derive(Debug)]
enum Alarm {
    /// The head of a lane is due.
    Lane(InstallationKey, Arc<str>),
    /// Somebody should try a connection.
    Probe(ConnectionKey),
}

impl Queue {
    /// An empty queue.
    pub(crate) fn new(bounds: Bounds) -> Self {
        let Bounds { total, per_tenant, per_installation } = bounds;
        Self {
            bounds: Bounds {
                total: total.max(1),
                per_tenant: per_tenant.max(1),
                per_installation: per_installation.max(1),
            },
            running: 0,
            shares: Shares::default(),
            tenants: HashMap::new(),
            installations: HashMap::new(),
            held: HashSet::new(),
            timers: BTreeMap::new(),
            armed: 0,
            parked: HashMap::new(),
            news: Vec::new(),
        }
    }

    /// Adds an event behind all others of its lane.
    pub(crate) fn push(&mut self, turn: Turn, now: Timestamp) {
        let key = turn.event.installation.clone();
        let weight = weight(&turn.event);
        match self.tenants.get_mut(&key.tenant) {
            Some(tenant) => tenant.pending += weight,
            None => self.tenants.entry(key.tenant.clone()).or_default().pending = weight,
        }
        let lane_key = turn.event.ordering_key.clone();
        let installation = self.installations.entry(key.clone()).or_default();
        let lane = installation.lanes.entry(lane_key.clone()).or_default();
        lane.waiting.push_back(turn);
        if lane.running.is_none() && lane.waiting.len() == 1 {
            self.arm(&key, lane_key, now);
        }
    }

    /// Takes the next event to run, if there is one and the bounds allow it. It stays the head of its lane
    /// until [`Queue::settle`] is called for it.
    pub(crate) fn next(&mut self, now: Timestamp) -> Option<Turn> {
        self.promote(now);
        if self.running >= self.bounds.total {
            return None;
        }
        let tenant_id = self.shares.first()?;
        let tenant = self.tenants.get_mut(&tenant_id)?;
        let charged = tenant.share.begin();
        tenant.running += 1;
        self.running += 1;
        let key = tenant.ring.pop_front()?;
        let installation = self.installations.get_mut(&key)?;
        installation.in_ring = false;
        installation.running += 1;
        let lane = installation.lanes.get_mut(&installation.ready.pop_front()?)?;
        lane.running = Some(charged);
        let turn = lane.waiting.pop_front()?;
        self.offer(&key);
        self.enlist(&tenant_id);
        Some(turn)
    }

    /// Ends a turn that took so long: `again` puts the event back at the head of its lane, to run when its
    /// time comes or its connection works; none means that it is settled for good and frees its lane.
    pub(crate) fn settle(
        &mut self,
        event: &Arc<Event>,
        again: Option<Delivery>,
        took: Duration,
        now: Timestamp,
    ) {
        let key = &event.installation;
        let Some(installation) = self.installations.get_mut(key) else { return };
        let Some(lane) = installation.lanes.get_mut(&event.ordering_key) else { return };
        let Some(charged) = lane.running.take() else { return };
        let probed = lane.probe_of.take();
        installation.running -= 1;
        self.running -= 1;
        if let Some(tenant) = self.tenants.get_mut(&key.tenant) {
            tenant.running -= 1;
            self.shares.end(&mut tenant.share, charged, took);
        }
        let parked = again.as_ref().and_then(|delivery| delivery.parked.clone());
        match again {
            Some(delivery) => lane.waiting.push_front(Turn { event: event.clone(), delivery }),
            None => self.count_out(event),
        }
        if let Some(connection) = probed {
            let failed = parked.as_ref() == Some(&connection);
            let connection = ConnectionKey { tenant: key.tenant.clone(), connection };
            if failed { self.probe_failed(&connection) } else { self.release(&connection, now) }
        }
        self.arm(key, event.ordering_key.clone(), now);
        self.offer(key);
        self.enlist(&key.tenant);
        if self.installations.get(key).is_some_and(|installation| installation.lanes.is_empty()) {
            self.installations.remove(key);
        }
    }

    /// From now on nothing of an installation runs; its events are kept in their places.
    pub(crate) fn hold(&mut self, key: &InstallationKey, now: Timestamp) {
        if !self.held.insert(key.clone()) {
            return;
        }
        if let Some(tenant) = self.tenants.get_mut(&key.tenant) {
            tenant.ring.retain(|listed| listed != key);
            if tenant.ring.is_empty() {
                self.shares.leave(&mut tenant.share);
            }
        }
        if let Some(installation) = self.installations.get_mut(key) {
            installation.in_ring = false;
        }
        self.probe_others(key, now);
    }

    /// Lets an installation run again.
    pub(crate) fn unhold(&mut self, key: &InstallationKey) {
        if self.held.remove(key) {
            self.offer(key);
        }
    }

    /// When something becomes due next.
    pub(crate) fn next_timer(&self) -> Option<Timestamp> {
        self.timers.first_key_value().map(|((due, _), _)| *due)
    }

    /// Events of a tenant that are not settled for good; a large one counts as several.
    pub(crate) fn pending(&self, tenant: &TenantId) -> usize {
        self.tenants.get(tenant).map_or(0, |tenant| tenant.pending)
    }

    /// Puts an idle lane where its head belongs, or forgets it when it is empty.
    fn arm(&mut self, key: &InstallationKey, lane: Arc<str>, now: Timestamp) {
        let Some(installation) = self.installations.get_mut(key) else { return };
        let Some(head) = installation.lanes.get(&lane).and_then(|lane| lane.waiting.front()) else {
            installation.lanes.remove(&lane);
            return;
        };
        let due = head.delivery.not_before;
        if let Some(connection) = head.delivery.parked.clone() {
            let connection = ConnectionKey { tenant: key.tenant.clone(), connection };
            self.park(connection, (key.clone(), lane), due);
        } else if due > now {
            self.alarm(due, Alarm::Lane(key.clone(), lane));
        } else {
            self.ready(key, lane);
        }
    }

    /// What is due becomes ready, the earliest first.
    fn promote(&mut self, now: Timestamp) {
        while let Some(first) = self.timers.first_entry().filter(|first| first.key().0 <= now) {
            match first.remove() {
                Alarm::Lane(key, lane) => self.ready(&key, lane),
                Alarm::Probe(connection) => self.probe(&connection, now),
            }
        }
    }

    fn alarm(&mut self, due: Timestamp, alarm: Alarm) -> (Timestamp, u64) {
        self.armed += 1;
        self.timers.insert((due, self.armed), alarm);
        (due, self.armed)
    }

    fn ready(&mut self, key: &InstallationKey, lane: Arc<str>) {
        if let Some(installation) = self.installations.get_mut(key) {
            installation.ready.push_back(lane);
            self.offer(key);
        }
    }

    /// Puts an installation that can run something into its tenant's ring, behind the others.
    fn offer(&mut self, key: &InstallationKey) {
        let Some(installation) = self.installations.get_mut(key) else { return };
        let can_run = !installation.ready.is_empty() && installation.running < self.bounds.per_installation;
        if !can_run || installation.in_ring || (!self.held.is_empty() && self.held.contains(key)) {
            return;
        }
        installation.in_ring = true;
        if let Some(tenant) = self.tenants.get_mut(&key.tenant) {
            tenant.ring.push_back(key.clone());
        }
        self.enlist(&key.tenant);
    }

    /// Puts a tenant that may run something among those that take turns.
    fn enlist(&mut self, id: &TenantId) {
        let Some(tenant) = self.tenants.get_mut(id) else { return };
        if !tenant.ring.is_empty() && tenant.running < self.bounds.per_tenant {
            self.shares.enter(id, &mut tenant.share);
        }
    }

    fn count_out(&mut self, event: &Event) {
        let tenant = &event.installation.tenant;
        let Some(counted) = self.tenants.get_mut(tenant) else { return };
        counted.pending -= weight(event);
        if counted.pending == 0 {
            self.shares.leave(&mut counted.share);
            self.tenants.remove(tenant);
        }
    }
}

/// What an event counts as: what waits is held in memory, so that a quota of events must bound their bytes too.
fn weight(event: &Event) -> usize {
    1 + event.payload.bytes() / LARGE
}

#[cfg(test)]
mod tests;

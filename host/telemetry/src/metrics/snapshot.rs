//! What is not counted but looked at, when somebody asks.

use std::time::Duration;

use prometheus_client::{
    metrics::{family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};
use tieline_types::TenantId;

use crate::{
    labels::{InState, OfTenant},
    names::Names,
};

/// A host at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Events that are being run.
    pub running: u64,
    /// Events that may run or will, in their turn or at their time.
    pub waiting: u64,
    /// Events that wait for a connection.
    pub parked: u64,
    /// Of each tenant, all of these together.
    pub of_tenants: Vec<(TenantId, u64)>,
    /// How long ago the oldest of them was received; none: there is none.
    pub oldest: Option<Duration>,
    /// Of each tenant that has any, the dead letters.
    pub dead_letters: Vec<(TenantId, u64)>,
    /// Connections that are left alone for a while.
    pub open_circuits: u64,
    /// Subscriptions that stand.
    pub standing: u64,
    /// Subscriptions that are to be made, or changed.
    pub wanted: u64,
    /// Subscriptions that cannot be as they should be.
    pub failing: u64,
    /// Instances with a guest at work.
    pub busy_instances: u64,
    /// Instances that wait for another event of their installation.
    pub idle_instances: u64,
    /// Room for further instances.
    pub free_instances: u64,
}

/// Where a moment is shown.
#[derive(Debug, Default)]
pub(super) struct Gauges {
    events: Family<InState, Gauge>,
    of_tenants: Family<OfTenant, Gauge>,
    oldest: Gauge<f64, std::sync::atomic::AtomicU64>,
    dead_letters: Gauge,
    dead_letters_of_tenant: Family<OfTenant, Gauge>,
    circuits: Gauge,
    subscriptions: Family<InState, Gauge>,
    instances: Family<InState, Gauge>,
}

impl Gauges {
    pub(super) fn registered(to: &mut Registry) -> Self {
        let gauges = Self::default();
        to.register("events", "Events that are not settled, by where they stand", gauges.events.clone());
        to.register("events_of_tenant", "Events that are not settled, by tenant", gauges.of_tenants.clone());
        to.register_with_unit(
            "oldest_event",
            "How long ago the oldest event was received that is not settled",
            Unit::Seconds,
            gauges.oldest.clone(),
        );
        to.register("dead_letters", "Dead letters that are stored", gauges.dead_letters.clone());
        to.register(
            "dead_letters_of_tenant",
            "Dead letters that are stored, by tenant",
            gauges.dead_letters_of_tenant.clone(),
        );
        to.register("circuits_open", "Connections that are left alone for a while", gauges.circuits.clone());
        to.register("subscriptions", "Graph subscriptions, by state", gauges.subscriptions.clone());
        to.register("instances", "Places for instances of connectors, by state", gauges.instances.clone());
        gauges
    }

    pub(super) fn set(&self, now: &Snapshot, tenants: &Names) {
        let set = |family: &Family<InState, Gauge>, states: &[(&'static str, u64)]| {
            for (state, count) in states {
                family.get_or_create(&InState::of(state)).set(gauge(*count));
            }
        };
        set(&self.events, &[("running", now.running), ("waiting", now.waiting), ("parked", now.parked)]);
        let subscriptions = [("standing", now.standing), ("wanted", now.wanted), ("failing", now.failing)];
        set(&self.subscriptions, &subscriptions);
        let instances =
            [("busy", now.busy_instances), ("idle", now.idle_instances), ("free", now.free_instances)];
        set(&self.instances, &instances);
        self.circuits.set(gauge(now.open_circuits));
        self.oldest.set(now.oldest.unwrap_or_default().as_secs_f64());
        self.dead_letters.set(gauge(now.dead_letters.iter().map(|(_, count)| count).sum()));
        let by_tenant =
            [(&self.of_tenants, &now.of_tenants), (&self.dead_letters_of_tenant, &now.dead_letters)];
        for (family, counts) in by_tenant {
            // A tenant that has none any more is not there.
            family.clear();
            for (tenant, count) in counts {
                if let Some(tenant) = tenants.label(tenant.as_str()) {
                    family.get_or_create(&OfTenant { tenant: Some(tenant) }).inc_by(gauge(*count));
                }
            }
        }
    }
}

fn gauge(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

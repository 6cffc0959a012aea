//! All counts of a host, and how each is counted. `/metrics` shows them as Prometheus reads them.

mod snapshot;
#[cfg(test)]
mod tests;

use std::{sync::LazyLock, time::Duration};

use parking_lot::Mutex;
use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};
use tieline_types::{ConnectorId, TenantId};

use crate::{
    labels::{
        Class, InState, Kind, OfCall, OfConnector, OfHook, OfProvider, OfRun, OfTenant, Outcome, WithOutcome,
    },
    names::Names,
};
use snapshot::Gauges;

pub use snapshot::Snapshot;

/// So many connectors have a label of their own.
const CONNECTORS: usize = 100;

/// From a millisecond to a minute and a half.
const SECONDS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 15.0, 60.0, 90.0];
/// From a hook to the end of its event: retries take hours.
const LONG: [f64; 11] = [0.01, 0.05, 0.25, 1.0, 5.0, 30.0, 300.0, 3_600.0, 14_400.0, 43_200.0, 86_400.0];
/// Commits that share a synchronisation.
const GROUPS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 64.0, 256.0, 512.0, 1_024.0];
const ATTEMPTS: [f64; 7] = [1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0];

/// The process's counts.
pub fn metrics() -> &'static Metrics {
    static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);
    &METRICS
}

/// What is counted. Each count is an atomic addition behind one look-up of its labels.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    connectors: Names,
    tenants: Names,
    hooks: Family<OfHook, Counter>,
    acknowledged: Family<OfTenant, Counter>,
    duplicates: Counter,
    forged: Counter,
    cut: Counter,
    runs: Family<OfRun, Counter>,
    run_seconds: Family<OfConnector, Histogram>,
    event_seconds: Family<OfConnector, Histogram>,
    attempts: Histogram,
    dead: Family<OfConnector, Counter>,
    calls: Family<OfCall, Counter>,
    call_seconds: Family<OfProvider, Histogram>,
    governor_waits: Histogram,
    governor_refusals: Counter,
    tokens: Family<WithOutcome, Counter>,
    group_batches: Histogram,
    group_bytes: Counter,
    commit_seconds: Histogram,
    connections: Gauge,
    ended: Family<WithOutcome, Counter>,
    /// Set and shown under one lock, so that nobody sees half of a moment.
    gauges: Mutex<Gauges>,
}

impl Metrics {
    fn new() -> Self {
        let mut registry = Registry::with_prefix("tieline");
        let gauges = Mutex::new(Gauges::registered(&mut registry));
        let mut metrics = Self {
            registry: Registry::default(),
            connectors: Names::new(CONNECTORS),
            tenants: Names::new(0),
            hooks: Family::default(),
            acknowledged: Family::default(),
            duplicates: Counter::default(),
            forged: Counter::default(),
            cut: Counter::default(),
            runs: Family::default(),
            run_seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            event_seconds: Family::new_with_constructor(|| Histogram::new(LONG)),
            attempts: Histogram::new(ATTEMPTS),
            dead: Family::default(),
            calls: Family::default(),
            call_seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            governor_waits: Histogram::new(SECONDS),
            governor_refusals: Counter::default(),
            tokens: Family::default(),
            group_batches: Histogram::new(GROUPS),
            group_bytes: Counter::default(),
            commit_seconds: Histogram::new(SECONDS),
            connections: Gauge::default(),
            ended: Family::default(),
            gauges,
        };
        metrics.register(&mut registry);
        metrics.registry = registry;
        metrics
    }

    fn register(&self, to: &mut Registry) {
        to.register("hook_requests", "Requests at hooks, by what became of them", self.hooks.clone());
        to.register(
            "events_acknowledged",
            "Events taken for the first time, durably",
            self.acknowledged.clone(),
        );
        to.register("events_duplicate", "Events that had been taken before", self.duplicates.clone());
        to.register("items_forged", "Items without their subscription's secret", self.forged.clone());
        to.register("items_cut", "Items taken without resource data that was too large", self.cut.clone());
        to.register("runs", "Runs, by how they ended", self.runs.clone());
        to.register_with_unit("run", "How long runs took", Unit::Seconds, self.run_seconds.clone());
        to.register_with_unit(
            "event",
            "From receipt to being handled or dead",
            Unit::Seconds,
            self.event_seconds.clone(),
        );
        to.register(
            "event_attempts",
            "Attempts spent on events that are handled or dead",
            self.attempts.clone(),
        );
        to.register("events_dead", "Events that became dead letters", self.dead.clone());
        to.register("upstream_calls", "Upstream calls, by what came of them", self.calls.clone());
        to.register_with_unit(
            "upstream_call",
            "How long upstreams took to answer",
            Unit::Seconds,
            self.call_seconds.clone(),
        );
        to.register_with_unit(
            "governor_wait",
            "How long calls to Graph waited for their turn, of those that had to",
            Unit::Seconds,
            self.governor_waits.clone(),
        );
        to.register(
            "governor_refusals",
            "Calls to Graph that were not sent since they would have waited too long",
            self.governor_refusals.clone(),
        );
        to.register("token_requests", "Requests for access tokens, by outcome", self.tokens.clone());
        to.register(
            "commit_group_batches",
            "Commits that shared a synchronisation",
            self.group_batches.clone(),
        );
        to.register("commit_group_bytes", "Bytes of what was committed", self.group_bytes.clone());
        to.register_with_unit(
            "commit",
            "How long a group of commits took to become durable",
            Unit::Seconds,
            self.commit_seconds.clone(),
        );
        to.register("connections", "Connections of clients, now", self.connections.clone());
        to.register("connections_ended", "Connections that the server ended, by why", self.ended.clone());
    }

    /// From now on so many tenants are named.
    pub fn name_tenants(&self, most: usize) {
        self.tenants.allow(most);
    }

    /// A request at a hook was answered; `outcome` is one of a few words.
    pub fn hook(&self, kind: Kind, outcome: &'static str) {
        self.hooks.get_or_create(&OfHook { kind, outcome }).inc();
    }

    /// Events of a tenant were taken.
    pub fn acknowledged(&self, tenant: &TenantId, events: u64) {
        let tenant = self.tenants.label(tenant.as_str());
        self.acknowledged.get_or_create(&OfTenant { tenant }).inc_by(events);
    }

    /// Events came that had been taken.
    pub fn repeated(&self, events: u64) {
        self.duplicates.inc_by(events);
    }

    /// Items were dropped, or taken without what they brought.
    pub fn items(&self, forged: u64, cut: u64) {
        self.forged.inc_by(forged);
        self.cut.inc_by(cut);
    }

    /// A run ended.
    pub fn ran(&self, connector: &ConnectorId, tenant: &TenantId, outcome: Outcome, took: Duration) {
        let (connector, tenant) =
            (self.connectors.label(connector.as_str()), self.tenants.label(tenant.as_str()));
        self.run_seconds
            .get_or_create(&OfConnector { connector: connector.clone() })
            .observe(took.as_secs_f64());
        self.runs.get_or_create(&OfRun { connector, outcome, tenant }).inc();
    }

    /// An event is settled for good, so long after it was received.
    pub fn settled(&self, connector: Option<&ConnectorId>, dead: bool, attempts: u32, after: Duration) {
        let of = OfConnector { connector: connector.and_then(|name| self.connectors.label(name.as_str())) };
        self.event_seconds.get_or_create(&of).observe(after.as_secs_f64());
        self.attempts.observe(f64::from(attempts));
        if dead {
            self.dead.get_or_create(&of).inc();
        }
    }

    /// An upstream call ended.
    pub fn called(&self, provider: &'static str, class: Class, took: Duration) {
        self.calls.get_or_create(&OfCall { provider, class }).inc();
        if class != Class::Unsent {
            self.call_seconds.get_or_create(&OfProvider { provider }).observe(took.as_secs_f64());
        }
    }

    /// A call waited for the governor, if it had to; or was refused by it.
    pub fn governed(&self, waited: Option<Duration>) {
        match waited {
            Some(waited) => self.governor_waits.observe(waited.as_secs_f64()),
            None => {
                self.governor_refusals.inc();
            }
        }
    }

    /// A token was asked for; `outcome` is one of a few words.
    pub fn token(&self, outcome: &'static str) {
        self.tokens.get_or_create(&WithOutcome { outcome }).inc();
    }

    /// A group of commits became durable.
    pub fn committed(&self, batches: usize, bytes: u64, took: Duration) {
        self.group_batches.observe(batches as f64);
        self.group_bytes.inc_by(bytes);
        self.commit_seconds.observe(took.as_secs_f64());
    }

    /// A client came, or went.
    pub fn connection(&self, came: bool) {
        let _before = if came { self.connections.inc() } else { self.connections.dec() };
    }

    /// The server ended a connection; `why` is one of a few words.
    pub fn ended_connection(&self, why: &'static str) {
        self.ended.get_or_create(&WithOutcome { outcome: why }).inc();
    }

    /// Everything as text, in the form of OpenMetrics.
    pub fn show(&self, now: &Snapshot) -> String {
        let gauges = self.gauges.lock();
        gauges.set(now, &self.tenants);
        let mut text = String::new();
        // A string takes all that is written.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

impl InState {
    const fn of(state: &'static str) -> Self {
        Self { state }
    }
}

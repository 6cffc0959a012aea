//! Whether a host does its work, part by part, and how much there is of it.

use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tieline_telemetry::{Snapshot, metrics};
use tieline_types::{PartHealth, Problem, Readiness, TenantId, Timestamp};
use tokio::task::AbortHandle;

use crate::{Host, subscriptions::downtime};

/// Signs of life come every 15 s; without one for so long, nothing becomes durable.
const SILENT: Duration = Duration::from_secs(60);
/// So much may two clocks differ after they were set together.
const DRIFT: Duration = Duration::from_secs(30);

/// The last sign of life that became durable, by both clocks.
pub(crate) struct Pulse(Mutex<(Timestamp, Instant)>);

impl Pulse {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self(Mutex::new((now, Instant::now())))
    }

    pub(crate) fn beat(&self, now: Timestamp) {
        *self.0.lock() = (now, Instant::now());
    }

    /// What is wrong with the store and with the clock.
    fn judge(&self, now: Timestamp) -> (Option<Problem>, Option<Problem>) {
        let (at, then) = *self.0.lock();
        let elapsed = then.elapsed();
        (silent(elapsed), jumped(at, now, elapsed))
    }
}

fn silent(elapsed: Duration) -> Option<Problem> {
    (elapsed > SILENT).then(|| {
        let message = format!("Nothing became durable for {} s.", elapsed.as_secs());
        Problem::new("store.silent", message).remedy("Look at the disk; the host's log says more.")
    })
}

/// Subscriptions, tokens and schedules go by the clock; one that was set wrongly has them lapse or fire.
fn jumped(at: Timestamp, now: Timestamp, elapsed: Duration) -> Option<Problem> {
    let (ahead, behind) = (now.since(at.after(elapsed)), at.after(elapsed).since(now));
    let (much, way) = if ahead > behind { (ahead, "ahead") } else { (behind, "back") };
    (much > DRIFT).then(|| {
        let message = format!("The machine's clock was set {way} by {} s.", much.as_secs());
        Problem::new("clock.jumped", message)
            .remedy("Keep it by NTP. The host goes by the new time; this passes within a minute.")
    })
}

/// Tasks without which a host does not do its work.
#[derive(Default)]
pub(crate) struct Keepers(Vec<(&'static str, AbortHandle)>);

impl Keepers {
    pub(crate) fn add(&mut self, name: &'static str, task: AbortHandle) {
        self.0.push((name, task));
    }
}

impl Host {
    /// Whether the host can take events and does its work, with a word on each part of it. Says nothing of any tenant.
    pub async fn readiness(&self) -> Readiness {
        let (mut store, clock) = self.pulse.judge(self.services.clock.now());
        if let Err(error) = downtime::last(&self.services).await {
            // What failed where is for the log.
            tracing::warn!(error = &error as &dyn std::error::Error, "the store does not answer");
            let problem = Problem::new("store.unavailable", "The store does not answer.");
            store = Some(
                problem.remedy("The host's log says why; after a failed write it must be started again."),
            );
        }
        let ending = self.ends().then(|| Problem::new("host.ending", "The host is ending."));
        let stopped = |name: &str| {
            let message = format!("The part of the host that looks after {name} has stopped.");
            Problem::new("host.part-stopped", message).remedy("The host's log says why; start it again.")
        };
        let keepers = self.keepers.0.iter().map(|(name, task)| {
            let over = task.is_finished() && !self.ends();
            (*name, over.then(|| stopped(name)))
        });
        let parts = [("host", ending), ("store", store), ("clock", clock)].into_iter().chain(keepers);
        let parts: Vec<_> = parts
            .map(|(name, problem)| PartHealth { name: name.into(), ready: problem.is_none(), problem })
            .collect();
        Readiness { ready: parts.iter().all(|part| part.ready), parts }
    }

    /// All counts, as Prometheus reads them.
    pub async fn metrics(&self) -> String {
        // Counted by the store: no dead letter is read.
        let dead_letters = tieline_store::dead_letters(&*self.services.store).await.unwrap_or_else(|error| {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "the dead letters could not be counted");
            Vec::new()
        });
        metrics().show(&self.snapshot(dead_letters))
    }

    fn snapshot(&self, dead_letters: Vec<(TenantId, u64)>) -> Snapshot {
        let depth = self.dispatcher.depth();
        let (standing, wanted, failing) = self.subscriptions.counted();
        let places = self.runtime.places();
        let now = self.services.clock.now();
        Snapshot {
            running: depth.running as u64,
            waiting: depth.waiting as u64,
            parked: depth.parked as u64,
            of_tenants: depth
                .of_tenants
                .into_iter()
                .map(|(tenant, events)| (tenant, events as u64))
                .collect(),
            dead_letters,
            oldest: depth.oldest.map(|received| now.since(received)),
            open_circuits: self.services.circuits.open() as u64,
            standing: standing as u64,
            wanted: wanted as u64,
            failing: failing as u64,
            busy_instances: places.busy as u64,
            idle_instances: places.idle as u64,
            free_instances: places.free as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_store_and_a_clock_that_jumped_are_told() {
        let seconds = Duration::from_secs;
        assert_eq!(silent(seconds(60)), None);
        assert_eq!(silent(seconds(61)).unwrap().code, "store.silent");
        let at = Timestamp(1_000_000_000);
        for (now, elapsed, wrong) in [
            (at.after(seconds(10)), seconds(10), None),
            (at.after(seconds(39)), seconds(10), None),
            (at.after(seconds(3_610)), seconds(10), Some("ahead by 3600 s")),
            (Timestamp(at.0 - 90_000), seconds(10), Some("back by 100 s")),
        ] {
            let found = jumped(at, now, elapsed).map(|problem| problem.message);
            assert_eq!(found.is_some(), wrong.is_some(), "{found:?}");
            assert!(found.unwrap_or_default().contains(wrong.unwrap_or_default()));
        }
    }
}

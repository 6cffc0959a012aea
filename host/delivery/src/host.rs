//! The facade: everything that the API may ask, and how a host ends. [`start`] is how it begins, [`commands`] what it may
//! be told to do; what it shows stands in [`crate::lists`].

mod commands;
mod start;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use parking_lot::Mutex;
use tieline_capabilities::Services;
use tieline_runtime::Runtime;
use tieline_telemetry::Kind;
use tieline_types::{Doors, InstallationKey, RouteKey};
use tokio::task::JoinSet;
use tracing::Instrument as _;

use crate::{
    HookCounts, HostError, Received,
    act::under_way::UnderWay,
    alerts::Alerts,
    answers::Answers,
    calendar::Calendar,
    datasets::Upkeep,
    departures::Departures,
    dispatch::Dispatcher,
    health::{Keepers, Pulse},
    installations::{Installation, Installations, installer::Installer, planner::Planner},
    keys::Keys,
    live::Live,
    observed,
    receive::{Receiver, quota::Quotas},
    resume,
    run::suspend::Suspensions,
    schedules::Schedules,
    subscriptions::{Subscriptions, downtime},
    tapes::Tapes,
    telling::Telling,
    webhooks::Webhooks,
};

/// How long a host that ends waits for the runs under way.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running host. Events that it acknowledged are handled at least until it is told otherwise, across
/// crashes and restarts; shut it down to leave nothing in doubt.
pub struct Host {
    pub(crate) services: Arc<Services>,
    pub(crate) runtime: Arc<Runtime>,
    pub(crate) installations: Arc<Installations>,
    pub(crate) dispatcher: Arc<Dispatcher>,
    pub(crate) subscriptions: Arc<Subscriptions>,
    pub(crate) planner: Planner,
    pub(crate) alerts: Alerts,
    pub(crate) live: Arc<Live>,
    pub(crate) answers: Arc<Answers>,
    pub(crate) schedules: Arc<Schedules>,
    pub(crate) suspensions: Arc<Suspensions>,
    /// Held while events are read, judged and delivered again, so that none is queued twice.
    pub(crate) replaying: tokio::sync::Mutex<()>,
    /// Actions that somebody waits for.
    pub(crate) under_way: Arc<UnderWay>,
    pub(crate) quotas: Arc<Quotas>,
    pub(crate) installer: Arc<Installer>,
    pub(crate) tapes: Arc<Tapes>,
    /// Sees removed tenants off.
    pub(crate) departures: Arc<Departures>,
    pub(crate) webhooks: Arc<Webhooks>,
    pub(crate) upkeep: Arc<Upkeep>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) receiver: Receiver,
    doors: Doors,
    /// The address under which the world reaches this host, without a slash at its end.
    pub(crate) public_url: String,
    pub(crate) calendar: Arc<Calendar>,
    /// Tells people of alerts.
    pub(crate) telling: Arc<Telling>,
    /// The last sign of life that became durable.
    pub(crate) pulse: Arc<Pulse>,
    /// Those of the tasks without which the host does not do its work, by what they do.
    pub(crate) keepers: Keepers,
    /// The tasks that keep time, subscriptions, plans and order. They end with the host.
    tasks: Mutex<JoinSet<()>>,
    stopped: AtomicBool,
}

impl Host {
    /// Ends the host: starts no more runs, waits up to ten seconds for those under way, and says in the store
    /// that nothing was cut off, if nothing was. From its begin on hooks and actions are refused. To be called
    /// before the store is closed.
    pub async fn shutdown(&self) {
        if self.stopped.swap(true, Ordering::SeqCst) {
            return;
        }
        self.live.end();
        let acting = tokio::time::timeout(PATIENCE, self.under_way.over());
        let (finished, acted) = tokio::join!(self.dispatcher.stop(PATIENCE), acting);
        let finished = finished && acted.is_ok();
        let mut tasks = std::mem::take(&mut *self.tasks.lock());
        tasks.shutdown().await;
        self.upkeep.finish().await;
        if let Err(error) = downtime::beat(&self.services, &self.pulse).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the host could not say that it was alive"
            );
        }
        if !finished {
            tracing::warn!("runs were cut off; the next start will hold what is pending to be in doubt");
            return;
        }
        if let Err(error) = resume::end(&self.services).await {
            tracing::error!(error = &error as &dyn std::error::Error, "the host ended, and could not say so");
        }
    }

    /// Whether the host has begun to end, and takes nothing any more.
    pub fn ends(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// Takes a request at a hook. When it answers [`Received::Accepted`], all that is genuine in it is
    /// durable; no guest has run. Graph's validation handshakes are not for here.
    pub async fn receive(&self, route: &RouteKey, body: Bytes) -> Received {
        if self.stopped.load(Ordering::SeqCst) {
            return Received::Unavailable;
        }
        let span = observed::hook(Kind::Notification);
        let received = self.receiver.receive(route, body).instrument(span.clone()).await;
        observed::answered(&span, Kind::Notification, received.name());
        received
    }

    /// The largest things that are to be taken in.
    pub fn doors(&self) -> &Doors {
        &self.doors
    }

    /// What hooks have received since the start.
    pub fn hook_counts(&self) -> HookCounts {
        self.receiver.counts()
    }

    pub(crate) fn running(&self, doing: &'static str) -> Result<(), HostError> {
        if self.stopped.load(Ordering::SeqCst) {
            return Err(HostError::Unavailable { doing, source: None });
        }
        Ok(())
    }

    pub(crate) fn installation(&self, key: &InstallationKey) -> Result<Arc<Installation>, HostError> {
        self.installations.get(key).ok_or_else(|| HostError::NotFound { what: format!("installation {key}") })
    }
}

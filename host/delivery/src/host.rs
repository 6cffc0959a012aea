//! The facade: everything that the API may ask, and the order in which a host starts and ends.

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
use tieline_types::{
    Doors, EventId, InstallationKey, RouteKey, TenantId,
    api::{
        ActRequest, ActResponse, ApplyReport, CheckReport, PackageSummary, ReplayAs, ReplayReport,
        ReplayRequest, ResumeReport,
    },
    tenant::TenantDocument,
};
use tokio::{sync::Notify, task::JoinSet};

use crate::{
    HookCounts, HostError, HostOptions, Received,
    alerts::Alerts,
    connections,
    dispatch::{Dispatcher, queue::Bounds},
    expiry::Calendar,
    housekeeping,
    installations::{
        Installation, Installations, apply::Applied, installer::Installer, packages::Packages,
        planner::Planner,
    },
    receive::{Receiver, SentBack, quota::Quotas, route::Routes},
    resume,
    rich::{Keyring, Opener},
    run::{Runner, retry::Schedule, suspend::Suspensions},
    schedules::Schedules,
    subscriptions::{Subscriptions, downtime},
    tapes::Tapes,
    watchdog::{Heard, Watch},
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
    pub(crate) schedules: Arc<Schedules>,
    pub(crate) suspensions: Arc<Suspensions>,
    /// Held while events are read, judged and delivered again, so that none is queued twice.
    pub(crate) replaying: tokio::sync::Mutex<()>,
    quotas: Arc<Quotas>,
    pub(crate) installer: Arc<Installer>,
    pub(crate) tapes: Arc<Tapes>,
    receiver: Receiver,
    doors: Doors,
    /// The address under which the world reaches this host, without a slash at its end.
    pub(crate) public_url: String,
    calendar: Arc<Calendar>,
    /// The tasks that keep time, subscriptions, plans and order. They end with the host.
    tasks: Mutex<JoinSet<()>>,
    stopped: AtomicBool,
}

impl Host {
    /// Starts a host: installations first, then the routes that lead to them, then what was pending.
    ///
    /// # Errors
    /// When the store cannot be read or written, or holds something that this version cannot read.
    pub async fn start(options: HostOptions) -> Result<Arc<Self>, HostError> {
        let HostOptions {
            services,
            runtime,
            vault,
            public_url,
            delivery,
            subscriptions: audits,
            limits,
            doors,
        } = options;
        let clean = resume::begin(&services).await?;
        let installations = Arc::new(Installations::default());
        let alerts = Alerts::new(services.clone());
        let schedules = Schedules::new(services.clone());
        let suspensions = Arc::new(Suspensions::new(alerts.clone()));
        let (planner, plans_asked) = Planner::new();
        let installer = Arc::new(Installer {
            services: services.clone(),
            runtime: runtime.clone(),
            packages: Packages::new(services.store.clone(), runtime.clone()),
            installations: installations.clone(),
            alerts: alerts.clone(),
            schedules: schedules.clone(),
            suspensions: suspensions.clone(),
            limits,
            turn: tokio::sync::Mutex::new(()),
        });
        installer.load(&planner).await?;

        let tapes = Tapes::new(services.clone(), vault.clone());
        let certificates = Duration::from_secs(audits.certificate_s);
        let keyring = Arc::new(Keyring::new(services.clone(), vault.clone(), certificates));
        let runner = Runner {
            services: services.clone(),
            runtime: runtime.clone(),
            installations: installations.clone(),
            planner: planner.clone(),
            schedules: schedules.clone(),
            schedule: Schedule::of_millis(&delivery.retry_schedule_ms),
            suspensions: suspensions.clone(),
            tapes: tapes.clone(),
            opener: Opener::new(services.clone(), keyring.clone(), alerts.clone()),
        };
        let bounds = Bounds {
            total: delivery.concurrency,
            per_tenant: delivery.per_tenant(),
            per_installation: delivery.concurrency_per_installation,
        };
        let dispatcher = Dispatcher::new(bounds, runner);
        let quotas = Arc::new(Quotas::new(delivery.pending_events_per_tenant));
        resume::tenants(&services, &quotas).await?;
        let routes = Arc::new(Routes::default());
        let noticed = Arc::new(Notify::new());
        let parts = (routes.clone(), dispatcher.clone(), installations.clone());
        let sealing = (vault, keyring);
        let subscriptions =
            Subscriptions::new(services.clone(), sealing, parts, &public_url, noticed.clone());
        let loaded = subscriptions.load().await;
        loaded.map_err(|error| HostError::Internal {
            doing: "loading the subscriptions",
            source: Box::new(error),
        })?;
        schedules.load().await.map_err(|error| HostError::store("loading the timers", error))?;
        resume::suspended(&suspensions, &dispatcher).await?;
        resume::pending(&services, &dispatcher, clean).await?;

        let mut tasks = JoinSet::new();
        tasks.spawn(dispatcher.clone().keep_time());
        let listener = connections::Listener {
            services: services.clone(),
            dispatcher: dispatcher.clone(),
            alerts: alerts.clone(),
        };
        tasks.spawn(listener.clone().hear_circuits());
        tasks.spawn(listener.hear_sign_ins());
        let calendar = Calendar::new(services.clone(), alerts.clone());
        tasks.spawn(calendar.clone().keep());
        tasks.spawn(subscriptions.clone().keep());
        tasks.spawn(subscriptions.clone().keep_audits(Duration::from_secs(audits.audit_s)));
        tasks.spawn(subscriptions.clone().keep_certificates());
        let heard = Arc::new(Heard::default());
        let watch = Watch {
            alerts: alerts.clone(),
            installations: installations.clone(),
            subscriptions: subscriptions.clone(),
            heard: heard.clone(),
        };
        tasks.spawn(watch.keep());
        tasks.spawn(downtime::keep(services.clone()));
        tasks.spawn(schedules.clone().keep(dispatcher.clone()));
        tasks.spawn(installer.clone().keep_plans(plans_asked, subscriptions.clone()));
        tasks.spawn(installer.clone().keep_packages());
        tasks.spawn(housekeeping::keep(services.clone(), runtime.clone()));
        tasks.spawn(tapes.clone().keep());
        let receiver = Receiver {
            routes,
            store: services.store.clone(),
            clock: services.clock.clone(),
            dispatcher: dispatcher.clone(),
            quotas: quotas.clone(),
            noticed,
            heard,
            sent_back: SentBack::default(),
            item_bytes: doors.item_bytes,
            counts: Default::default(),
        };
        Ok(Arc::new(Self {
            services,
            runtime,
            installations,
            dispatcher,
            subscriptions,
            planner,
            alerts,
            schedules,
            suspensions,
            replaying: tokio::sync::Mutex::new(()),
            quotas,
            tapes,
            installer,
            receiver,
            doors,
            calendar,
            public_url: public_url.as_str().trim_end_matches('/').to_owned(),
            tasks: Mutex::new(tasks),
            stopped: AtomicBool::new(false),
        }))
    }

    /// Ends the host: starts no more runs, waits up to ten seconds for those under way, and says in the store
    /// that nothing was cut off, if nothing was. From its begin on hooks and actions are refused. To be called
    /// before the store is closed.
    pub async fn shutdown(&self) {
        if self.stopped.swap(true, Ordering::SeqCst) {
            return;
        }
        let finished = self.dispatcher.stop(PATIENCE).await;
        let mut tasks = std::mem::take(&mut *self.tasks.lock());
        tasks.shutdown().await;
        if let Err(error) = downtime::beat(&self.services).await {
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
        self.receiver.receive(route, body).await
    }

    /// The largest things that are to be taken in.
    pub fn doors(&self) -> &Doors {
        &self.doors
    }

    /// What hooks have received since the start.
    pub fn hook_counts(&self) -> HookCounts {
        self.receiver.counts()
    }

    /// Keeps a package, so that a tenant document can name its digest.
    ///
    /// # Errors
    /// [`HostError::Invalid`] when it is no connector that this host can run.
    pub async fn put_package(&self, bytes: Bytes) -> Result<PackageSummary, HostError> {
        self.installer.keep_package(bytes).await
    }

    /// Makes a tenant what a document says, all or nothing; what it does not name is removed.
    ///
    /// # Errors
    /// [`HostError::Invalid`] with everything that is wrong with it.
    pub async fn apply(&self, document: TenantDocument) -> Result<ApplyReport, HostError> {
        let tenant = document.tenant.clone();
        let Applied { report, events } = self.installer.apply(document).await?;
        self.dispatcher.add(events);
        self.quotas.set(&tenant);
        self.calendar.changed();
        self.unhold_lifted(&report);
        self.subscriptions.wish_again().await;
        Ok(report)
    }

    /// Lets an installation run again that was suspended. Whether it was.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when there is no such installation.
    pub async fn resume(&self, installation: &InstallationKey) -> Result<ResumeReport, HostError> {
        self.installation(installation)?;
        self.lift_suspension(installation).await.map(|resumed| ResumeReport { resumed })
    }

    /// Delivers events again, or says how many that would be; one bounded page of them at a time. Repeating a
    /// page does no harm: an event that waits is not delivered twice.
    ///
    /// # Errors
    /// As [`Host::connections`]; [`HostError::Conflict`] when a page changed under it, and nothing was done.
    pub async fn replay(
        &self,
        tenant: &TenantId,
        request: &ReplayRequest,
    ) -> Result<ReplayReport, HostError> {
        self.require(tenant).await?;
        self.running("starting a replay on a host that ends")?;
        self.replay_page(tenant, request).await
    }

    /// Delivers one event again.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when the tenant has no such event (any more).
    pub async fn replay_event(
        &self,
        tenant: &TenantId,
        id: EventId,
        how: &ReplayAs,
    ) -> Result<ReplayReport, HostError> {
        self.running("starting a replay on a host that ends")?;
        self.replay_one(tenant, id, how).await
    }

    /// Tests an installation, stage by stage, without changing anything.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when there is no such installation. What fails is in the report.
    pub async fn check(&self, installation: &InstallationKey) -> Result<CheckReport, HostError> {
        self.run_check(installation).await
    }

    /// Runs an action of an installation.
    ///
    /// # Errors
    /// [`HostError::Invalid`] when the input does not fit the action's schema; [`HostError::Failed`] when the
    /// connector did not do it.
    pub async fn act(
        &self,
        installation: &InstallationKey,
        action: &str,
        request: ActRequest,
    ) -> Result<ActResponse, HostError> {
        self.running("starting an action on a host that ends")?;
        self.run_act(installation, action, request).await
    }

    fn running(&self, doing: &'static str) -> Result<(), HostError> {
        if self.stopped.load(Ordering::SeqCst) {
            return Err(HostError::Unavailable { doing, source: None });
        }
        Ok(())
    }

    pub(crate) fn installation(&self, key: &InstallationKey) -> Result<Arc<Installation>, HostError> {
        self.installations.get(key).ok_or_else(|| HostError::NotFound { what: format!("installation {key}") })
    }
}

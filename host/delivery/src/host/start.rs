//! The order in which a host starts, and the tasks that it keeps.

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use parking_lot::Mutex;
use tieline_datasets::Datasets;
use tokio::{sync::Notify, task::JoinSet};

use super::Host;
use crate::{
    HostError, HostOptions,
    act::under_way::UnderWay,
    alerts::Alerts,
    answers::Answers,
    calendar::Calendar,
    connections,
    datasets::Upkeep,
    dead_letters::growth::{Deaths, Growth},
    departures::Departures,
    dispatch::{Dispatcher, queue::Bounds},
    health::{Keepers, Pulse},
    housekeeping,
    installations::{Installations, installer::Installer, packages::Packages, planner::Planner},
    keys::Keys,
    live::Live,
    receive::{Receiver, SentBack, quota::Quotas, route::Routes},
    resume,
    rich::{Keyring, Opener},
    run::{Runner, retry::Schedule, suspend::Suspensions},
    schedules::Schedules,
    subscriptions::{Subscriptions, downtime},
    tapes::Tapes,
    telling::Telling,
    watchdog::{Heard, Watch},
    webhooks::Webhooks,
};

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
            key_file,
            keys,
            files,
            rows_wait,
            public_url,
            delivery,
            subscriptions: audits,
            alerts: alerting,
            endings,
            forgets,
            limits,
            doors,
        } = options;
        let clean = resume::begin(&services).await?;
        let installations = Arc::new(Installations::default());
        let live = Arc::new(Live::default());
        let alerts = Alerts::new(services.clone(), live.clone());
        let schedules = Schedules::new(services.clone());
        let suspensions = Arc::new(Suspensions::new(alerts.clone()));
        let (planner, plans_asked) = Planner::new();
        let webhooks = Webhooks::new(services.clone(), vault.clone(), alerts.clone());
        let address = public_url.as_str().trim_end_matches('/').to_owned();
        let deaths = Deaths::new(alerting.dead_letters);
        let telling = Telling::load(alerts.clone(), vault.clone(), alerting, address.clone()).await;
        let telling = telling.map_err(|error| HostError::Internal {
            doing: "loading who is told of alerts",
            source: Box::new(error),
        })?;
        let upkeep = Upkeep::load(
            Datasets::new(services.store.clone(), files, services.clock.clone()),
            services.clone(),
            installations.clone(),
            alerts.clone(),
            rows_wait,
        );
        let upkeep = upkeep.await?;
        let installer = Arc::new(Installer {
            services: services.clone(),
            runtime: runtime.clone(),
            packages: Packages::new(services.store.clone(), runtime.clone()),
            installations: installations.clone(),
            alerts: alerts.clone(),
            schedules: schedules.clone(),
            suspensions: suspensions.clone(),
            webhooks: webhooks.clone(),
            telling: telling.clone(),
            upkeep: upkeep.clone(),
            limits,
            turn: tokio::sync::Mutex::new(()),
        });
        installer.load(&planner).await?;
        webhooks.load(&installations).await?;

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
            live: live.clone(),
            deaths: deaths.clone(),
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
        let parts = (routes.clone(), dispatcher.clone(), installations.clone(), alerts.clone());
        let keys = Keys::new(vault.clone(), key_file, Duration::from_secs(keys.settle_s));
        let sealing = (vault.clone(), keyring);
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

        let (mut tasks, mut keepers) = (JoinSet::new(), Keepers::default());
        keepers.add("dispatcher", tasks.spawn(dispatcher.clone().keep_time()));
        let heard = Arc::new(Heard::default());
        let calendar = Calendar::new(
            services.clone(),
            alerts.clone(),
            installations.clone(),
            subscriptions.clone(),
            (heard.clone(), webhooks.clone()),
            endings,
        );
        tasks.spawn(calendar.clone().keep());
        let under_way = Arc::<UnderWay>::default();
        let departures = Arc::new(Departures {
            services: services.clone(),
            vault,
            dispatcher: dispatcher.clone(),
            subscriptions: subscriptions.clone(),
            upkeep: upkeep.clone(),
            tapes: tapes.clone(),
            under_way: under_way.clone(),
            others: forgets,
            asked: Notify::new(),
        });
        keepers.add("departures", tasks.spawn(departures.clone().keep()));
        let listener = connections::Listener {
            services: services.clone(),
            dispatcher: dispatcher.clone(),
            alerts: alerts.clone(),
            subscriptions: subscriptions.clone(),
            calendar: calendar.clone(),
        };
        keepers.add("connections", tasks.spawn(listener.clone().hear_circuits()));
        keepers.add("sign-ins", tasks.spawn(listener.hear_sign_ins()));
        keepers.add("subscriptions", tasks.spawn(subscriptions.clone().keep()));
        let audits = Duration::from_secs(audits.audit_s);
        keepers.add("subscription-audits", tasks.spawn(subscriptions.clone().keep_audits(audits)));
        tasks.spawn(subscriptions.clone().keep_certificates());
        let growth = Growth { alerts: alerts.clone(), installations: installations.clone(), deaths };
        tasks.spawn(growth.keep());
        keepers.add("telling", tasks.spawn(telling.clone().keep()));
        let watch = Watch {
            alerts: alerts.clone(),
            installations: installations.clone(),
            subscriptions: subscriptions.clone(),
            heard: heard.clone(),
        };
        tasks.spawn(watch.keep());
        let pulse = Arc::new(Pulse::new(services.clock.now()));
        tasks.spawn(downtime::keep(services.clone(), pulse.clone()));
        keepers.add("schedules", tasks.spawn(schedules.clone().keep(dispatcher.clone())));
        keepers.add("plans", tasks.spawn(installer.clone().keep_plans(plans_asked, subscriptions.clone())));
        tasks.spawn(installer.clone().keep_packages());
        tasks.spawn(housekeeping::keep(services.clone(), runtime.clone()));
        tasks.spawn(tapes.clone().keep());
        keepers.add("datasets", tasks.spawn(upkeep.clone().keep()));
        tasks.spawn(keys.clone().keep());
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
            webhook_bytes: doors.webhook_bytes,
            counts: Default::default(),
        };
        let answers = Answers::new(services.clone());
        Ok(Arc::new(Self {
            services,
            runtime,
            installations,
            dispatcher,
            subscriptions,
            planner,
            alerts,
            live,
            answers,
            schedules,
            suspensions,
            replaying: tokio::sync::Mutex::new(()),
            under_way,
            quotas,
            tapes,
            departures,
            webhooks,
            upkeep,
            keys,
            installer,
            receiver,
            doors,
            calendar,
            telling,
            public_url: address,
            pulse,
            keepers,
            tasks: Mutex::new(tasks),
            stopped: AtomicBool::new(false),
        }))
    }
}

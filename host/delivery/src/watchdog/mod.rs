//! Silence: an installation that hears nothing for longer than its operator finds normal is an alert, whatever
//! else looks well. It clears itself with the next notification.

mod business;

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use parking_lot::RwLock;
use tieline_store::{EventFilter, Store, StoreError};
use tieline_types::{
    Alert, AlertKey, InstallationKey, Payload, Problem, Severity, Timestamp, watchdog::Watchdog,
};

use crate::{alerts::Alerts, installations::Installations, subscriptions::Subscriptions};
pub(crate) use business::faults;

/// What the alert is called.
const ALERT: &str = "notifications.silent";
/// How often it is looked.
const EVERY: Duration = Duration::from_secs(2);
/// So many of the newest events are searched for a notification at start.
const SEARCHED: usize = 200;

/// When each watched installation was last sent something, in milliseconds: what receiving touches.
#[derive(Debug, Default)]
pub(crate) struct Heard(RwLock<HashMap<InstallationKey, AtomicU64>>);

impl Heard {
    /// Notes that an installation was sent something. Of those that nobody watches nothing is noted.
    pub(crate) fn note(&self, installation: &InstallationKey, now: Timestamp) {
        if let Some(at) = self.0.read().get(installation) {
            at.fetch_max(now.0, Ordering::Relaxed);
        }
    }

    /// When an installation's silence will have been too long, if nothing comes.
    pub(crate) fn silent_at(&self, installation: &InstallationKey, watchdog: &Watchdog) -> Option<Timestamp> {
        business::silent_at(watchdog, self.last(installation)?)
    }

    fn last(&self, installation: &InstallationKey) -> Option<Timestamp> {
        self.0.read().get(installation).map(|at| Timestamp(at.load(Ordering::Relaxed)))
    }

    fn watch(&self, installation: &InstallationKey, since: Timestamp) {
        let mut watched = self.0.write();
        watched.entry(installation.clone()).or_default().fetch_max(since.0, Ordering::Relaxed);
    }

    fn retain(&self, watched: &HashSet<InstallationKey>) {
        self.0.write().retain(|installation, _| watched.contains(installation));
    }
}

/// Watches for silence.
pub(crate) struct Watch {
    pub(crate) alerts: Alerts,
    pub(crate) installations: Arc<Installations>,
    pub(crate) subscriptions: Arc<Subscriptions>,
    pub(crate) heard: Arc<Heard>,
}

/// When an installation's silence is too long, as long as nothing is heard and nothing configured.
struct Due {
    watchdog: Watchdog,
    last: Timestamp,
    at: Option<Timestamp>,
}

impl Watch {
    /// Watches. Runs until it is dropped.
    pub(crate) async fn keep(self) {
        let mut standing = self.left_over().await;
        let mut due = HashMap::new();
        loop {
            self.look(&mut standing, &mut due).await;
            tokio::time::sleep(EVERY).await;
        }
    }

    async fn look(&self, standing: &mut HashSet<InstallationKey>, due: &mut HashMap<InstallationKey, Due>) {
        let now = self.alerts.services().clock.now();
        let mut watched = HashSet::new();
        for installation in self.installations.all() {
            let (Some(watchdog), key) = (&installation.document.watchdog, &installation.key) else {
                continue;
            };
            // Who subscribes to nothing is sent nothing.
            let Some(begun) = self.subscriptions.begun(key) else { continue };
            watched.insert(key.clone());
            let Some(last) = self.last(key, begun).await else { continue };
            let known = due.get(key).filter(|due| due.last == last && due.watchdog == *watchdog);
            let at = match known {
                Some(due) => due.at,
                None => {
                    let at = business::silent_at(watchdog, last);
                    due.insert(key.clone(), Due { watchdog: watchdog.clone(), last, at });
                    at
                }
            };
            match at.is_some_and(|at| at <= now) {
                true if standing.insert(key.clone()) => {
                    let about = AlertKey::of_installation(key, ALERT);
                    self.alerts.raise(&about, Severity::Warning, silent(last, watchdog)).await;
                }
                false if standing.remove(key) => self.clear(key).await,
                _ => {}
            }
        }
        self.heard.retain(&watched);
        due.retain(|key, _| watched.contains(key));
        let over: Vec<_> = standing.iter().filter(|key| !watched.contains(*key)).cloned().collect();
        for key in over {
            standing.remove(&key);
            self.clear(&key).await;
        }
    }

    async fn clear(&self, installation: &InstallationKey) {
        self.alerts.clear(&AlertKey::of_installation(installation, ALERT)).await;
    }

    /// When the installation was last sent something; what is not in memory is found in the inbox.
    async fn last(&self, key: &InstallationKey, begun: Timestamp) -> Option<Timestamp> {
        if let Some(last) = self.heard.last(key) {
            return Some(last);
        }
        match newest(&*self.alerts.services().store, key).await {
            Ok(newest) => {
                self.heard.watch(key, newest.unwrap_or_default().max(begun));
                self.heard.last(key)
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(installation = %key, error, "the newest notification could not be found");
                None
            }
        }
    }

    /// The alerts that the host before this one left.
    async fn left_over(&self) -> HashSet<InstallationKey> {
        let key = |alert: Alert| alert.about.about_installation();
        self.alerts.left_over(ALERT).await.into_iter().filter_map(key).collect()
    }
}

/// When the newest notification of an installation was taken that the inbox still has.
async fn newest(store: &dyn Store, key: &InstallationKey) -> Result<Option<Timestamp>, StoreError> {
    let filter = EventFilter { installation: Some(key.installation.clone()), ..EventFilter::default() };
    let events = store.events(&key.tenant, &filter, None, SEARCHED).await?;
    let mut notifications =
        events.into_iter().filter(|(event, _)| matches!(event.payload, Payload::Notification { .. }));
    Ok(notifications.next().map(|(event, _)| event.received))
}

fn silent(last: Timestamp, watchdog: &Watchdog) -> Problem {
    let Watchdog { silent_minutes, zone, .. } = watchdog;
    let hours = match &watchdog.hours {
        Some((begin, end)) => format!(" between {begin} and {end} ({zone})"),
        None => String::new(),
    };
    let message =
        format!("Nothing was brought since {last}: longer than {silent_minutes} minutes of its time{hours}.");
    Problem::new(ALERT, message).remedy(
        "If there was nothing to bring, raise silent_minutes of its [installations.watchdog]. Else see \
         `tieline subscriptions`, and whether Graph reaches this host under [server] public_url.",
    )
}

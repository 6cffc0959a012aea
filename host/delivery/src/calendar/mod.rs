//! The calendar: what ends, and when. Credentials, people's sign-ins and the host's own certificates are alerts in time;
//! beside these, whoever looks sees subscriptions and silences, which the host looks after by itself.

mod credentials;
mod list;
mod others;
mod steps;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use tieline_capabilities::Services;
use tieline_identity::{ConnectionError, Sealed};
use tieline_store::StoreError;
use tieline_types::{
    AlertKey, AlertSource, ConnectionKey, Problem, Severity, TenantId, Timestamp, api::CalendarItem,
    tenant::Tenant,
};
use tokio::sync::Notify;

pub(crate) use self::credentials::soon;
pub use self::others::{Endings, Ends};
use self::steps::Ending;
use crate::{
    alerts::Alerts,
    installations::{Installations, stored::tenants},
    subscriptions::Subscriptions,
    watchdog::Heard,
    webhooks::Webhooks,
};

const EVERY: Duration = Duration::from_secs(60 * 60);
/// What an alert of the calendar is called: this and the connection's name.
const ALERT: &str = "expiry.";
/// The host's certificates for the content of notifications. No connection's alert has such a name.
const CONTENT: &str = "expiry.content.certificate";
const MOST_TENANTS: usize = 100_000;

/// Looks at the calendar.
pub(crate) struct Calendar {
    services: Arc<Services>,
    alerts: Alerts,
    installations: Arc<Installations>,
    subscriptions: Arc<Subscriptions>,
    heard: Arc<Heard>,
    webhooks: Arc<Webhooks>,
    others: Vec<Arc<dyn Endings>>,
    changed: Notify,
}

/// Why the calendar could not be looked at.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unread {
    #[error("reading the tenants or the alerts failed")]
    Store(#[from] StoreError),
    #[error("reading the connections failed")]
    Connections(#[from] ConnectionError),
    #[error("reading what else ends failed")]
    Others(#[source] Box<dyn std::error::Error + Send + Sync>),
}

type Due = BTreeMap<AlertKey, (Severity, Problem)>;

impl Calendar {
    pub(crate) fn new(
        services: Arc<Services>,
        alerts: Alerts,
        installations: Arc<Installations>,
        subscriptions: Arc<Subscriptions>,
        (heard, webhooks): (Arc<Heard>, Arc<Webhooks>),
        others: Vec<Arc<dyn Endings>>,
    ) -> Arc<Self> {
        let changed = Notify::new();
        Arc::new(Self { services, alerts, installations, subscriptions, heard, webhooks, others, changed })
    }

    /// Connections were applied, or somebody signed in: looks at once.
    pub(crate) fn changed(&self) {
        self.changed.notify_one();
    }

    /// Looks every hour. Runs until it is dropped.
    pub(crate) async fn keep(self: Arc<Self>) {
        loop {
            if let Err(error) = self.look().await {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "the calendar of what ends is unread");
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = self.changed.notified() => {}
            }
        }
    }

    /// Raises what is due, and clears what is over.
    pub(crate) async fn look(&self) -> Result<(), Unread> {
        let due = self.due().await?;
        let mut standing = BTreeMap::new();
        for alert in self.alerts.all().await? {
            if alert.about.source == AlertSource::Host && alert.about.key.starts_with(ALERT) {
                standing.insert(alert.about, alert.problem);
            }
        }
        for about in standing.keys().filter(|about| !due.contains_key(*about)) {
            self.alerts.clear(about).await;
        }
        for (about, (severity, problem)) in due {
            // Once a step, and not once an hour.
            if standing.get(&about) != Some(&problem) {
                self.alerts.raise(&about, severity, problem).await;
            }
        }
        Ok(())
    }

    async fn due(&self) -> Result<Due, Unread> {
        let now = self.services.clock.now();
        let (mut due, mut known) = (Due::new(), BTreeSet::new());
        for (_, value) in self.services.store.scan(&tenants(), None, MOST_TENANTS).await? {
            let stored = serde_json::from_slice(&value.bytes);
            let tenant: Tenant<Sealed> = stored.map_err(|_| StoreError::Corrupt { what: "tenant" })?;
            for (key, endings) in self.credentials(&tenant.id).await? {
                for (name, (severity, problem)) in alarms(&key, &endings, now) {
                    due.insert(AlertKey::of_tenant(&tenant.id, name), (severity, problem));
                }
            }
            let late = self.content_certificates(&tenant.id).into_iter().find_map(|ending| ending.alarm(now));
            due.extend(late.map(|alarm| (AlertKey::of_tenant(&tenant.id, CONTENT), alarm)));
            known.insert(tenant.id);
        }
        for ends in others::all(&self.others).await.map_err(Unread::Others)? {
            let about = ends.about();
            // One of a tenant that is gone is nobody's alert.
            let known = about.tenant.as_ref().is_none_or(|tenant| known.contains(tenant));
            due.extend(ends.ending().alarm(now).filter(|_| known).map(|alarm| (about, alarm)));
        }
        Ok(due)
    }

    /// What ends of each connection of a tenant.
    async fn credentials(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<(ConnectionKey, Vec<Ending>)>, ConnectionError> {
        let mut all = Vec::new();
        for connection in self.services.connections.list(tenant).await? {
            let key = ConnectionKey { tenant: tenant.clone(), connection: connection.name.clone() };
            let people = self.services.connections.people(&key).await?;
            let endings = credentials::credential(&connection).into_iter();
            let people = people.iter().filter_map(|person| credentials::sign_in(&key, person));
            all.push((key.clone(), endings.chain(people).collect()));
        }
        Ok(all)
    }

    /// The host's certificates for the content of notifications to a tenant, the one that ends first at the top.
    fn content_certificates(&self, tenant: &TenantId) -> Vec<Ending> {
        let mut all: Vec<_> = self.subscriptions.summaries(tenant).iter().filter_map(list::content).collect();
        all.sort_by_key(|ending| ending.ends);
        all
    }
}

/// The alerts about a connection, by name.
fn alarms(key: &ConnectionKey, endings: &[Ending], now: Timestamp) -> Vec<(String, (Severity, Problem))> {
    let name = format!("{ALERT}{}", key.connection);
    let one = |ending: &Ending| {
        let name = match ending.item {
            CalendarItem::ServiceSignIn => format!("{name}.service"),
            _ => name.clone(),
        };
        ending.alarm(now).map(|alarm| (name, alarm))
    };
    let people = credentials::people_alarm(key, endings, now).map(|alarm| (format!("{name}.people"), alarm));
    endings.iter().filter_map(one).chain(people).collect()
}

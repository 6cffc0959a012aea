//! The calendar of credentials: from 30 days before a client secret, a certificate or the sign-in of a service user
//! ends, an alert stands, and becomes louder.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tieline_capabilities::Services;
use tieline_identity::ConnectionError;
use tieline_store::StoreError;
use tieline_types::{
    AlertKey, AlertSource, ConnectionKey, Problem, Severity, TenantId, Timestamp, api::ConnectionSummary,
    tenant::Tenant,
};
use tokio::sync::Notify;

use crate::{alerts::Alerts, installations::stored::tenants};

const EVERY: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// What an alert of the calendar is called: this and the connection's name.
const ALERT: &str = "expiry.";
const MOST_TENANTS: usize = 100_000;

/// Days ahead, nearest first.
const STEPS: [(u32, Severity); 4] =
    [(1, Severity::Critical), (7, Severity::Warning), (15, Severity::Warning), (30, Severity::Info)];

/// Looks at the calendar.
pub(crate) struct Calendar {
    services: Arc<Services>,
    alerts: Alerts,
    changed: Notify,
}

/// Why the calendar could not be looked at.
#[derive(Debug, thiserror::Error)]
enum Unread {
    #[error("reading the tenants or the alerts failed")]
    Store(#[from] StoreError),
    #[error("reading the connections failed")]
    Connections(#[from] ConnectionError),
}

impl Calendar {
    pub(crate) fn new(services: Arc<Services>, alerts: Alerts) -> Arc<Self> {
        Arc::new(Self { services, alerts, changed: Notify::new() })
    }

    /// Connections were applied: looks at once.
    pub(crate) fn changed(&self) {
        self.changed.notify_one();
    }

    /// Looks every hour. Runs until it is dropped.
    pub(crate) async fn keep(self: Arc<Self>) {
        loop {
            if let Err(error) = self.look().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the calendar of credentials is unread"
                );
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = self.changed.notified() => {}
            }
        }
    }

    async fn look(&self) -> Result<(), Unread> {
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

    async fn due(&self) -> Result<BTreeMap<AlertKey, (Severity, Problem)>, Unread> {
        let now = self.services.clock.now();
        let mut due = BTreeMap::new();
        for (_, value) in self.services.store.scan(&tenants(), None, MOST_TENANTS).await? {
            let tenant: Tenant =
                serde_json::from_slice(&value.bytes).map_err(|_| StoreError::Corrupt { what: "tenant" })?;
            for connection in self.services.connections.list(&tenant.id).await? {
                let key = ConnectionKey { tenant: tenant.id.clone(), connection: connection.name.clone() };
                if let Some((what, ends, remedy)) = credential(&connection)
                    && let Some(found) = judged(&key, what, ends, now, remedy)
                {
                    due.insert(about(&tenant.id, key.connection.as_str()), found);
                }
                let people = self.services.connections.people(&key).await?;
                if let Some(service) =
                    people.into_iter().find(|person| person.service && person.problem.is_none())
                {
                    let remedy = format!(
                        "`tieline connections sign-in {key} --service` gives the link at which to sign in."
                    );
                    if let Some(found) =
                        judged(&key, "idle sign-in of the service user", service.expires, now, remedy)
                    {
                        due.insert(about(&tenant.id, &format!("{}.service", key.connection)), found);
                    }
                }
            }
        }
        Ok(due)
    }
}

fn about(tenant: &TenantId, name: &str) -> AlertKey {
    AlertKey::of_tenant(tenant, format!("{ALERT}{name}"))
}

/// What a connection signs in with, when it ends, and what to do then.
fn credential(connection: &ConnectionSummary) -> Option<(&'static str, Timestamp, String)> {
    let ends = connection.expires_at?;
    let certified = connection.secrets.iter().any(|secret| secret == "certificate");
    let what = if certified { "certificate" } else { "client secret" };
    Some((what, ends, format!("Make a new {what} for the app and apply it with its `expires_at`.")))
}

/// How many days ahead a check warns.
const WARNED: u32 = 15;

/// What a check says of a connection whose credential ends soon, or has ended.
pub(crate) fn soon(key: &ConnectionKey, connection: &ConnectionSummary, now: Timestamp) -> Option<Problem> {
    let (what, ends, remedy) = credential(connection)?;
    let is_soon = ends <= now || ends.since(now) <= DAY * WARNED;
    judged(key, what, ends, now, remedy).filter(|_| is_soon).map(|(_, problem)| problem)
}

/// The alert that stands at this time, if one does.
fn judged(
    key: &ConnectionKey,
    what: &str,
    ends: Timestamp,
    now: Timestamp,
    remedy: String,
) -> Option<(Severity, Problem)> {
    let name = &key.connection;
    let day = ends.rfc3339();
    let day = day.split('T').next().unwrap_or_default();
    let problem = |code: &str, message: String| Problem::new(code, message).remedy(remedy);
    if ends <= now {
        let message = format!("The {what} of `{name}` ended on {day}.");
        return Some((Severity::Critical, problem("connection.credential-ended", message)));
    }
    let (days, severity) = STEPS.into_iter().find(|(days, _)| ends.since(now) <= DAY * *days)?;
    let message = format!("The {what} of `{name}` ends on {day}, in {days} days or less.");
    Some((severity, problem("connection.credential-ends", message)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn becomes_louder_thirty_fifteen_seven_and_one_days_ahead() {
        let key = ConnectionKey { tenant: "acme".parse().unwrap(), connection: "microsoft".parse().unwrap() };
        let ends = Timestamp(1_801_353_600_000);
        let at = |days: u32| {
            let now = Timestamp(ends.0 - (DAY * days).as_millis() as u64);
            judged(&key, "client secret", ends, now, "r".into())
        };
        assert_eq!(at(31), None);
        let texts: Vec<_> = [30, 15, 7, 1, 0].map(|days| at(days).unwrap()).into_iter().collect();
        let severities: Vec<_> = texts.iter().map(|(severity, _)| *severity).collect();
        let expected =
            [Severity::Info, Severity::Warning, Severity::Warning, Severity::Critical, Severity::Critical];
        assert_eq!(severities, expected);
        assert_eq!(at(16), at(30), "a step is one alert");
        assert!(texts[1].1.message.contains("2027-01-31, in 15 days"), "{}", texts[1].1.message);
        assert_eq!(texts[4].1.code, "connection.credential-ended");
    }

    #[test]
    fn a_check_warns_fifteen_days_ahead_and_afterwards() {
        let key = ConnectionKey { tenant: "acme".parse().unwrap(), connection: "microsoft".parse().unwrap() };
        let ends = Timestamp(1_801_353_600_000);
        let json = serde_json::json!({
            "name": "microsoft", "provider": "microsoft", "target": "", "secrets": ["client_secret"], "expires_at": ends,
        });
        let connection: ConnectionSummary = serde_json::from_value(json).unwrap();
        let at = |days: u32| {
            let now = Timestamp(ends.0 - (DAY * days).as_millis() as u64);
            soon(&key, &connection, now).map(|problem| problem.code)
        };
        assert_eq!((at(30), at(16)), (None, None));
        assert_eq!(
            (at(15).as_deref(), at(0).as_deref()),
            (Some("connection.credential-ends"), Some("connection.credential-ended"))
        );
    }
}

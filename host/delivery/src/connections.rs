//! What follows when a connection fails or works again: events that wait for it go on, and an alert stands while
//! its calls are refused or events wait.

use std::{collections::HashMap, sync::Arc};

use tieline_capabilities::{News, Services};
use tieline_types::{AlertKey, AlertSource, ConnectionKey, Problem, Severity};

use crate::{alerts::Alerts, dispatch::Dispatcher};

/// What an alert about a connection is called: this and the connection's name.
const ALERT: &str = "connection.";

/// Listens to what happens to connections.
pub(crate) struct Listener {
    pub(crate) services: Arc<Services>,
    pub(crate) dispatcher: Arc<Dispatcher>,
    pub(crate) alerts: Alerts,
}

impl Listener {
    /// Listens. Runs until it is dropped.
    pub(crate) async fn keep(self) {
        let mut standing = self.left_over().await;
        loop {
            let (connection, news) = self.services.circuits.next().await;
            if news == News::Closed {
                self.dispatcher.release(&connection);
            }
            self.tell(&connection, &mut standing).await;
        }
    }

    /// The alerts that the host before this one left, and that may be over.
    async fn left_over(&self) -> HashMap<ConnectionKey, Option<Problem>> {
        let found = match self.alerts.all().await {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the alerts could not be read");
                Vec::new()
            }
        };
        let mut standing = HashMap::new();
        for about in found.into_iter().map(|alert| alert.about) {
            let name = about.key.strip_prefix(ALERT).filter(|_| about.source == AlertSource::Host);
            let Some(connection) = name.and_then(|name| name.parse().ok()) else { continue };
            let key = ConnectionKey { tenant: about.tenant, connection };
            standing.insert(key.clone(), None);
            self.tell(&key, &mut standing).await;
        }
        standing
    }

    /// Raises or clears the alert about a connection. Repetitions cost nothing.
    async fn tell(&self, connection: &ConnectionKey, standing: &mut HashMap<ConnectionKey, Option<Problem>>) {
        let about = AlertKey::of_tenant(&connection.tenant, format!("{ALERT}{}", connection.connection));
        let refused = self.services.circuits.problem(connection);
        let problem = match refused {
            None if self.dispatcher.is_parked(connection) => Some(waiting(connection)),
            refused => refused,
        };
        match problem {
            Some(problem) => {
                let known = standing.insert(connection.clone(), Some(problem.clone())).flatten();
                if known.is_none_or(|known| known.code != problem.code) {
                    self.alerts.raise(&about, Severity::Critical, problem).await;
                }
            }
            None if standing.remove(connection).is_some() => self.alerts.clear(&about).await,
            None => {}
        }
    }
}

fn waiting(connection: &ConnectionKey) -> Problem {
    let message = format!("Events wait for the connection `{}`.", connection.connection);
    Problem::new("connection.waited-for", message).remedy(
        "It is tried again by itself; `tieline events list --state pending` shows what waits and why.",
    )
}

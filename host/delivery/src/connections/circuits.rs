//! What follows when a connection fails or works again: events that wait for it go on, and an alert stands while
//! its calls are refused or events wait.

use std::collections::HashMap;

use tieline_capabilities::News;
use tieline_types::{AlertKey, ConnectionKey, Problem, Severity};

use super::Listener;

/// What an alert about a connection is called: this and the connection's name.
const ALERT: &str = "connection.";

impl Listener {
    /// Listens to circuits. Runs until it is dropped.
    pub(crate) async fn hear_circuits(self) {
        if let Err(error) = self.services.connections.recall_refusals().await {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "what was refused for want of consent could not be read");
        }
        // Those that the host before this one left may be over.
        let mut standing = HashMap::new();
        for alert in self.alerts.left_over(ALERT).await {
            let name = alert.about.key.strip_prefix(ALERT).and_then(|name| name.parse().ok());
            let (Some(tenant), Some(connection)) = (alert.about.tenant, name) else { continue };
            let key = ConnectionKey { tenant, connection };
            standing.insert(key.clone(), None);
            self.tell_of_circuit(&key, &mut standing).await;
        }
        loop {
            let (connection, news) = self.services.circuits.next().await;
            if news == News::Closed {
                self.dispatcher.release(&connection);
            }
            self.tell_of_circuit(&connection, &mut standing).await;
        }
    }

    /// What is wrong with a connection: its calls are refused unsent, or events wait for it, be it for consent.
    fn trouble(&self, connection: &ConnectionKey) -> Option<(Severity, Problem)> {
        if let Some(problem) = self.services.circuits.problem(connection) {
            return Some((Severity::Critical, problem));
        }
        if !self.dispatcher.is_parked(connection) {
            return None;
        }
        let worst = self.services.connections.troubles(connection).into_iter().next();
        Some(worst.unwrap_or_else(|| (Severity::Critical, waiting(connection))))
    }

    /// Raises or clears the alert about a connection. Repetitions cost nothing.
    async fn tell_of_circuit(
        &self,
        connection: &ConnectionKey,
        standing: &mut HashMap<ConnectionKey, Option<Told>>,
    ) {
        let about = AlertKey::of_tenant(&connection.tenant, format!("{ALERT}{}", connection.connection));
        match self.trouble(connection) {
            Some((severity, problem)) => {
                let told = (severity, problem.code.clone());
                let before = standing.insert(connection.clone(), Some(told.clone())).flatten();
                if before != Some(told) {
                    self.alerts.raise(&about, severity, problem).await;
                }
            }
            None if standing.remove(connection).is_some() => self.alerts.clear(&about).await,
            None => {}
        }
    }
}

/// What an alert said when it was raised last.
type Told = (Severity, String);

fn waiting(connection: &ConnectionKey) -> Problem {
    let message = format!("Events wait for the connection `{}`.", connection.connection);
    Problem::new("connection.waited-for", message).remedy(
        "It is tried again by itself; `tieline events list --state pending` shows what waits and why.",
    )
}

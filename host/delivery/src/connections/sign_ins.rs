//! What follows when somebody's sign-in ends or begins: an alert stands while they must sign in again, and events
//! that wait for them go on.

use tieline_identity::{ActorRef, Identity};
use tieline_types::{AlertKey, ConnectionKey, Severity};

use super::Listener;

/// What an alert about a sign-in is called: this, the connection, and who it is.
const ALERT: &str = "sign-in.";
const SERVICE: &str = "service";

impl Listener {
    /// Listens to sign-ins. Runs until it is dropped.
    pub(crate) async fn hear_sign_ins(self) {
        // Those that the host before this one left may be over: the store knows.
        for alert in self.alerts.left_over(ALERT).await {
            if let Some((connection, identity)) = read(&alert.about) {
                self.tell_of_sign_in(&connection, &identity).await;
            }
        }
        loop {
            let (connection, identity) = self.services.connections.next_news().await;
            match &identity {
                // Somebody has consented: what failed for want of it is tried at once.
                Identity::App => self.services.circuits.reset(&connection),
                identity => self.tell_of_sign_in(&connection, identity).await,
            }
            self.dispatcher.release(&connection);
            if identity == Identity::Service {
                self.calendar.changed();
            }
            // Nobody else's sign-in makes a subscription: those of many people must not have all that fails tried again.
            if !matches!(identity, Identity::Actor(_)) {
                self.subscriptions.wish_again().await;
            }
        }
    }

    async fn tell_of_sign_in(&self, connection: &ConnectionKey, identity: &Identity) {
        let Some(about) = about(connection, identity) else { return };
        match self.services.connections.ended(connection, identity).await {
            Ok(Some(problem)) => self.alerts.raise(&about, severity(identity), problem).await,
            Ok(None) => self.alerts.clear(&about).await,
            Err(error) => {
                tracing::error!(%connection, error = &error as &dyn std::error::Error, "a sign-in could not be read");
            }
        }
    }
}

/// What the service user does stands still for everybody.
fn severity(identity: &Identity) -> Severity {
    if *identity == Identity::Service { Severity::Critical } else { Severity::Warning }
}

/// `sign-in.microsoft.service`, `sign-in.microsoft.<tid>.<oid>`
fn about(connection: &ConnectionKey, identity: &Identity) -> Option<AlertKey> {
    let who = match identity {
        Identity::App => return None,
        Identity::Service => SERVICE.to_owned(),
        Identity::Actor(person) => format!("{}.{}", person.directory_id, person.object_id),
    };
    Some(AlertKey::of_tenant(&connection.tenant, format!("{ALERT}{}.{who}", connection.connection)))
}

fn read(about: &AlertKey) -> Option<(ConnectionKey, Identity)> {
    let (connection, who) = about.key.strip_prefix(ALERT)?.split_once('.')?;
    let identity = match who.split_once('.') {
        None if who == SERVICE => Identity::Service,
        None => return None,
        Some((directory_id, object_id)) => {
            Identity::Actor(ActorRef { directory_id: directory_id.into(), object_id: object_id.into() })
        }
    };
    Some((ConnectionKey { tenant: about.tenant.clone()?, connection: connection.parse().ok()? }, identity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_says_whose_sign_in_it_is_about() {
        let connection =
            ConnectionKey { tenant: "acme".parse().unwrap(), connection: "microsoft".parse().unwrap() };
        let person = ActorRef { directory_id: "t-1".into(), object_id: "o-1".into() };
        for identity in [Identity::Service, Identity::Actor(person)] {
            let key = about(&connection, &identity).unwrap();
            assert_eq!(read(&key), Some((connection.clone(), identity)), "{key}");
        }
        assert!(about(&connection, &Identity::App).is_none());
        assert!(read(&AlertKey::of_tenant(&connection.tenant, "connection.microsoft")).is_none());
    }
}

//! From an event as it stands in the inbox to the one that its connector is given: proven, opened, in memory only.

use std::{collections::HashMap, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tieline_capabilities::Services;
use tieline_identity::{ConnectionError, Unproven};
use tieline_types::{
    AlertKey, ConnectionKey, Event, InstallationKey, Payload, Problem, Severity, Timestamp, event::Encrypted,
};

use super::{
    envelope::{self, Unopened},
    keyring::Keyring,
};
use crate::{alerts::Alerts, installations::validate::MICROSOFT, subscriptions::desired::Owner};

/// What its alert is about.
const ALERT: &str = "notification.content-unreadable";
/// A notification that waited longer may be encrypted with a certificate that is forgotten; nobody needs to know.
const RECENT: Duration = Duration::from_secs(6 * 24 * 60 * 60);

/// Opens what came encrypted.
pub(crate) struct Opener {
    services: Arc<Services>,
    keyring: Arc<Keyring>,
    alerts: Alerts,
    /// Whether the last one of an installation could not be read, as far as is known.
    unreadable: Mutex<HashMap<InstallationKey, bool>>,
}

/// Why a notification is not given to its connector with its content.
#[derive(Debug, thiserror::Error)]
enum Closed {
    /// Graph did not send it so. Its connector is given nothing of it.
    #[error("the notification is not from Graph")]
    Forged(#[source] Unproven),
    /// The same.
    #[error("the content of the notification was changed on its way")]
    Tampered(#[source] Unopened),
    /// The tenant has another app now than the one that subscribed.
    #[error("the connection is no longer the one that the notification came for")]
    Moved,
    /// The tenant's app cannot be read.
    #[error("the connection that the notification came for cannot be read")]
    NoConnection(#[source] ConnectionError),
    /// Whether Graph sent it cannot be judged.
    #[error("it could not be judged whether Graph sent the notification")]
    Unproven(#[source] Unproven),
    /// The host has no such key.
    #[error("the certificate `{0}` that the content was encrypted with is unknown")]
    Certificate(String),
    /// Graph signed something else.
    #[error("the content of the notification cannot be read")]
    Unreadable(#[source] Unopened),
}

impl Opener {
    pub(crate) fn new(services: Arc<Services>, keyring: Arc<Keyring>, alerts: Alerts) -> Self {
        Self { services, keyring, alerts, unreadable: Mutex::default() }
    }

    /// The event as its connector is given it. Where content cannot be read, or it cannot be judged whether it is
    /// Graph's, it is given without: what it names can be fetched.
    ///
    /// # Errors
    /// The problem of one that is not from Graph, or was changed on its way: its connector is given nothing.
    pub(crate) async fn open(&self, event: Arc<Event>) -> Result<Arc<Event>, Problem> {
        let Payload::Notification { encrypted: Some(encrypted), .. } = &event.payload else {
            return Ok(event);
        };
        let content = match self.content(&event, encrypted).await {
            Ok(content) => {
                self.mended(&event.installation).await;
                Some(content)
            }
            Err(closed) => {
                tell(&event, &closed);
                if let Some(problem) = closed.forgery() {
                    return Err(problem);
                }
                if closed.needs_somebody(event.received, self.services.clock.now()) {
                    self.raise(&event.installation, &closed).await;
                }
                None
            }
        };
        Ok(Arc::new(with(&event, content)))
    }

    /// The content, if all is as it should be: first who sent it, then whether it is as it was sent.
    async fn content(&self, event: &Event, encrypted: &Encrypted) -> Result<String, Closed> {
        let connections = &self.services.connections;
        let connection = MICROSOFT.parse().expect("it is a valid name");
        let key = ConnectionKey { tenant: event.installation.tenant.clone(), connection };
        let registration = connections.registration(&key).await.map_err(Closed::NoConnection)?;
        let owner = Owner::of(&registration.id);
        if owner.digest() != encrypted.subscriber {
            return Err(Closed::Moved);
        }
        // By the time at which it came: it may have waited.
        connections.sent_by_graph(&key, &encrypted.tokens, event.received).await.map_err(
            |why| match why {
                Unproven::Forged(_) => Closed::Forged(why),
                Unproven::TooOld | Unproven::NoKeys(_) => Closed::Unproven(why),
            },
        )?;
        let id = &encrypted.envelope.encryption_certificate_id;
        let certificate = self.keyring.of(&owner, id);
        let certificate = certificate.ok_or_else(|| Closed::Certificate(id.chars().take(128).collect()))?;
        envelope::open(&encrypted.envelope, certificate.key()).map_err(|why| match why.is_forgery() {
            true => Closed::Tampered(why),
            false => Closed::Unreadable(why),
        })
    }

    async fn raise(&self, installation: &InstallationKey, closed: &Closed) {
        if self.unreadable.lock().insert(installation.clone(), true) == Some(true) {
            return;
        }
        let message = format!("Notifications are handled without their content: {closed}.");
        let problem = Problem::new(ALERT, message).remedy(
            "Nothing is lost: the connector can fetch what they name. If it lasts, see that no other program \
             changes this app registration's subscriptions.",
        );
        self.alerts.raise(&about(installation), Severity::Warning, problem).await;
    }

    async fn mended(&self, installation: &InstallationKey) {
        let known = self.unreadable.lock().get(installation).copied();
        if known == Some(false) {
            return;
        }
        // One may stand from before the start.
        self.alerts.clear(&about(installation)).await;
        self.unreadable.lock().insert(installation.clone(), false);
    }
}

impl Closed {
    /// What becomes of an event that is not Graph's.
    fn forgery(&self) -> Option<Problem> {
        let (code, why) = match self {
            Self::Forged(why) => ("notification.forged", why.to_string()),
            Self::Tampered(why) => ("notification.tampered", why.to_string()),
            _ => return None,
        };
        let message = format!("The notification is not as Graph sends it: {why}.");
        Some(Problem::new(code, message).remedy(
            "The connector was given nothing of it. Find out who can reach this host's address in Graph's place; the \
             connector's next check of what it may have missed finds what was really sent.",
        ))
    }

    /// Whether it will not mend by itself.
    fn needs_somebody(&self, received: Timestamp, now: Timestamp) -> bool {
        match self {
            Self::Certificate(_) => now.since(received) < RECENT,
            Self::Unreadable(_) => true,
            _ => false,
        }
    }
}

fn tell(event: &Event, closed: &Closed) {
    let error = closed as &dyn std::error::Error;
    tracing::warn!(event = %event.reference(), error, "a notification's content is not given");
}

fn about(installation: &InstallationKey) -> AlertKey {
    AlertKey::of_installation(installation, ALERT)
}

/// The same event with this content, and without what it was encrypted as.
fn with(event: &Event, opened: Option<String>) -> Event {
    let mut event = event.clone();
    if let Payload::Notification { encrypted, content, .. } = &mut event.payload {
        *encrypted = None;
        *content = opened;
    }
    event
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_identity::Untrusted;

    #[test]
    fn a_forgery_is_refused_and_all_else_goes_without_content() {
        let forged = |closed: Closed| closed.forgery().map(|problem| problem.code);
        assert_eq!(forged(Closed::Forged(Unproven::Forged(Untrusted::Time))).unwrap(), "notification.forged");
        assert_eq!(forged(Closed::Tampered(Unopened::Signature)).unwrap(), "notification.tampered");
        for closed in [
            Closed::Moved,
            Closed::Unproven(Unproven::TooOld),
            Closed::Certificate("1".into()),
            Closed::Unreadable(Unopened::Json),
        ] {
            assert_eq!(forged(closed), None);
        }
    }

    #[test]
    fn somebody_is_called_for_what_does_not_mend_by_itself() {
        let at = |days: u64| Timestamp(days * 86_400_000);
        let unknown = Closed::Certificate("1".into());
        assert!(unknown.needs_somebody(at(1), at(2)) && !unknown.needs_somebody(at(1), at(8)));
        assert!(Closed::Unreadable(Unopened::Data).needs_somebody(at(1), at(8)));
        assert!(!Closed::Unproven(Unproven::NoKeys(None)).needs_somebody(at(1), at(1)));
    }
}

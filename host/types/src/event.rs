//! Events, as they stand in the inbox.

mod about;

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ConnectionName, EventId, InstallationKey, Problem, Timestamp, TraceContext, webhook::HookBody};

/// Something delivered to one installation. Never changes after it was accepted; what happens to it is its
/// [`Delivery`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// Its id; also the idempotency key of all its attempts.
    pub id: EventId,
    /// To whom.
    pub installation: InstallationKey,
    /// Events of an installation with the same key run one after another, in order of receipt.
    #[schema(value_type = String)]
    pub ordering_key: Arc<str>,
    /// When the host accepted it.
    pub received: Timestamp,
    /// Who is behind it, when it follows from what a person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// Where it came in, if that is traced: its runs go on there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub trace: Option<TraceContext>,
    /// What it is.
    pub payload: Payload,
}

impl Event {
    /// Where to find it.
    pub fn reference(&self) -> EventRef {
        EventRef { installation: self.installation.clone(), id: self.id }
    }
}

/// An event's whole name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub struct EventRef {
    /// To whom it was delivered.
    pub installation: InstallationKey,
    /// Which one.
    pub id: EventId,
}

impl fmt::Display for EventRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.installation, self.id)
    }
}

/// A person, as their identity provider names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Actor {
    /// Entra directory id.
    pub directory_id: String,
    /// Object id in that directory.
    pub object_id: String,
    /// For people.
    pub display_name: String,
    /// Roles by the host's own words.
    pub roles: Vec<String>,
}

impl Actor {
    /// Whether it is a person of a directory, and not a client of the API that acts for itself.
    pub fn is_person(&self) -> bool {
        !self.directory_id.is_empty()
    }
}

/// What an event is. JSON stays text: the host passes it through without reading it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Payload {
    /// A verified item of a Graph change notification.
    Notification {
        /// As Graph wrote it: `teams('…')/channels('…')/messages('…')`.
        resource: String,
        /// `created`, `updated`, `deleted`.
        change_type: String,
        /// JSON.
        resource_data: String,
        /// The resource as Graph encrypted it. It is opened for each run, and never kept opened but on a tape.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<Encrypted>)]
        encrypted: Option<Arc<Encrypted>>,
        /// The decrypted resource, as JSON.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content: Option<String>,
    },
    /// An interval about which nothing is known.
    Gap {
        /// The subscription's resource.
        resource: String,
        /// Begin of the interval.
        from: Timestamp,
        /// End of the interval.
        to: Timestamp,
        /// Why.
        reason: String,
    },
    /// A timer that was due.
    Timer {
        /// The connector's own name for it.
        key: String,
        /// When it was due.
        due: Timestamp,
        /// Of a one-shot timer: what was given when it was set, as JSON.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
        /// Of a recurring timer that could not fire when it was due, so that this firing stands for several: the
        /// first of the moments that were missed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        missed_since: Option<Timestamp>,
    },
    /// A verified call of a webhook, without what proved it.
    Webhook {
        /// The connector's own name for the hook.
        hook: String,
        /// `POST`
        method: String,
        /// Without `?`; empty when there was none.
        query: String,
        /// Name in lower case, and value.
        headers: Vec<(String, String)>,
        /// What was sent: `{"text": "…"}` or `{"base64": "…"}`.
        #[schema(value_type = Object)]
        body: HookBody,
    },
    /// Something the connector emitted itself.
    Custom {
        /// The connector's own word.
        r#type: String,
        /// JSON.
        body: String,
    },
}

/// A resource that came encrypted with its notification, and what must be checked before it is believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Encrypted {
    /// Whose subscription brought it: the digest of cloud, directory and app.
    pub subscriber: String,
    /// What proves that Graph sent it: signed tokens.
    pub tokens: Vec<String>,
    /// What Graph wrote.
    pub envelope: Envelope,
}

/// Graph's `encryptedContent`: a resource under a key of its own, and that key under the subscriber's certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    /// The resource, encrypted with the key; base64.
    pub data: String,
    /// HMAC-SHA256 of the encrypted resource under the key; base64.
    pub data_signature: String,
    /// The key, encrypted with the certificate; base64.
    pub data_key: String,
    /// The host's own name for the certificate.
    pub encryption_certificate_id: String,
}

impl Envelope {
    /// How much of it there is to keep, in bytes.
    pub fn len(&self) -> usize {
        self.data.len()
            + self.data_signature.len()
            + self.data_key.len()
            + self.encryption_certificate_id.len()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Payload {
    /// The same, without what only the connector it is for may read.
    #[must_use]
    pub fn without_content(&self) -> Self {
        let mut payload = self.clone();
        if let Self::Notification { encrypted, content, .. } = &mut payload {
            (*encrypted, *content) = (None, None);
        }
        payload
    }

    /// One line for people: what this is about.
    pub fn summary(&self) -> String {
        match self {
            Self::Notification { resource, change_type, .. } => {
                format!("{} {change_type}", about::about(resource))
            }
            Self::Gap { resource, from, to, .. } => format!("gap {from} to {to} of {resource}"),
            Self::Timer { key, missed_since: None, .. } => format!("timer {key}"),
            Self::Timer { key, missed_since: Some(since), .. } => {
                format!("timer {key}, missed since {since}")
            }
            Self::Webhook { hook, method, .. } => format!("webhook {hook}, {method}"),
            Self::Custom { r#type, .. } => r#type.clone(),
        }
    }

    /// About how many bytes of memory it takes.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Notification { resource, resource_data, encrypted, content, .. } => {
                let encrypted = encrypted.as_ref().map_or(0, |encrypted| encrypted.envelope.len());
                let content = content.as_ref().map_or(0, String::len);
                resource.len() + resource_data.len() + encrypted + content
            }
            Self::Gap { resource, reason, .. } => resource.len() + reason.len(),
            Self::Timer { key, body, .. } => key.len() + body.as_ref().map_or(0, String::len),
            Self::Webhook { query, headers, body, .. } => {
                let headers: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
                query.len() + headers + body.len()
            }
            Self::Custom { r#type, body } => r#type.len() + body.len(),
        }
    }
}

/// What happened to an event so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Delivery {
    /// Where it stands.
    pub state: DeliveryState,
    /// Attempts spent.
    pub attempts: u32,
    /// The next attempt is not before this.
    pub not_before: Timestamp,
    /// Whether a mutating call of an earlier attempt may or may not have happened.
    #[serde(default)]
    pub in_doubt: bool,
    /// Why the last attempt failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Problem>,
    /// When it was settled for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Timestamp>,
    /// How often the host had to stop the connector over it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub strikes: u32,
    /// The connection that it waits for: it is due when that works again, and not at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parked: Option<ConnectionName>,
    /// Of a dead letter: what it shares with others that died of the same cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Set when an operator delivered it again: its place among the others of its ordering key, as an id of
    /// that moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replayed: Option<EventId>,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl Delivery {
    /// Nothing has happened yet.
    pub fn fresh(received: Timestamp) -> Self {
        Self {
            state: DeliveryState::Pending,
            attempts: 0,
            not_before: received,
            in_doubt: false,
            cause: None,
            settled: None,
            strikes: 0,
            parked: None,
            fingerprint: None,
            replayed: None,
        }
    }
}

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// Will be attempted (again).
    Pending,
    /// Handled.
    Done,
    /// Used up its attempts, or was refused for good: a dead letter.
    Dead,
}

impl fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending => "pending",
            Self::Done => "done",
            Self::Dead => "dead",
        })
    }
}

//! Subscriptions ("subscription resource type", "Create subscription" and its neighbours).

mod endpoints;
mod handshake;
mod life;
mod planted;
mod resource;
mod rules;
mod store;

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};

use super::bearer::Bearer;
use super::rich::Certificate;
use crate::clock;

pub(super) use endpoints::handle;
pub use planted::Planted;
pub(super) use resource::Watched;
pub(super) use rules::text;
pub(super) use store::Store;

/// What happened to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    Created,
    Updated,
    Deleted,
}

impl Change {
    pub(super) fn name(self) -> &'static str {
        match self {
            Change::Created => "created",
            Change::Updated => "updated",
            Change::Deleted => "deleted",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "created" => Some(Change::Created),
            "updated" => Some(Change::Updated),
            "deleted" => Some(Change::Deleted),
            _ => None,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Change::Created => "created",
            Change::Updated => "updated",
            Change::Deleted => "deleted",
        }
    }
}

/// A subscription that was made.
#[derive(Clone, Debug)]
pub(super) struct Subscription {
    pub(super) id: String,
    /// Position in the order of creation.
    pub(super) seq: u64,
    pub(super) app_id: String,
    pub(super) creator_id: String,
    /// As the app wrote it.
    pub(super) resource: String,
    pub(super) watched: Watched,
    /// As the app wrote it.
    pub(super) change_type: String,
    pub(super) changes: BTreeSet<Change>,
    pub(super) notification_url: String,
    pub(super) lifecycle_url: Option<String>,
    pub(super) client_state: Option<String>,
    pub(super) expires_ms: u64,
    pub(super) tls_version: String,
    pub(super) query_options: Option<String>,
    life: life::Life,
    /// Whoever gave one gets the resource with each notification.
    pub(super) certificate: Option<Certificate>,
}

impl Subscription {
    /// Whether whoever asks sees it: an app by itself all of its own, with a person those that it made for them ("List
    /// subscriptions").
    pub(super) fn is_of(&self, bearer: &Bearer) -> bool {
        self.app_id == bearer.app_id && bearer.user_id().is_none_or(|user| self.creator_id == user)
    }

    /// As Graph shows it.
    pub(super) fn json(&self) -> Value {
        json!({
            "id": self.id,
            "resource": self.resource,
            "applicationId": self.app_id,
            "changeType": self.change_type,
            "clientState": self.client_state,
            "notificationUrl": self.notification_url,
            "notificationQueryOptions": self.query_options,
            "lifecycleNotificationUrl": self.lifecycle_url,
            "expirationDateTime": clock::graph_subscription(self.expires_ms),
            "creatorId": self.creator_id,
            "includeResourceData": self.certificate.as_ref().map(|_| true),
            "latestSupportedTlsVersion": self.tls_version,
            "encryptionCertificate": null,
            "encryptionCertificateId": self.certificate.as_ref().map(|certificate| &certificate.id),
            "notificationUrlAppId": null,
        })
    }

    /// As a test sees it at this moment of the service's clock.
    pub(in crate::graph) fn view(&self, now_ms: u64) -> SubscriptionView {
        SubscriptionView {
            id: self.id.clone(),
            application_id: self.app_id.clone(),
            creator_id: self.creator_id.clone(),
            resource: self.resource.clone(),
            change_type: self.change_type.clone(),
            notification_url: self.notification_url.clone(),
            lifecycle_notification_url: self.lifecycle_url.clone(),
            encryption_certificate_id: self.certificate.as_ref().map(|certificate| certificate.id.clone()),
            client_state: self.client_state.clone(),
            expiration: clock::graph_subscription(self.expires_ms),
            expired: self.expires_ms <= now_ms,
            corrupted: self.life.corrupted,
        }
    }
}

/// A subscription as a test sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SubscriptionView {
    /// Its id.
    pub id: String,
    /// The app that made it.
    pub application_id: String,
    /// The user for whom it was made, or the app's service principal.
    pub creator_id: String,
    /// What is watched, as the app wrote it.
    pub resource: String,
    /// Which changes, as the app wrote them.
    pub change_type: String,
    /// Where notifications go.
    pub notification_url: String,
    /// Where lifecycle notifications go.
    pub lifecycle_notification_url: Option<String>,
    /// The app's name for the certificate with which the resource is encrypted; none: notifications are without it.
    pub encryption_certificate_id: Option<String>,
    /// What proves to the app that a notification is ours.
    pub client_state: Option<String>,
    /// When it ends.
    pub expiration: String,
    /// Whether it has ended. The app sees an ended one no more.
    pub expired: bool,
    /// Whether it was reauthorised and renewed within ten minutes, and brings nothing since.
    pub corrupted: bool,
}

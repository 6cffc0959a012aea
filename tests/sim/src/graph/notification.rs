//! Change notifications as JSON ("changeNotification resource type", "Receive change notifications
//! through webhooks", "Lifecycle notifications").

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::rich::{Envelope, Tamper};
use super::subscriptions::{Subscription, SubscriptionView};
use crate::clock;

/// One item of a notification that a test makes up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The subscription; one that does not exist needs a URL beside the items.
    pub subscription_id: String,
    /// What changed, such as `teams('…')/channels('…')/messages('…')`. If it names no message,
    /// the message id is added.
    #[serde(default)]
    pub resource: Option<String>,
    /// `created` unless said otherwise.
    #[serde(default)]
    pub change_type: Option<String>,
    /// The message; taken from the resource if absent.
    #[serde(default)]
    pub message_id: Option<String>,
    /// The entity tag; made from the message id if absent.
    #[serde(default)]
    pub etag: Option<String>,
    /// The right one unless said otherwise: giving another forges it.
    #[serde(default)]
    pub client_state: Option<String>,
    /// What is wrong with the encrypted resource, or with the token that comes with it.
    #[serde(default)]
    pub tamper: Option<Tamper>,
}

/// What happens in the life of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LifecycleEvent {
    /// Renew or reauthorize, or it ends.
    ReauthorizationRequired,
    /// It has ended.
    SubscriptionRemoved,
    /// Notifications were lost.
    Missed,
}

/// An item about a message.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Notice<'a> {
    pub(super) subscription_id: &'a str,
    pub(super) change_type: &'a str,
    pub(super) client_state: Option<&'a str>,
    #[serde(rename = "subscriptionExpirationDateTime")]
    pub(super) expiration: &'a str,
    pub(super) resource: &'a str,
    pub(super) resource_data: ResourceData<'a>,
    pub(super) tenant_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) encrypted_content: Option<Envelope>,
}

/// What changed, in brief.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct ResourceData<'a> {
    id: &'a str,
    #[serde(rename = "@odata.type")]
    odata_type: &'static str,
    #[serde(rename = "@odata.id")]
    odata_id: &'a str,
    #[serde(rename = "@odata.etag")]
    odata_etag: &'a str,
}

impl<'a> ResourceData<'a> {
    pub(super) fn message(id: &'a str, resource: &'a str, etag: &'a str) -> Self {
        let odata_type = match resource.starts_with("communications/presences") {
            true => "#Microsoft.Graph.presence",
            false => "#Microsoft.Graph.chatMessage",
        };
        Self { id, odata_type, odata_id: resource, odata_etag: etag }
    }
}

/// The entity tag of a message that was never edited.
pub(super) fn etag(message_id: &str) -> String {
    format!("W/\"{message_id}\"")
}

/// What changed of what, in a notification of one thing.
#[derive(Clone, Copy, Debug)]
pub(super) struct News<'a> {
    /// `created`, `updated`, `deleted`.
    pub(super) change: &'static str,
    pub(super) resource: &'a str,
    /// Of the message, or of whom the presence is.
    pub(super) id: &'a str,
    pub(super) etag: &'a str,
}

/// The request body about one thing that changed.
pub(super) fn told(
    subscription: &SubscriptionView,
    tenant_id: &str,
    News { change, resource, id: message_id, etag }: News<'_>,
    (encrypted_content, tokens): (Option<Envelope>, &[String]),
) -> Bytes {
    let notice = Notice {
        subscription_id: &subscription.id,
        change_type: change,
        client_state: subscription.client_state.as_deref(),
        expiration: &subscription.expiration,
        resource,
        resource_data: ResourceData::message(message_id, resource, etag),
        tenant_id,
        encrypted_content,
    };
    batch(&[notice], tokens)
}

/// A lifecycle notification. It has no resource.
pub(super) fn lifecycle(subscription: &Subscription, tenant_id: &str, event: LifecycleEvent) -> Value {
    json!({
        "subscriptionId": subscription.id,
        "subscriptionExpirationDateTime": clock::graph_subscription(subscription.expires_ms),
        "tenantId": tenant_id,
        "clientState": subscription.client_state,
        "lifecycleEvent": event,
    })
}

/// A request body with these items, and with the tokens of those that carry their resource.
pub(super) fn batch<T: Serialize>(items: &[T], tokens: &[String]) -> Bytes {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Batch<'a, T> {
        value: &'a [T],
        #[serde(skip_serializing_if = "<[String]>::is_empty")]
        validation_tokens: &'a [String],
    }
    Bytes::from(serde_json::to_vec(&Batch { value: items, validation_tokens: tokens }).unwrap_or_default())
}

/// The key at the end of a resource string: `…/messages('7')` ends in `7`.
pub(super) fn last_key(resource: &str) -> Option<&str> {
    let (_, key) = resource.strip_suffix("')")?.rsplit_once("('")?;
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_key_is_the_message() {
        assert_eq!(last_key("teams('t')/channels('c')/messages('1')/replies('2')"), Some("2"));
        assert_eq!(last_key("teams('t')/channels('c')/messages"), None);
    }

    #[test]
    fn lifecycle_events_have_graph_s_names() {
        let name = serde_json::to_value(LifecycleEvent::ReauthorizationRequired).unwrap();
        assert_eq!(name, "reauthorizationRequired");
    }
}

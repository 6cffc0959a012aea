//! Change notifications as JSON ("changeNotification resource type", "Receive change notifications
//! through webhooks", "Lifecycle notifications").

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

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

/// The parts of an item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts<'a> {
    pub(super) subscription_id: &'a str,
    pub(super) expiration: &'a str,
    pub(super) client_state: Option<&'a str>,
    pub(super) tenant_id: &'a str,
    pub(super) change_type: &'a str,
    pub(super) resource: &'a str,
    pub(super) id: &'a str,
    pub(super) etag: Option<&'a str>,
}

impl Parts<'_> {
    pub(super) fn json(&self) -> Value {
        let etag = self.etag.map_or_else(|| format!("W/\"{}\"", self.id), str::to_owned);
        json!({
            "subscriptionId": self.subscription_id,
            "changeType": self.change_type,
            "clientState": self.client_state,
            "subscriptionExpirationDateTime": self.expiration,
            "resource": self.resource,
            "resourceData": {
                "id": self.id,
                "@odata.type": "#Microsoft.Graph.chatMessage",
                "@odata.id": self.resource,
                "@odata.etag": etag,
            },
            "tenantId": self.tenant_id,
        })
    }
}

/// The item for a message that was created, of a subscription of this directory.
pub(super) fn created(subscription: &SubscriptionView, tenant_id: &str, resource: &str, id: &str) -> Value {
    Parts {
        subscription_id: &subscription.id,
        expiration: &subscription.expiration,
        client_state: subscription.client_state.as_deref(),
        tenant_id,
        change_type: "created",
        resource,
        id,
        etag: None,
    }
    .json()
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

/// A request body with these items.
pub(super) fn batch(items: &[Value]) -> Bytes {
    Bytes::from(serde_json::to_vec(&json!({"value": items})).unwrap_or_default())
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

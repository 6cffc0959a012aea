//! Notifications of call records ("Get change notifications for Microsoft Teams call records").

use bytes::Bytes;
use serde_json::json;

use crate::graph::SubscriptionView;
use crate::graph::courier::Parcel;
use crate::graph::notification::batch;
use crate::graph::subscriptions::Change;
use crate::world::World;

impl World {
    /// Tells the subscribers of a change of a call. Creation also raises `updated`.
    pub(super) fn notify_call(&self, id: &str, change: Change) -> Vec<String> {
        let graph = &self.graph;
        let mut told = Vec::new();
        let changes: &[Change] = match change {
            Change::Created => &[Change::Created, Change::Updated],
            Change::Updated => &[Change::Updated],
            Change::Deleted => &[Change::Deleted],
        };
        for change in changes {
            for held in graph.subscriptions.watching_calls(*change) {
                let view = held.view(graph.subscriptions.now_ms());
                let body = self.call_notification(&view, id, change.as_str());
                let (subscription_id, url) = (held.id.clone(), held.notification_url.clone());
                let parcel = Parcel { subscription_id, url, body };
                graph.courier.send(parcel, graph.subscriptions.clone(), self.options.delivery);
                told.push(held.id.clone());
            }
        }
        told
    }

    /// The body of a notification about a call, as Graph would send it to this subscription: `created` or `updated`.
    pub fn call_notification(&self, subscription: &SubscriptionView, id: &str, change_type: &str) -> Bytes {
        let resource = format!("communications/callRecords/{id}");
        let item = json!({
            "subscriptionId": subscription.id,
            "clientState": subscription.client_state,
            "changeType": change_type,
            "resource": resource,
            "subscriptionExpirationDateTime": subscription.expiration,
            "resourceData": {"@odata.type": "#Microsoft.Graph.callrecord", "@odata.id": resource, "id": id},
            "tenantId": self.graph.places.directory_id,
        });
        batch(&[item], &[])
    }
}

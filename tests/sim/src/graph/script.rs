//! What a test may do with subscriptions and notifications.

use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

use super::courier::{self, Attempt, Parcel};
use super::endpoint::EndpointState;
use super::notification::{self, Item, LifecycleEvent, News, Notice, ResourceData};
use super::rich::{Envelope, Tamper};
pub use super::subscriptions::Planted;
use super::subscriptions::{Change, Subscription, SubscriptionView, Watched};
use crate::clock;
use crate::world::World;

/// What became of a notification that was sent once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// The status of the answer; null if there was none in 10 seconds.
    pub status: Option<u16>,
    /// How long it took.
    pub elapsed_ms: u64,
}

/// Why a notification cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadNotification {
    /// There is nothing in it.
    #[error("give at least one item")]
    Empty,
    /// Nobody has subscribed, and no URL says where to.
    #[error("there is no subscription {0}, so give a url")]
    Subscription(String),
    /// It has no resource, and the subscription is of no single channel or chat.
    #[error("item {0} needs a resource")]
    Resource(usize),
    /// It names no message.
    #[error("item {0} needs a message_id, or a resource that ends in one")]
    Message(usize),
    /// The subscription has no lifecycle URL.
    #[error("subscription {0} has no lifecycleNotificationUrl")]
    NoLifecycleUrl(String),
    /// There cannot be such a subscription.
    #[error("{0}")]
    Refused(String),
}

impl World {
    /// All subscriptions, oldest first, ended ones included.
    pub fn subscriptions(&self) -> Vec<SubscriptionView> {
        let store = &self.graph.subscriptions;
        store.all().iter().map(|held| held.view(store.now_ms())).collect()
    }

    /// The live subscriptions of one resource, in whatever spelling.
    pub fn subscriptions_to(&self, resource: &str) -> Vec<SubscriptionView> {
        let Some(wanted) = Watched::parse(resource) else { return Vec::new() };
        let now = self.graph.subscriptions.now_ms();
        let all = self.graph.subscriptions.all();
        all.iter()
            .filter(|held| held.watched.key == wanted.key && held.expires_ms > now)
            .map(|held| held.view(now))
            .collect()
    }

    /// Deletes a subscription behind the app's back. Says whether there was one.
    pub fn delete_subscription(&self, id: &str) -> bool {
        self.graph.subscriptions.remove(id).is_some()
    }

    /// Lets a subscription end now. Says whether there was one.
    pub fn expire_subscription(&self, id: &str) -> bool {
        let now = self.graph.subscriptions.now_ms();
        self.graph.subscriptions.update(id, |held| held.expires_ms = now).is_some()
    }

    /// Makes a subscription of the app as if by another program: nobody is asked whether the URL wants it.
    pub fn plant_subscription(&self, planted: &Planted) -> Result<SubscriptionView, BadNotification> {
        let store = &self.graph.subscriptions;
        let held = planted.subscription(&self.entra.client_id, store.now_ms())?;
        let held =
            store.insert(held).map_err(|error| BadNotification::Refused(error.message.into_owned()))?;
        Ok(held.view(store.now_ms()))
    }

    /// Sets the clock of the subscription service so far ahead of the machine's.
    pub fn set_subscription_clock(&self, ahead: std::time::Duration) {
        self.graph.subscriptions.set_ahead(u64::try_from(ahead.as_millis()).unwrap_or(u64::MAX / 2));
    }

    /// Allows so many Teams subscriptions in the tenant, or with none as many as Graph does.
    pub fn set_subscription_quota(&self, teams_total: Option<usize>) {
        self.graph.subscriptions.set_quota(teams_total);
    }

    /// Treats all notification endpoints so, or with none as their answers deserve.
    pub fn treat_endpoints(&self, state: Option<EndpointState>) {
        self.graph.courier.treat(state);
    }

    /// The attempts to deliver notifications of posted messages, oldest first.
    pub fn deliveries(&self) -> Vec<Attempt> {
        self.graph.courier.log()
    }

    /// The body of a notification about a message that was created, as Graph would send it to this
    /// subscription. `resource` is the message's, such as `teams('…')/channels('…')/messages('…')`.
    pub fn notification_body(
        &self,
        subscription: &SubscriptionView,
        resource: &str,
        message_id: &str,
    ) -> Bytes {
        let etag = notification::etag(message_id);
        let news = News { change: Change::Created.name(), resource, id: message_id, etag: &etag };
        notification::told(subscription, &self.entra.directory_id, news, (None, &[]))
    }

    /// The same, with the resource inside if the subscriber gave a certificate for it.
    fn told(&self, held: &Subscription, news: News<'_>) -> Bytes {
        let envelope = self.sealed(held, news.resource, None);
        let apps: &[&str] = if envelope.is_some() { &[&held.app_id] } else { &[] };
        let with = (envelope, self.validation_tokens(apps, None));
        let view = held.view(self.graph.subscriptions.now_ms());
        let directory = &self.entra.directory_id;
        notification::told(&view, directory, news, (with.0, &with.1))
    }

    /// The message that a resource names, encrypted for a subscriber.
    fn sealed(&self, held: &Subscription, resource: &str, tamper: Option<Tamper>) -> Option<Envelope> {
        let certificate = held.certificate.as_ref()?;
        let message = self.graph.messages.named(resource)?;
        Envelope::seal(&message, certificate).map(|envelope| envelope.tampered(tamper))
    }

    /// Sends one notification with these items, once, and waits for the answer.
    pub async fn send_notification(
        &self,
        items: &[Item],
        url: Option<&str>,
    ) -> Result<Sent, BadNotification> {
        let first = items.first().ok_or(BadNotification::Empty)?;
        let url = match (url, self.graph.subscriptions.get(&first.subscription_id)) {
            (Some(url), _) => url.to_owned(),
            (None, Some(held)) => held.notification_url.clone(),
            (None, None) => {
                return Err(BadNotification::Subscription(first.subscription_id.clone()));
            }
        };
        let rendered: Result<Vec<Value>, _> =
            items.iter().enumerate().map(|(at, item)| self.rendered(at, item)).collect();
        let held: Vec<_> =
            items.iter().filter_map(|item| self.graph.subscriptions.get(&item.subscription_id)).collect();
        let rich = held.iter().filter(|held| held.certificate.is_some());
        let mut apps: Vec<&str> = rich.map(|held| held.app_id.as_str()).collect();
        apps.sort_unstable();
        apps.dedup();
        let tamper = items.iter().find_map(|item| item.tamper);
        let tokens = self.validation_tokens(&apps, tamper);
        Ok(self.send_once(&url, notification::batch(&rendered?, &tokens)).await)
    }

    /// Sends a lifecycle notification, once, and waits for the answer. A removed subscription is
    /// removed here too.
    pub async fn send_lifecycle(
        &self,
        subscription_id: &str,
        event: LifecycleEvent,
    ) -> Result<Sent, BadNotification> {
        let held = self
            .graph
            .subscriptions
            .get(subscription_id)
            .ok_or_else(|| BadNotification::Subscription(subscription_id.to_owned()))?;
        let url = held
            .lifecycle_url
            .clone()
            .ok_or_else(|| BadNotification::NoLifecycleUrl(subscription_id.to_owned()))?;
        if event == LifecycleEvent::SubscriptionRemoved {
            self.graph.subscriptions.remove(subscription_id);
        }
        let item = notification::lifecycle(&held, &self.entra.directory_id, event);
        Ok(self.send_once(&url, notification::batch(&[item], &[])).await)
    }

    /// Tells subscribers about something that changed, in the background.
    pub(super) fn notify(
        &self,
        subscriptions: &[Arc<Subscription>],
        change: Change,
        resource: &str,
        id: &str,
        etag: &str,
    ) {
        let news = News { change: change.name(), resource, id, etag };
        let graph = &self.graph;
        for held in subscriptions {
            let parcel = Parcel {
                subscription_id: held.id.clone(),
                url: held.notification_url.clone(),
                body: self.told(held, news),
            };
            graph.courier.send(parcel, graph.subscriptions.clone(), self.options.delivery);
        }
    }

    async fn send_once(&self, url: &str, body: Bytes) -> Sent {
        let client = self.graph.courier.client();
        let timeout = self.options.delivery.retry_timeout;
        let outcome = courier::post(client, url, body, timeout).await;
        Sent {
            status: outcome.status,
            elapsed_ms: outcome.elapsed.as_millis().try_into().unwrap_or(u64::MAX),
        }
    }

    fn rendered(&self, at: usize, item: &Item) -> Result<Value, BadNotification> {
        let held = self.graph.subscriptions.get(&item.subscription_id);
        let mut resource = match (&item.resource, &held) {
            (Some(resource), _) => resource.clone(),
            (None, Some(held)) => {
                let spot = held.watched.spot().ok_or(BadNotification::Resource(at))?;
                format!("{}/messages", spot.resource())
            }
            (None, None) => return Err(BadNotification::Resource(at)),
        };
        let id = match (&item.message_id, notification::last_key(&resource)) {
            (Some(id), _) => id.clone(),
            (None, Some(id)) => id.to_owned(),
            (None, None) => return Err(BadNotification::Message(at)),
        };
        if resource.ends_with("/messages") || resource.ends_with("/replies") {
            resource.push_str(&format!("('{id}')"));
        }
        let right_state = held.as_ref().and_then(|held| held.client_state.as_deref());
        let expires_ms = held.as_ref().map_or_else(clock::now_ms, |held| held.expires_ms);
        let etag = item.etag.clone().unwrap_or_else(|| notification::etag(&id));
        Ok(json!(Notice {
            subscription_id: &item.subscription_id,
            change_type: item.change_type.as_deref().unwrap_or("created"),
            client_state: item.client_state.as_deref().or(right_state),
            expiration: &clock::graph_subscription(expires_ms),
            resource: &resource,
            resource_data: ResourceData::message(&id, &resource, &etag),
            tenant_id: &self.entra.directory_id,
            encrypted_content: held.as_ref().and_then(|held| self.sealed(held, &resource, item.tamper)),
        }))
    }
}

//! Lifecycle notifications by the clock.

use std::sync::Arc;
use std::time::Duration;

use super::courier::Parcel;
use super::notification::{self, LifecycleEvent};
use crate::world::World;

/// How often the clock is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// Asks the owners of subscriptions that near their end to reauthorise them. Runs until it is dropped.
pub(crate) async fn keep_time(world: Arc<World>) {
    loop {
        tokio::time::sleep(EVERY).await;
        let graph = &world.graph;
        for held in graph.subscriptions.challenged() {
            let event = LifecycleEvent::ReauthorizationRequired;
            let item = notification::lifecycle(&held, &world.entra.directory_id, event);
            let Some(url) = held.lifecycle_url.clone() else { continue };
            let body = notification::batch(&[item], &[]);
            let parcel = Parcel { subscription_id: held.id.clone(), url, body };
            graph.courier.send(parcel, graph.subscriptions.clone(), world.options.delivery);
        }
    }
}

//! When the host was last alive: written now and then, and read once, at the next start.

use std::{sync::Arc, time::Duration};

use tieline_capabilities::Services;
use tieline_store::{Batch, CommitError, Key, Space, StoreError};
use tieline_types::Timestamp;

use crate::health::Pulse;

/// Written so often; a crash may have been so much later than it looks.
const EVERY: Duration = Duration::from_secs(15);

fn place() -> Key {
    Key::new(Space::Host).part("alive")
}

/// The batch with a sign of life.
pub(super) fn alive(batch: Batch, now: Timestamp) -> Batch {
    batch.put(place(), now.0.to_string())
}

/// The last sign of life of the host before this one; none before the first start.
pub(crate) async fn last(services: &Services) -> Result<Option<Timestamp>, StoreError> {
    let found = services.store.get(&place()).await?;
    let Some(value) = found else { return Ok(None) };
    let text = std::str::from_utf8(&value.bytes).ok().and_then(|text| text.parse().ok());
    text.map(|millis| Some(Timestamp(millis))).ok_or(StoreError::Corrupt { what: "the sign of life" })
}

/// Gives a sign of life.
pub(crate) async fn beat(services: &Services, pulse: &Pulse) -> Result<(), CommitError> {
    let now = services.clock.now();
    services.store.commit(alive(Batch::new(), now)).await?;
    pulse.beat(now);
    Ok(())
}

/// Gives signs of life. Runs until it is dropped.
pub(crate) async fn keep(services: Arc<Services>, pulse: Arc<Pulse>) {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = beat(&services, &pulse).await {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "the host could not say that it is alive");
        }
    }
}

//! Deleting what has had its time.

use std::{sync::Arc, time::Duration};

use tieline_capabilities::Services;

/// How long a handled event is kept, with its journal. Dead letters stay until somebody deals with them.
const KEPT: Duration = Duration::from_secs(7 * 24 * 3_600);
const EVERY: Duration = Duration::from_secs(60);

/// Sweeps now and then. Runs until it is dropped.
pub(crate) async fn keep(services: Arc<Services>) {
    loop {
        tokio::time::sleep(EVERY).await;
        let before = tieline_types::Timestamp(services.clock.now().0.saturating_sub(KEPT.as_millis() as u64));
        loop {
            match services.store.sweep(before).await {
                Ok(swept) if swept.more => {}
                Ok(_) => break,
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "the store could not be swept");
                    break;
                }
            }
        }
    }
}

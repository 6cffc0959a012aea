//! Deleting what has had its time.

use std::{sync::Arc, time::Duration};

use tieline_capabilities::Services;
use tieline_runtime::Runtime;

/// How long a handled event is kept, with its journal. Dead letters stay until somebody deals with them.
const KEPT: Duration = Duration::from_secs(7 * 24 * 3_600);
const EVERY: Duration = Duration::from_secs(60);

/// Sweeps now and then. Runs until it is dropped.
pub(crate) async fn keep(services: Arc<Services>, runtime: Arc<Runtime>) {
    loop {
        tokio::time::sleep(EVERY).await;
        runtime.trim();
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

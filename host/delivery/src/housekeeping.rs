//! Deleting what has had its time.

use std::{sync::Arc, time::Duration};

use tieline_capabilities::Services;
use tieline_runtime::Runtime;
use tieline_store::Retention;
use tieline_types::Timestamp;

/// How long a handled event is kept, with its journal.
const HANDLED: Duration = Duration::from_secs(7 * 24 * 3_600);
/// How long a dead letter waits for somebody to deal with it.
const DEAD: Duration = Duration::from_secs(90 * 24 * 3_600);
const EVERY: Duration = Duration::from_secs(60);

/// Sweeps now and then. Runs until it is dropped.
pub(crate) async fn keep(services: Arc<Services>, runtime: Arc<Runtime>) {
    loop {
        tokio::time::sleep(EVERY).await;
        runtime.trim();
        let now = services.clock.now();
        let ago = |kept: Duration| Timestamp(now.0.saturating_sub(kept.as_millis() as u64));
        let retention = Retention { handled_before: ago(HANDLED), dead_before: ago(DEAD) };
        loop {
            match services.store.sweep(retention).await {
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

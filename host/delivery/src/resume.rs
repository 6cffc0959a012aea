//! What a start finds: what was pending, and whether the host before it ended as it should.

use std::sync::Arc;

use bytes::Bytes;
use tieline_capabilities::Services;
use tieline_store::{Batch, Key, Space};

use crate::{
    HostError,
    dispatch::{Dispatcher, queue::Turn},
};

const PAGE: usize = 1_000;

/// Stands in the store while a host runs. A host that finds it there was preceded by one that did not end.
fn mark() -> Key {
    Key::new(Space::Host).part("running")
}

/// Says that a host runs. Whether the one before it ended as it should.
pub(crate) async fn begin(services: &Services) -> Result<bool, HostError> {
    let doing = "marking the start of the host";
    let found = services.store.get(&mark()).await.map_err(|error| HostError::store(doing, error))?;
    let now = services.clock.now().rfc3339();
    let marked = services.store.commit(Batch::new().put(mark(), Bytes::from(now))).await;
    marked.map_err(|error| HostError::commit(doing, "the host's mark", error))?;
    Ok(found.is_none())
}

/// Says that the host ended, and nothing was cut off.
pub(crate) async fn end(services: &Services) -> Result<(), HostError> {
    let ended = services.store.commit(Batch::new().delete(mark())).await;
    let doing = "marking the end of the host";
    ended.map(drop).map_err(|error| HostError::commit(doing, "the host's mark", error))
}

/// Lets what was pending go on. After an unclean end nobody knows which upstream calls were under way, so
/// every pending event carries the doubt, durably, before any of them runs.
pub(crate) async fn pending(
    services: &Services,
    dispatcher: &Arc<Dispatcher>,
    clean: bool,
) -> Result<(), HostError> {
    let doing = "reading what was pending";
    let (mut turns, mut after) = (Vec::new(), None);
    loop {
        let page = services.store.pending(after.as_ref(), PAGE).await;
        let page = page.map_err(|error| HostError::store(doing, error))?;
        let Some((last, _)) = page.last() else { break };
        after = Some(last.reference());
        let mut batch = Batch::new();
        for (event, mut delivery) in page {
            if !clean && !delivery.in_doubt {
                delivery.in_doubt = true;
                batch = batch.settle(event.reference(), delivery.clone());
            }
            turns.push(Turn { event: Arc::new(event), delivery });
        }
        if !batch.ops.is_empty() {
            let marked = services.store.commit(batch).await;
            marked.map_err(|error| HostError::commit(doing, "a pending event", error))?;
        }
    }
    if !turns.is_empty() {
        tracing::info!(pending = turns.len(), clean, "resuming what was pending");
    }
    dispatcher.resume(turns);
    Ok(())
}

//! What a start finds: what was pending, and whether the host before it ended as it should.

use std::sync::Arc;

use bytes::Bytes;
use tieline_capabilities::Services;
use tieline_identity::Sealed;
use tieline_store::{Batch, Key, Pages, Space};
use tieline_types::tenant::Tenant;

use crate::{
    HostError,
    dispatch::{Dispatcher, queue::Turn},
    installations::stored,
    receive::quota::Quotas,
    run::suspend::Suspensions,
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

/// Reads what tenants are allowed.
pub(crate) async fn tenants(services: &Services, quotas: &Quotas) -> Result<(), HostError> {
    let failed = |error| HostError::store("reading the tenants", error);
    let mut pages = Pages::under(stored::tenants());
    while let Some(page) = pages.next(&*services.store).await.map_err(failed)? {
        for (_, value) in page {
            let tenant: Tenant<Sealed> = serde_json::from_slice(&value.bytes).map_err(|error| {
                HostError::Internal { doing: "reading a stored tenant", source: Box::new(error) }
            })?;
            quotas.set(&tenant);
        }
    }
    Ok(())
}

/// Lets nothing run of the installations that were suspended.
pub(crate) async fn suspended(
    suspensions: &Suspensions,
    dispatcher: &Arc<Dispatcher>,
) -> Result<(), HostError> {
    let suspended = suspensions.load().await;
    let suspended = suspended.map_err(|error| HostError::store("reading what is suspended", error))?;
    suspended.iter().for_each(|installation| dispatcher.hold(installation));
    Ok(())
}

/// Lets what was pending go on. After an unclean end nobody knows which upstream calls were under way, so
/// every pending event carries the doubt, durably, before any of them runs. Events that were replayed stand where
/// they were put, and what waited for a connection tries it at once: why it waited is not known any more.
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
            if delivery.parked.is_some() {
                delivery.not_before = delivery.not_before.min(services.clock.now());
            }
            turns.push(Turn { event: Arc::new(event), delivery });
        }
        if !batch.ops.is_empty() {
            let marked = services.store.commit(batch).await;
            marked.map_err(|error| HostError::commit(doing, "a pending event", error))?;
        }
    }
    turns.sort_by_key(|turn| turn.delivery.replayed.unwrap_or(turn.event.id));
    if !turns.is_empty() {
        tracing::info!(pending = turns.len(), clean, "resuming what was pending");
    }
    dispatcher.resume(turns);
    Ok(())
}

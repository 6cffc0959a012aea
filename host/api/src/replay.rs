//! Dead letters of a tenant by cause, and delivering events again.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use tieline_delivery::Host;
use tieline_types::{
    EventId, TenantId,
    api::{DeadLetterGroup, ReplayAs, ReplayReport, ReplayRequest},
};

use crate::{
    extract::{Json, Path},
    refusal::Refusal,
};

/// The largest group first.
pub(crate) async fn dead_letters(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
) -> Result<Answer<Vec<DeadLetterGroup>>, Refusal> {
    Ok(Answer(host.dead_letters(&tenant).await?))
}

/// One page of events, oldest first; asked again with `next` until there is none.
pub(crate) async fn many(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    Json(request): Json<ReplayRequest>,
) -> Result<Answer<ReplayReport>, Refusal> {
    Ok(Answer(host.replay(&tenant, &request).await?))
}

pub(crate) async fn one(
    State(host): State<Arc<Host>>,
    Path((tenant, event)): Path<(TenantId, EventId)>,
    Json(how): Json<ReplayAs>,
) -> Result<Answer<ReplayReport>, Refusal> {
    Ok(Answer(host.replay_event(&tenant, event, &how).await?))
}

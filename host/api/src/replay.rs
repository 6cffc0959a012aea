//! Dead letters of a tenant by cause, and delivering events again.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use tieline_delivery::Host;
use tieline_types::{
    EventId, TenantId,
    api::{DeadLetterGroup, Page, ReplayAs, ReplayReport, ReplayRequest},
};

use crate::{
    extract::{Json, Path, Query},
    paging::{Paging, greatest_first},
    refusal::Refusal,
};

/// Dead letters by what they died of, the largest group first.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/dead-letters",
    operation_id = "listDeadLetters",
    tag = "events",
    params(Paging),
    responses((status = 200, body = Page<DeadLetterGroup>))
)]
pub(crate) async fn dead_letters(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<DeadLetterGroup>>, Refusal> {
    let place = |group: &DeadLetterGroup| format!("{}{}", greatest_first(group.count), group.fingerprint);
    Ok(Answer(paging.of(host.dead_letters(&tenant).await?, place)))
}

/// Delivers many events again, one page of them, oldest first.
///
/// To be asked again with `next` until there is none.
#[utoipa::path(
    post,
    path = "/tenants/{tenant}/events/replay",
    operation_id = "replayEvents",
    tag = "events",
    request_body = ReplayRequest,
    responses((status = 200, body = ReplayReport))
)]
pub(crate) async fn many(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    Json(request): Json<ReplayRequest>,
) -> Result<Answer<ReplayReport>, Refusal> {
    Ok(Answer(host.replay(&tenant, &request).await?))
}

/// Delivers one event again.
#[utoipa::path(
    post,
    path = "/tenants/{tenant}/events/{event}/replay",
    operation_id = "replayEvent",
    tag = "events",
    request_body = ReplayAs,
    responses((status = 200, body = ReplayReport))
)]
pub(crate) async fn one(
    State(host): State<Arc<Host>>,
    Path((tenant, event)): Path<(TenantId, EventId)>,
    Json(how): Json<ReplayAs>,
) -> Result<Answer<ReplayReport>, Refusal> {
    Ok(Answer(host.replay_event(&tenant, event, &how).await?))
}

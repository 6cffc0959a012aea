//! Events of a tenant.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use serde::Deserialize;
use tieline_delivery::{EventQuery, Host};
use tieline_types::{
    DeliveryState, EventId, InstallationId, TenantId,
    api::{EventDetail, EventSummary, Page},
};
use utoipa::IntoParams;

use crate::{
    extract::{Path, Query},
    paging,
    refusal::Refusal,
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Selection {
    /// Only of this installation.
    installation: Option<InstallationId>,
    /// Only in this state.
    state: Option<DeliveryState>,
    /// Continue after this: `next` of the page before.
    after: Option<EventId>,
    /// How many items at most.
    #[serde(default = "paging::usual", deserialize_with = "paging::length")]
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: usize,
}

/// Events, newest first.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/events",
    operation_id = "listEvents",
    tag = "events",
    params(Selection),
    responses((status = 200, body = Page<EventSummary>))
)]
pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    Query(selection): Query<Selection>,
) -> Result<Answer<Page<EventSummary>>, Refusal> {
    let Selection { installation, state, after, limit } = selection;
    Ok(Answer(
        host.events(&tenant, &EventQuery { installation, state, oldest_first: false }, after, limit).await?,
    ))
}

/// An event, with its runs.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/events/{event}",
    operation_id = "getEvent",
    tag = "events",
    responses((status = 200, body = EventDetail))
)]
pub(crate) async fn show(
    State(host): State<Arc<Host>>,
    Path((tenant, event)): Path<(TenantId, EventId)>,
) -> Result<Answer<EventDetail>, Refusal> {
    Ok(Answer(host.event(&tenant, event).await?))
}

//! Events of a tenant.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use serde::Deserialize;
use tieline_delivery::{EventQuery, Host};
use tieline_types::{
    DeliveryState, EventId, InstallationId, TenantId,
    api::{EventDetail, EventSummary, Page},
};

use crate::{
    extract::{Path, Query},
    refusal::Refusal,
};

/// Items of a page when the caller does not say, and the most it may say.
pub(crate) const PAGE: usize = 50;
/// More would make one request a burden for the others.
pub(crate) const LONGEST_PAGE: usize = 1000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Selection {
    installation: Option<InstallationId>,
    state: Option<DeliveryState>,
    after: Option<EventId>,
    limit: Option<usize>,
}

/// Newest first.
pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    Query(selection): Query<Selection>,
) -> Result<Answer<Page<EventSummary>>, Refusal> {
    let Selection { installation, state, after, limit } = selection;
    let limit = limit.unwrap_or(PAGE).clamp(1, LONGEST_PAGE);
    Ok(Answer(
        host.events(&tenant, &EventQuery { installation, state, oldest_first: false }, after, limit).await?,
    ))
}

pub(crate) async fn show(
    State(host): State<Arc<Host>>,
    Path((tenant, event)): Path<(TenantId, EventId)>,
) -> Result<Answer<EventDetail>, Refusal> {
    Ok(Answer(host.event(&tenant, event).await?))
}

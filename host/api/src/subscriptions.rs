//! Graph subscriptions that the host keeps for a tenant.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use tieline_delivery::Host;
use tieline_types::{
    TenantId,
    api::{Coverage, Page, SubscriptionSummary},
};

use crate::{
    extract::{Path, Query},
    paging::Paging,
    refusal::Refusal,
};

/// The Graph subscriptions that bring events, by what they watch.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/subscriptions",
    operation_id = "listSubscriptions",
    tag = "subscriptions",
    params(Paging),
    responses((status = 200, body = Page<SubscriptionSummary>))
)]
pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<SubscriptionSummary>>, Refusal> {
    let place = |found: &SubscriptionSummary| format!("{} {}", found.resource, found.key);
    Ok(Answer(paging.of(host.subscriptions(&tenant).await?, place)))
}

/// How completely the events of a subscription were brought to each installation that wants them.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/subscriptions/{subscription}/coverage",
    operation_id = "listCoverage",
    tag = "subscriptions",
    params(Paging),
    responses((status = 200, body = Page<Coverage>))
)]
pub(crate) async fn coverage(
    State(host): State<Arc<Host>>,
    Path((tenant, subscription)): Path<(TenantId, String)>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<Coverage>>, Refusal> {
    let found = host.coverage(&tenant, &subscription).await?;
    Ok(Answer(paging.of(found, |coverage| coverage.installation.to_string())))
}

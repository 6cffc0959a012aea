//! Who is told of alerts: a tenant's receivers, and the host's own. They stand in the tenant's document, and in
//! `tieline.toml`.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use tieline_delivery::Host;
use tieline_types::{
    ReceiverName, TenantId,
    api::{Page, ReceiverSummary, ReceiverTest},
};

use crate::{
    extract::{Path, Query},
    paging::Paging,
    refusal::Refusal,
};

/// Who is told of a tenant's alerts, by name. No secret is shown, and of a webhook no more than its origin.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/alert-receivers",
    operation_id = "listReceivers",
    tag = "alerts",
    params(Paging),
    responses((status = 200, body = Page<ReceiverSummary>))
)]
pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<ReceiverSummary>>, Refusal> {
    let all = host.receivers(Some(&tenant)).await?;
    Ok(Answer(paging.of(all, |receiver| receiver.name.to_string())))
}

/// Sends a test message to one who is told of a tenant's alerts.
///
/// 200 also when stages failed: the test was made, and the report says how far it came.
#[utoipa::path(
    post,
    path = "/tenants/{tenant}/alert-receivers/{receiver}/test",
    operation_id = "testReceiver",
    tag = "alerts",
    responses((status = 200, body = ReceiverTest))
)]
pub(crate) async fn test(
    State(host): State<Arc<Host>>,
    Path((tenant, receiver)): Path<(TenantId, ReceiverName)>,
) -> Result<Answer<ReceiverTest>, Refusal> {
    Ok(Answer(host.test_receiver(Some(&tenant), &receiver).await?))
}

/// Who is told of everybody's alerts, by name.
#[utoipa::path(
    get,
    path = "/alert-receivers",
    operation_id = "listHostReceivers",
    tag = "alerts",
    params(Paging),
    responses((status = 200, body = Page<ReceiverSummary>))
)]
pub(crate) async fn list_own(
    State(host): State<Arc<Host>>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<ReceiverSummary>>, Refusal> {
    let all = host.receivers(None).await?;
    Ok(Answer(paging.of(all, |receiver| receiver.name.to_string())))
}

/// Sends a test message to one who is told of everybody's alerts.
///
/// 200 also when stages failed.
#[utoipa::path(
    post,
    path = "/alert-receivers/{receiver}/test",
    operation_id = "testHostReceiver",
    tag = "alerts",
    responses((status = 200, body = ReceiverTest))
)]
pub(crate) async fn test_own(
    State(host): State<Arc<Host>>,
    Path(receiver): Path<ReceiverName>,
) -> Result<Answer<ReceiverTest>, Refusal> {
    Ok(Answer(host.test_receiver(None, &receiver).await?))
}

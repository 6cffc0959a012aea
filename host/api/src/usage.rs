//! How much installations keep and do.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use tieline_delivery::Host;
use tieline_types::{
    TenantId,
    api::{InstallationUsage, Page},
};

use crate::{
    extract::{Path, Query},
    paging::Paging,
    refusal::Refusal,
};

/// How much each installation keeps, and how its newest events went.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/usage",
    operation_id = "listUsage",
    tag = "usage",
    params(Paging),
    responses((status = 200, body = Page<InstallationUsage>))
)]
pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<InstallationUsage>>, Refusal> {
    Ok(Answer(paging.of(host.usage(&tenant).await?, |usage| usage.installation.to_string())))
}

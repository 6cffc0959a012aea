//! Connections of a tenant. Their secrets can be set, never read.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use tieline_delivery::Host;
use tieline_types::{TenantId, api::ConnectionSummary};

use crate::{extract::Path, refusal::Refusal};

pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
) -> Result<Answer<Vec<ConnectionSummary>>, Refusal> {
    Ok(Answer(host.connections(&tenant).await?))
}

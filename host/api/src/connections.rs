//! Connections of a tenant: their list, their staged test, what was consented to. Their secrets can be set, never
//! read.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use tieline_delivery::Host;
use tieline_types::{
    ConnectionKey, ConnectionName, TenantId,
    api::{AcceptRequest, Accepted, ConnectionSummary, ConnectionTest, ConsentReport},
};

use crate::{
    extract::{Json, Path},
    refusal::Refusal,
};

pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
) -> Result<Answer<Vec<ConnectionSummary>>, Refusal> {
    Ok(Answer(host.connections(&tenant).await?))
}

/// 200 also when stages failed: the test was made, and the report says how it went.
pub(crate) async fn test(
    State(host): State<Arc<Host>>,
    Path((tenant, connection)): Path<(TenantId, ConnectionName)>,
) -> Result<Answer<ConnectionTest>, Refusal> {
    Ok(Answer(host.test_connection(&ConnectionKey { tenant, connection }).await?))
}

pub(crate) async fn consent(
    State(host): State<Arc<Host>>,
    Path((tenant, connection)): Path<(TenantId, ConnectionName)>,
) -> Result<Answer<ConsentReport>, Refusal> {
    Ok(Answer(host.consent(&ConnectionKey { tenant, connection }).await?))
}

/// Somebody says that consent was given, and has only to spread.
pub(crate) async fn accept_consent(
    State(host): State<Arc<Host>>,
    Path((tenant, connection)): Path<(TenantId, ConnectionName)>,
    Json(request): Json<AcceptRequest>,
) -> Result<Answer<Accepted>, Refusal> {
    Ok(Answer(host.accept_consent(&ConnectionKey { tenant, connection }, &request.by).await?))
}

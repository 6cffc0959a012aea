//! Installations of a tenant: listing, testing, acting.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use tieline_delivery::Host;
use tieline_types::{
    InstallationId, InstallationKey, TenantId,
    api::{ActRequest, ActResponse, CheckReport, InstallationSummary, ResumeReport},
};

use crate::{
    extract::{Json, Path},
    refusal::Refusal,
};

pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
) -> Result<Answer<Vec<InstallationSummary>>, Refusal> {
    Ok(Answer(host.installations(&tenant).await?))
}

/// 200 also when stages failed: the test was made, and the report says how it went.
pub(crate) async fn check(
    State(host): State<Arc<Host>>,
    Path((tenant, installation)): Path<(TenantId, InstallationId)>,
) -> Result<Answer<CheckReport>, Refusal> {
    Ok(Answer(host.check(&InstallationKey { tenant, installation }).await?))
}

/// Lets an installation run again that was suspended.
pub(crate) async fn resume(
    State(host): State<Arc<Host>>,
    Path((tenant, installation)): Path<(TenantId, InstallationId)>,
) -> Result<Answer<ResumeReport>, Refusal> {
    Ok(Answer(host.resume(&InstallationKey { tenant, installation }).await?))
}

pub(crate) async fn act(
    State(host): State<Arc<Host>>,
    Path((tenant, installation, action)): Path<(TenantId, InstallationId, String)>,
    Json(request): Json<ActRequest>,
) -> Result<Answer<ActResponse>, Refusal> {
    Ok(Answer(host.act(&InstallationKey { tenant, installation }, &action, request).await?))
}

//! Graph subscriptions that the host keeps for a tenant.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use tieline_delivery::Host;
use tieline_types::{
    TenantId,
    api::{Coverage, SubscriptionSummary},
};

use crate::{extract::Path, refusal::Refusal};

pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
) -> Result<Answer<Vec<SubscriptionSummary>>, Refusal> {
    Ok(Answer(host.subscriptions(&tenant).await?))
}

pub(crate) async fn coverage(
    State(host): State<Arc<Host>>,
    Path((tenant, subscription)): Path<(TenantId, String)>,
) -> Result<Answer<Vec<Coverage>>, Refusal> {
    Ok(Answer(host.coverage(&tenant, &subscription).await?))
}

//! Alerts of a tenant that stand.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use tieline_delivery::Host;
use tieline_types::{Alert, TenantId};

use crate::{extract::Path, refusal::Refusal};

pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
) -> Result<Answer<Vec<Alert>>, Refusal> {
    Ok(Answer(host.alerts(&tenant).await?))
}

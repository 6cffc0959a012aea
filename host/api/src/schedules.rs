//! Timers of a tenant.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use tieline_delivery::Host;
use tieline_types::{TenantId, api::ScheduleSummary};

use crate::{extract::Path, refusal::Refusal};

pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
) -> Result<Answer<Vec<ScheduleSummary>>, Refusal> {
    Ok(Answer(host.schedules(&tenant).await?))
}

//! Timers of a tenant.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use tieline_delivery::Host;
use tieline_types::{
    TenantId,
    api::{Page, ScheduleSummary},
};

use crate::{
    extract::{Path, Query},
    paging::{Paging, smallest_first},
    refusal::Refusal,
};

/// The timers, in the order in which they are due.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/schedules",
    operation_id = "listSchedules",
    tag = "schedules",
    params(Paging),
    responses((status = 200, body = Page<ScheduleSummary>))
)]
pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<ScheduleSummary>>, Refusal> {
    let place = |timer: &ScheduleSummary| {
        let due = smallest_first(timer.due.0);
        format!("{due}{} {:?} {}", timer.installation, timer.kind, timer.key)
    };
    Ok(Answer(paging.of(host.schedules(&tenant).await?, place)))
}

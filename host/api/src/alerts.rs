//! Alerts of a tenant that stand.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use tieline_delivery::Host;
use tieline_types::{Alert, TenantId, api::Page};

use crate::{
    extract::{Path, Query},
    paging::{Paging, greatest_first, smallest_first},
    refusal::Refusal,
};

/// The alerts that stand: what matters most first, and then what stands longest.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/alerts",
    operation_id = "listAlerts",
    tag = "alerts",
    params(Paging),
    responses((status = 200, body = Page<Alert>))
)]
pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<Alert>>, Refusal> {
    let place = |alert: &Alert| {
        let (severity, since) = (greatest_first(alert.severity as u64), smallest_first(alert.since.0));
        format!("{severity}{since}{:?} {}", alert.about.source, alert.about)
    };
    Ok(Answer(paging.of(host.alerts(&tenant).await?, place)))
}

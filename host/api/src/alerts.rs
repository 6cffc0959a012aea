//! Alerts that stand, and the calendar of what ends.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use tieline_delivery::Host;
use tieline_types::{
    Alert, TenantId,
    api::{CalendarEntry, Page},
};

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
    Ok(Answer(paging.of(host.alerts(&tenant).await?, place)))
}

/// The alerts of all tenants that stand, and the host's own: what matters most first, and then what stands longest.
#[utoipa::path(
    get,
    path = "/alerts",
    operation_id = "listAllAlerts",
    tag = "alerts",
    params(Paging),
    responses((status = 200, body = Page<Alert>))
)]
pub(crate) async fn everywhere(
    State(host): State<Arc<Host>>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<Alert>>, Refusal> {
    Ok(Answer(paging.of(host.alerts_everywhere().await?, place)))
}

fn place(alert: &Alert) -> String {
    let (severity, since) = (greatest_first(alert.severity as u64), smallest_first(alert.since.0));
    format!("{severity}{since}{:?} {}", alert.about.source, alert.about)
}

/// What ends, and when: what ends first at the top, what ends at an unknown time at the bottom.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/calendar",
    operation_id = "listCalendar",
    tag = "alerts",
    params(Paging),
    responses((status = 200, body = Page<CalendarEntry>))
)]
pub(crate) async fn calendar(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<CalendarEntry>>, Refusal> {
    let place = |entry: &CalendarEntry| {
        let ends = smallest_first(entry.ends.map_or(u64::MAX, |ends| ends.0));
        format!("{ends}{:?} {}", entry.what, entry.name)
    };
    Ok(Answer(paging.of(host.calendar(&tenant).await?, place)))
}

//! Tapes of runs.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use serde::Deserialize;
use tieline_delivery::Host;
use tieline_types::{EventId, TenantId, tape::TapedRun};
use utoipa::IntoParams;

use crate::{
    extract::{Path, Query},
    refusal::Refusal,
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Selection {
    /// The last run of this attempt; the last of all when absent.
    attempt: Option<u32>,
}

/// The tape of a run.
///
/// All that the connector was given, asked and was told in one run of an event.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/events/{event}/tape",
    operation_id = "getTape",
    tag = "events",
    params(Selection),
    responses((status = 200, body = TapedRun))
)]
pub(crate) async fn show(
    State(host): State<Arc<Host>>,
    Path((tenant, event)): Path<(TenantId, EventId)>,
    Query(Selection { attempt }): Query<Selection>,
) -> Result<Answer<TapedRun>, Refusal> {
    Ok(Answer(host.taped_run(&tenant, event, attempt).await?))
}

//! Tapes of runs.

use std::sync::Arc;

use axum::{Json as Answer, extract::State};
use serde::Deserialize;
use tieline_delivery::Host;
use tieline_types::{EventId, TenantId, tape::TapedRun};

use crate::{
    extract::{Path, Query},
    refusal::Refusal,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Selection {
    attempt: Option<u32>,
}

/// All that the connector was given, asked and was told in one run of an event.
pub(crate) async fn show(
    State(host): State<Arc<Host>>,
    Path((tenant, event)): Path<(TenantId, EventId)>,
    Query(Selection { attempt }): Query<Selection>,
) -> Result<Answer<TapedRun>, Refusal> {
    Ok(Answer(host.taped_run(&tenant, event, attempt).await?))
}

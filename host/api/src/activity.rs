//! What connectors wrote about records.

use std::sync::Arc;

use axum::{
    Json as Answer,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tieline_delivery::{ActivityQuery, Host};
use tieline_types::{
    InstallationId, TenantId,
    api::{ActivityEntry, Page},
};
use utoipa::IntoParams;

use crate::{
    ProblemDocument,
    extract::{Path, Query},
    paging,
    refusal::Refusal,
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Selection {
    /// With `record_id`: only about this record.
    record_kind: Option<String>,
    /// With `record_kind`.
    record_id: Option<String>,
    /// Only of this installation.
    installation: Option<InstallationId>,
    /// Continue after this: `next` of the page before.
    after: Option<String>,
    /// How many items at most.
    #[serde(default = "paging::usual", deserialize_with = "paging::length")]
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: usize,
}

/// The timeline, newest first.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/activity",
    operation_id = "listActivity",
    tag = "activity",
    params(Selection),
    responses((status = 200, body = Page<ActivityEntry>))
)]
pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    Query(selection): Query<Selection>,
) -> Result<Answer<Page<ActivityEntry>>, Response> {
    let record = match (selection.record_kind, selection.record_id) {
        (Some(kind), Some(id)) => Some((kind, id)),
        (None, None) => None,
        _ => {
            let message = "A record is named by `record_kind` and `record_id` together.";
            return Err(ProblemDocument::malformed("query.invalid", message).into_response());
        }
    };
    let query = ActivityQuery { record, installation: selection.installation };
    let page = host.activity(&tenant, &query, selection.after.as_deref(), selection.limit).await;
    page.map(Answer).map_err(|error| Refusal::from(error).into_response())
}

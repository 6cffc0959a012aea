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

use crate::{
    ProblemDocument,
    events::{LONGEST_PAGE, PAGE},
    extract::{Path, Query},
    refusal::Refusal,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Selection {
    record_kind: Option<String>,
    record_id: Option<String>,
    installation: Option<InstallationId>,
    after: Option<String>,
    limit: Option<usize>,
}

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
    let limit = selection.limit.unwrap_or(PAGE).clamp(1, LONGEST_PAGE);
    let page = host.activity(&tenant, &query, selection.after.as_deref(), limit).await;
    page.map(Answer).map_err(|error| Refusal::from(error).into_response())
}

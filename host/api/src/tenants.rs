//! Tenants: listing them, and bringing one to what a document says.

use std::sync::Arc;

use axum::{
    Json as Answer,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use tieline_delivery::Host;
use tieline_types::{
    Problem, TenantId,
    api::{ApplyReport, TenantSummary},
    tenant::TenantDocument,
};

use crate::{
    ProblemDocument,
    extract::{Json, Path},
    refusal::Refusal,
};

pub(crate) async fn list(State(host): State<Arc<Host>>) -> Result<Answer<Vec<TenantSummary>>, Refusal> {
    Ok(Answer(host.tenants().await?))
}

/// All of the document or nothing of it. The tenant is named twice, so that a document put under the wrong
/// address changes nobody.
pub(crate) async fn apply(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    Json(document): Json<TenantDocument>,
) -> Result<Answer<ApplyReport>, Response> {
    if document.tenant.id != tenant {
        let message =
            format!("The document is about `{}`, the address about `{tenant}`.", document.tenant.id);
        let problem = Problem::new("tenant.mismatch", message).at("/tenant/id");
        return Err(ProblemDocument::new(StatusCode::BAD_REQUEST, problem).into_response());
    }
    host.apply(document).await.map(Answer).map_err(|error| Refusal::from(error).into_response())
}

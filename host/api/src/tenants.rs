//! Tenants: listing them, and bringing one to what a document says.

use std::sync::Arc;

use axum::{
    Extension, Json as Answer,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use tieline_access::Principal;
use tieline_delivery::Host;
use tieline_types::{
    Digest, GivenSecret, Problem, SetSecret, TenantId,
    api::{ApplyReport, Page, TenantSummary},
    tenant::{Document, ShownDocument, TenantDocument},
};

use crate::{
    ProblemDocument,
    edition::{IfMatch, Tagged, tagged},
    extract::{Json, Path, Query},
    paging::Paging,
    refusal::Refusal,
};

/// The tenants that whoever asks has a right to, by id.
#[utoipa::path(
    get,
    path = "/tenants",
    operation_id = "listTenants",
    tag = "tenants",
    params(Paging),
    responses((status = 200, body = Page<TenantSummary>))
)]
pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Extension(principal): Extension<Principal>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<TenantSummary>>, Refusal> {
    let mut tenants = host.tenants().await?;
    tenants.retain(|tenant| principal.role_in(&tenant.id).is_some());
    Ok(Answer(paging.of(tenants, |tenant| tenant.id.to_string())))
}

/// A tenant's whole configuration.
///
/// What `PUT` takes, but that a secret is shown as `true`, which stands for the one that is set.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}",
    operation_id = "getTenant",
    tag = "tenants",
    responses((status = 200, body = Document<SetSecret, Digest>, headers(("etag" = String, description = "For `If-Match`."))))
)]
pub(crate) async fn show(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
) -> Result<Tagged<ShownDocument>, Refusal> {
    Ok(tagged(host.configuration(&tenant).await?))
}

/// Removes a tenant, with its installations, its connections and their secrets.
#[utoipa::path(
    delete,
    path = "/tenants/{tenant}",
    operation_id = "removeTenant",
    tag = "tenants",
    params(("if-match" = Option<String>, Header, description = "Only if the tenant stands as this `ETag` says.")),
    responses((status = 200, body = ApplyReport))
)]
pub(crate) async fn remove(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    IfMatch(expected): IfMatch,
) -> Result<Answer<ApplyReport>, Refusal> {
    Ok(Answer(host.remove_tenant(&tenant, &expected).await?))
}

/// Makes a tenant what a document says.
///
/// All of the document or nothing of it; what it does not name is removed. The tenant is named twice, so that a document put under the wrong
/// address changes nobody.
#[utoipa::path(
    put,
    path = "/tenants/{tenant}",
    operation_id = "applyTenant",
    tag = "tenants",
    params(("if-match" = Option<String>, Header, description = "Only if the tenant stands as this `ETag` says.")),
    request_body = Document<GivenSecret, Digest>,
    responses((status = 200, body = ApplyReport))
)]
pub(crate) async fn apply(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    IfMatch(expected): IfMatch,
    Json(document): Json<TenantDocument>,
) -> Result<Answer<ApplyReport>, Response> {
    if document.tenant.id != tenant {
        let message =
            format!("The document is about `{}`, the address about `{tenant}`.", document.tenant.id);
        let problem = Problem::new("tenant.mismatch", message).at("/tenant/id");
        return Err(ProblemDocument::new(StatusCode::BAD_REQUEST, problem).into_response());
    }
    host.apply(document, &expected).await.map(Answer).map_err(|error| Refusal::from(error).into_response())
}

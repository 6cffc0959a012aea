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
    audit::Applied,
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
) -> Result<Applied, Refusal> {
    Ok(Applied(host.remove_tenant(&tenant, &expected).await?))
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
    params(
        ("if-match" = Option<String>, Header, description = "Only if the tenant stands as this `ETag` says."),
        ("if-none-match" = Option<String>, Header, description = "`*`: only if there is no such tenant yet.")
    ),
    request_body = Document<GivenSecret, Digest>,
    responses((status = 200, body = ApplyReport))
)]
pub(crate) async fn apply(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    IfMatch(expected): IfMatch,
    Json(document): Json<TenantDocument>,
) -> Result<Applied, Response> {
    about(&tenant, &document)?;
    host.apply(document, &expected).await.map(Applied).map_err(|error| Refusal::from(error).into_response())
}

/// What making a tenant what a document says would change, field by field. Nothing is changed.
///
/// The document is judged as `PUT` does; only a package that is not uploaded yet is no reason to refuse it. Of a secret is said
/// that it is `set` or `changed`.
#[utoipa::path(
    post,
    path = "/tenants/{tenant}/difference",
    operation_id = "compareTenant",
    tag = "tenants",
    request_body = Document<GivenSecret, Digest>,
    responses((status = 200, body = ApplyReport))
)]
pub(crate) async fn compare(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    Json(document): Json<TenantDocument>,
) -> Result<Answer<ApplyReport>, Response> {
    about(&tenant, &document)?;
    host.compare(document).await.map(Answer).map_err(|error| Refusal::from(error).into_response())
}

#[expect(clippy::result_large_err, reason = "an answer, made once")]
fn about(tenant: &TenantId, document: &TenantDocument) -> Result<(), Response> {
    if document.tenant.id == *tenant {
        return Ok(());
    }
    let message = format!("The document is about `{}`, the address about `{tenant}`.", document.tenant.id);
    let remedy = "Put it under its own tenant's address, or change the id in the document.";
    let problem = Problem::new("tenant.mismatch", message).remedy(remedy).at("/tenant/id");
    Err(ProblemDocument::new(StatusCode::BAD_REQUEST, problem).into_response())
}

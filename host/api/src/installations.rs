//! Installations of a tenant: listing, configuring, testing, acting.

use std::sync::Arc;

use axum::{
    Extension, Json as Answer,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use tieline_access::Principal;
use tieline_audit::{Changed, Running};
use tieline_delivery::{Host, HostError};
use tieline_types::{
    Digest, Grant, InstallationId, InstallationKey, Problem, TenantId,
    api::{
        ActRequest, ActResponse, ApplyReport, CheckReport, GrantReport, InstallationDetail,
        InstallationSummary, Page, PauseReport, PlanPreview, Proposal, ResumeReport, ValidationReport,
    },
    tenant::Installation,
};

use crate::{
    ProblemDocument,
    audit::Applied,
    edition::{IfMatch, Tagged, tagged},
    extract::{Json, Path, Query},
    paging::Paging,
    refusal::Refusal,
};

/// The installations, by name.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/installations",
    operation_id = "listInstallations",
    tag = "installations",
    params(Paging),
    responses((status = 200, body = Page<InstallationSummary>))
)]
pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<InstallationSummary>>, Refusal> {
    let installations = host.installations(&tenant).await?;
    Ok(Answer(paging.of(installations, |installation| installation.id.to_string())))
}

/// An installation, with its configuration.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/installations/{installation}",
    operation_id = "getInstallation",
    tag = "installations",
    responses((status = 200, body = InstallationDetail, headers(("etag" = String, description = "For `If-Match`."))))
)]
pub(crate) async fn show(
    State(host): State<Arc<Host>>,
    Path((tenant, installation)): Path<(TenantId, InstallationId)>,
) -> Result<Tagged<InstallationDetail>, Refusal> {
    Ok(tagged(host.installed(&InstallationKey { tenant, installation }).await?))
}

/// Puts an installation: its package, its grant, its configuration.
///
/// It is named twice, so that one put under the wrong address changes nobody.
#[utoipa::path(
    put,
    path = "/tenants/{tenant}/installations/{installation}",
    operation_id = "putInstallation",
    tag = "installations",
    params(
        ("if-match" = Option<String>, Header, description = "Only if the installation stands as this `ETag` says."),
        ("if-none-match" = Option<String>, Header, description = "`*`: only if there is no such installation yet.")
    ),
    request_body = Installation<Digest>,
    responses((status = 200, body = ApplyReport))
)]
pub(crate) async fn put(
    State(host): State<Arc<Host>>,
    Path((tenant, id)): Path<(TenantId, InstallationId)>,
    IfMatch(expected): IfMatch,
    Json(installation): Json<Installation<Digest>>,
) -> Result<Applied, Response> {
    if installation.id != id {
        let message = format!("The body is about `{}`, the address about `{id}`.", installation.id);
        let remedy = "Put it under its own name, or change the name in the body.";
        let problem = Problem::new("installation.mismatch", message).remedy(remedy).at("/id");
        return Err(ProblemDocument::new(StatusCode::BAD_REQUEST, problem).into_response());
    }
    let put = host.put_installation(&tenant, installation, &expected).await;
    put.map(Applied).map_err(|error| Refusal::from(error).into_response())
}

/// Removes an installation, after it was asked to end what it would leave behind.
#[utoipa::path(
    delete,
    path = "/tenants/{tenant}/installations/{installation}",
    operation_id = "removeInstallation",
    tag = "installations",
    params(("if-match" = Option<String>, Header, description = "Only if the installation stands as this `ETag` says.")),
    responses((status = 200, body = ApplyReport))
)]
pub(crate) async fn remove(
    State(host): State<Arc<Host>>,
    Path((tenant, installation)): Path<(TenantId, InstallationId)>,
    IfMatch(expected): IfMatch,
) -> Result<Applied, Refusal> {
    Ok(Applied(host.remove_installation(&InstallationKey { tenant, installation }, &expected).await?))
}

/// What an installation was granted, beside what it asks for.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/installations/{installation}/grant",
    operation_id = "getGrant",
    tag = "installations",
    responses((status = 200, body = GrantReport, headers(("etag" = String, description = "For `If-Match`."))))
)]
pub(crate) async fn grant(
    State(host): State<Arc<Host>>,
    Path((tenant, installation)): Path<(TenantId, InstallationId)>,
) -> Result<Tagged<GrantReport>, Refusal> {
    Ok(tagged(host.grant(&InstallationKey { tenant, installation }).await?))
}

/// Puts what an installation is granted, and nothing else of it.
#[utoipa::path(
    put,
    path = "/tenants/{tenant}/installations/{installation}/grant",
    operation_id = "putGrant",
    tag = "installations",
    params(("if-match" = Option<String>, Header, description = "Only if the installation stands as this `ETag` says.")),
    request_body = Grant,
    responses((status = 200, body = ApplyReport))
)]
pub(crate) async fn put_grant(
    State(host): State<Arc<Host>>,
    Path((tenant, installation)): Path<(TenantId, InstallationId)>,
    IfMatch(expected): IfMatch,
    Json(grant): Json<Grant>,
) -> Result<Applied, Refusal> {
    Ok(Applied(host.put_grant(&InstallationKey { tenant, installation }, grant, &expected).await?))
}

/// Whether an installation could be put so. Nothing is changed.
///
/// 200 also when it could not: what is wrong is in the report.
#[utoipa::path(
    post,
    path = "/tenants/{tenant}/installations/{installation}/config/validate",
    operation_id = "validateConfig",
    tag = "installations",
    request_body = Proposal,
    responses((status = 200, body = ValidationReport))
)]
pub(crate) async fn validate(
    State(host): State<Arc<Host>>,
    Path((tenant, installation)): Path<(TenantId, InstallationId)>,
    Json(proposal): Json<Proposal>,
) -> Result<Answer<ValidationReport>, Refusal> {
    Ok(Answer(host.validate(&InstallationKey { tenant, installation }, proposal).await?))
}

/// What an installation would want to exist if it were put so. Nothing is changed.
///
/// 200 also when there is no plan: why is in the report.
#[utoipa::path(
    post,
    path = "/tenants/{tenant}/installations/{installation}/plan/preview",
    operation_id = "previewPlan",
    tag = "installations",
    request_body = Proposal,
    responses((status = 200, body = PlanPreview))
)]
pub(crate) async fn preview(
    State(host): State<Arc<Host>>,
    Path((tenant, installation)): Path<(TenantId, InstallationId)>,
    Json(proposal): Json<Proposal>,
) -> Result<Answer<PlanPreview>, Refusal> {
    Ok(Answer(host.preview(&InstallationKey { tenant, installation }, proposal).await?))
}

/// Lets an installation pause: its events are kept, and wait until it is resumed.
#[utoipa::path(
    post,
    path = "/tenants/{tenant}/installations/{installation}/pause",
    operation_id = "pauseInstallation",
    tag = "installations",
    responses((status = 200, body = PauseReport))
)]
pub(crate) async fn pause(
    State(host): State<Arc<Host>>,
    Path((tenant, installation)): Path<(TenantId, InstallationId)>,
) -> Result<(Extension<Changed>, Answer<PauseReport>), Refusal> {
    let report = host.pause(&InstallationKey { tenant, installation }).await?;
    Ok((runs(report.paused, false), Answer(report)))
}

/// Tests an installation, stage by stage, without changing anything.
///
/// 200 also when stages failed: the test was made, and the report says how it went.
#[utoipa::path(
    post,
    path = "/tenants/{tenant}/installations/{installation}/check",
    operation_id = "checkInstallation",
    tag = "installations",
    responses((status = 200, body = CheckReport))
)]
pub(crate) async fn check(
    State(host): State<Arc<Host>>,
    Path((tenant, installation)): Path<(TenantId, InstallationId)>,
) -> Result<Answer<CheckReport>, Refusal> {
    Ok(Answer(host.check(&InstallationKey { tenant, installation }).await?))
}

/// Lets an installation run again that was suspended or paused.
#[utoipa::path(
    post,
    path = "/tenants/{tenant}/installations/{installation}/resume",
    operation_id = "resumeInstallation",
    tag = "installations",
    responses((status = 200, body = ResumeReport))
)]
pub(crate) async fn resume(
    State(host): State<Arc<Host>>,
    Path((tenant, installation)): Path<(TenantId, InstallationId)>,
) -> Result<(Extension<Changed>, Answer<ResumeReport>), Refusal> {
    let report = host.resume(&InstallationKey { tenant, installation }).await?;
    Ok((runs(report.resumed, true), Answer(report)))
}

/// Whether an installation runs, for the audit; nothing where that was so before.
fn runs(changed: bool, running: bool) -> Extension<Changed> {
    let [before, after] = [!running, running].map(|running| Running { running });
    Extension(if changed { Changed::between(Some(&before), Some(&after)) } else { Changed::default() })
}

/// Runs an action.
///
/// Only a tenant's administrator names somebody else in `as`; everybody else asks for themself.
#[utoipa::path(
    post,
    path = "/tenants/{tenant}/installations/{installation}/actions/{action}",
    operation_id = "runAction",
    tag = "installations",
    request_body = ActRequest,
    responses((status = 200, body = ActResponse))
)]
pub(crate) async fn act(
    State(host): State<Arc<Host>>,
    Extension(principal): Extension<Principal>,
    Path((tenant, installation, action)): Path<(TenantId, InstallationId, String)>,
    Json(request): Json<ActRequest>,
) -> Result<Answer<ActResponse>, Refusal> {
    let asker = principal.acts_as(&tenant, request.user.as_deref());
    let asker = asker.map_err(|problem| HostError::Forbidden { problem })?;
    Ok(Answer(host.act(&InstallationKey { tenant, installation }, &action, request, asker).await?))
}

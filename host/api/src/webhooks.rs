//! Webhooks of connectors, for the operator who puts their addresses into the systems that call them.

use std::sync::Arc;

use axum::{
    Extension, Json as Answer,
    extract::State,
    http::{HeaderName, HeaderValue, header},
};
use tieline_audit::Changed;
use tieline_delivery::Host;
use tieline_types::{
    InstallationId, InstallationKey, TenantId,
    api::{HookDetail, HookSummary, Page, RotateRequest},
};

use crate::{
    extract::{Json, Path, Query},
    paging::Paging,
    refusal::Refusal,
};

/// An answer with a secret in it: for whoever asked, and for no cache on the way.
type Secretly = ([(HeaderName, HeaderValue); 1], Answer<HookDetail>);

fn secretly(detail: HookDetail) -> Secretly {
    ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Answer(detail))
}

/// The hooks that other systems call, without address and secret.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/hooks",
    operation_id = "listHooks",
    tag = "hooks",
    params(Paging),
    responses((status = 200, body = Page<HookSummary>))
)]
pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
    Query(paging): Query<Paging>,
) -> Result<Answer<Page<HookSummary>>, Refusal> {
    let place = |hook: &HookSummary| format!("{} {}", hook.installation, hook.key);
    Ok(Answer(paging.of(host.webhooks(&tenant).await?, place)))
}

/// A hook with its address and its secret.
#[utoipa::path(
    get,
    path = "/tenants/{tenant}/installations/{installation}/hooks/{hook}",
    operation_id = "getHook",
    tag = "hooks",
    responses((status = 200, body = HookDetail))
)]
pub(crate) async fn show(
    State(host): State<Arc<Host>>,
    Path((tenant, installation, hook)): Path<(TenantId, InstallationId, String)>,
) -> Result<Secretly, Refusal> {
    Ok(secretly(host.webhook(&InstallationKey { tenant, installation }, &hook).await?))
}

/// Makes a hook's secret anew.
#[utoipa::path(
    post,
    path = "/tenants/{tenant}/installations/{installation}/hooks/{hook}/rotate",
    operation_id = "rotateHook",
    tag = "hooks",
    request_body = RotateRequest,
    responses((status = 200, body = HookDetail))
)]
pub(crate) async fn rotate(
    State(host): State<Arc<Host>>,
    Path((tenant, installation, hook)): Path<(TenantId, InstallationId, String)>,
    Json(request): Json<RotateRequest>,
) -> Result<(Extension<Changed>, Secretly), Refusal> {
    let installation = InstallationKey { tenant, installation };
    let before = without_counts(host.webhook(&installation, &hook).await?.hook);
    let rotated = host.rotate_webhook(&installation, &hook, &request).await?;
    let after = without_counts(rotated.hook.clone());
    Ok((Extension(Changed::between(Some(&before), Some(&after))), secretly(rotated)))
}

/// What was taken meanwhile is no part of what somebody changed.
fn without_counts(hook: HookSummary) -> HookSummary {
    HookSummary { taken: 0, refused: 0, last_taken: None, ..hook }
}

//! Webhooks of connectors, for the operator who puts their addresses into the systems that call them.

use std::sync::Arc;

use axum::{
    Json as Answer,
    extract::State,
    http::{HeaderName, HeaderValue, header},
};
use tieline_delivery::Host;
use tieline_types::{
    InstallationId, InstallationKey, TenantId,
    api::{HookDetail, HookSummary, RotateRequest},
};

use crate::{
    extract::{Json, Path},
    refusal::Refusal,
};

/// An answer with a secret in it: for whoever asked, and for no cache on the way.
type Secretly = ([(HeaderName, HeaderValue); 1], Answer<HookDetail>);

fn secretly(detail: HookDetail) -> Secretly {
    ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Answer(detail))
}

pub(crate) async fn list(
    State(host): State<Arc<Host>>,
    Path(tenant): Path<TenantId>,
) -> Result<Answer<Vec<HookSummary>>, Refusal> {
    Ok(Answer(host.webhooks(&tenant).await?))
}

pub(crate) async fn show(
    State(host): State<Arc<Host>>,
    Path((tenant, installation, hook)): Path<(TenantId, InstallationId, String)>,
) -> Result<Secretly, Refusal> {
    Ok(secretly(host.webhook(&InstallationKey { tenant, installation }, &hook).await?))
}

pub(crate) async fn rotate(
    State(host): State<Arc<Host>>,
    Path((tenant, installation, hook)): Path<(TenantId, InstallationId, String)>,
    Json(request): Json<RotateRequest>,
) -> Result<Secretly, Refusal> {
    let installation = InstallationKey { tenant, installation };
    Ok(secretly(host.rotate_webhook(&installation, &hook, &request).await?))
}

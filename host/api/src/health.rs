//! Health, for supervisors and load balancers; and counts, for Prometheus.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use tieline_delivery::Host;
use tieline_types::Readiness;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Api, refusal};

/// As OpenMetrics wants to be called.
const OPEN_METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// Open to everybody: they say nothing worth guarding.
pub(crate) fn open() -> OpenApiRouter<Api> {
    OpenApiRouter::default().routes(routes!(alive)).routes(routes!(ready))
}

/// For operators.
pub(crate) fn counts() -> OpenApiRouter<Api> {
    OpenApiRouter::default().routes(routes!(metrics))
}

/// Whether the process runs and answers.
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "getHealth",
    tag = "health",
    security(()),
    responses((status = 200, body = String, content_type = "text/plain", description = "It does: `ok`."))
)]
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// Whether the host can also take events, and every part of it does its work.
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "getReadiness",
    tag = "health",
    security(()),
    responses(
        (status = 200, body = Readiness, description = "It does."),
        (status = 503, body = Readiness, description = "It does not, and which part does not."),
    )
)]
// There is no router before its host has started.
pub(crate) async fn ready(State(host): State<Arc<Host>>) -> Response {
    let readiness = host.readiness().await;
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(readiness)).into_response()
}

/// All counts, as OpenMetrics writes them.
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "getMetrics",
    tag = "health",
    responses((status = 200, body = String, content_type = "application/openmetrics-text"))
)]
pub(crate) async fn metrics(State(host): State<Arc<Host>>) -> Response {
    ([(header::CONTENT_TYPE, OPEN_METRICS)], host.metrics().await).into_response()
}

/// Counts and health, for an address of their own that needs no token: there is nothing else.
pub fn metrics_alone(host: Arc<Host>) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .fallback(refusal::no_such_path)
        .method_not_allowed_fallback(refusal::wrong_method)
        .with_state(host)
}

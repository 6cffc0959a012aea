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

use crate::refusal;

/// As OpenMetrics wants to be called.
const OPEN_METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

/// The process runs and answers.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// It can also take events, and every part of it does its work; else 503, and which does not. There is no router before
/// its host has started.
pub(crate) async fn ready(State(host): State<Arc<Host>>) -> Response {
    let readiness = host.readiness().await;
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(readiness)).into_response()
}

/// All counts.
pub(crate) async fn metrics(State(host): State<Arc<Host>>) -> Response {
    ([(header::CONTENT_TYPE, OPEN_METRICS)], host.metrics()).into_response()
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

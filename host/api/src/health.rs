//! Health, for supervisors and load balancers.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use tieline_delivery::Host;

use crate::refusal;

/// The process runs and answers.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// It can also take events: there is no router before its host has started, and a host that ends says so.
pub(crate) async fn ready(State(host): State<Arc<Host>>) -> Response {
    if host.ends() {
        return refusal::unavailable("The host is ending.".into());
    }
    "ok\n".into_response()
}

//! Packages by content address.

use std::sync::Arc;

use axum::{
    Json as Answer,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use tieline_delivery::Host;
use tieline_types::{Digest, Exceeded, Limit, Problem, api::PackageSummary};

use crate::{
    ProblemDocument,
    extract::Path,
    refusal::{self, Refusal},
};

/// A package as it was uploaded.
#[utoipa::path(
    get,
    path = "/packages/{digest}",
    operation_id = "getPackage",
    tag = "connectors",
    responses((status = 200, body = Vec<u8>, content_type = "application/wasm"))
)]
pub(crate) async fn give(
    State(host): State<Arc<Host>>,
    Path(digest): Path<Digest>,
) -> Result<impl IntoResponse, Refusal> {
    Ok(([(header::CONTENT_TYPE, "application/wasm")], host.package(&digest).await?))
}

/// Uploads a package.
///
/// Its content must be what its address says, so that a cut-off upload is never installed.
#[utoipa::path(
    put,
    path = "/packages/{digest}",
    operation_id = "putPackage",
    tag = "connectors",
    request_body(content = Vec<u8>, content_type = "application/wasm"),
    responses((status = 200, body = PackageSummary))
)]
pub(crate) async fn take(
    State(host): State<Arc<Host>>,
    Path(digest): Path<Digest>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Answer<PackageSummary>, Response> {
    let most = Exceeded::new(Limit::PACKAGE, host.doors().package_bytes);
    let bytes = body.map_err(|rejection| refusal::unread(&rejection, most).into_response())?;
    let found = Digest::of(&bytes);
    if found != digest {
        let message = format!("The body is {found}, not {digest}.");
        let problem = Problem::new("package.digest", message).remedy("Send it again, whole.");
        return Err(ProblemDocument::new(StatusCode::BAD_REQUEST, problem).into_response());
    }
    host.put_package(bytes).await.map(Answer).map_err(|error| Refusal::from(error).into_response())
}

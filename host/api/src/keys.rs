//! The keys under which secrets are sealed, and backups of all that a host must not lose. For operators.

use std::sync::Arc;

use axum::{
    Json as Answer,
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tieline_delivery::Host;
use tieline_types::api::{KeysSummary, RotateKeys, RotateKeysReport};
use utoipa::IntoParams;

use crate::{
    extract::{Json, Query},
    refusal::Refusal,
};

/// The keys under which secrets are sealed, by name, and how far their exchange is.
#[utoipa::path(
    get,
    path = "/keys",
    operation_id = "listKeys",
    tag = "keys",
    responses((status = 200, body = KeysSummary))
)]
pub(crate) async fn list(State(host): State<Arc<Host>>) -> Result<Answer<KeysSummary>, Refusal> {
    Ok(Answer(host.keys().await?))
}

/// Gives tenants other keys, or the host another master key.
///
/// What old keys sealed is sealed anew beside everything else; the list says how far that is.
#[utoipa::path(
    post,
    path = "/keys/rotate",
    operation_id = "rotateKeys",
    tag = "keys",
    request_body = RotateKeys,
    responses((status = 200, body = RotateKeysReport))
)]
pub(crate) async fn rotate(
    State(host): State<Arc<Host>>,
    Json(request): Json<RotateKeys>,
) -> Result<Answer<RotateKeysReport>, Refusal> {
    Ok(Answer(host.rotate_keys(&request).await?))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BackupQuery {
    /// Whether the files of datasets are to be in it.
    #[serde(default = "yes")]
    #[param(default = true)]
    datasets: bool,
}

fn yes() -> bool {
    true
}

/// A backup of all that the host must not lose, while it runs.
///
/// Streamed: a backup that cannot be read to its end breaks off, and says at its end what it must be, so that nobody
/// takes a part for the whole.
#[utoipa::path(
    post,
    path = "/backup",
    operation_id = "makeBackup",
    tag = "keys",
    params(BackupQuery),
    responses((status = 200, body = Vec<u8>, content_type = "application/zstd"))
)]
pub(crate) async fn backup(
    State(host): State<Arc<Host>>,
    Query(BackupQuery { datasets }): Query<BackupQuery>,
) -> Result<Response, Refusal> {
    let pieces = host.backup(datasets).await?;
    let mut response = Body::from_stream(pieces).into_response();
    let kind = HeaderValue::from_static("application/zstd");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let file = HeaderValue::from_static("attachment; filename=\"tieline.backup\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, file);
    Ok(response)
}

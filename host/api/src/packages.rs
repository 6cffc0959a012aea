//! Packages by content address.

use std::sync::Arc;

use axum::{
    Json as Answer,
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, put},
};
use tieline_delivery::Host;
use tieline_types::{Digest, Doors, Exceeded, Limit, Problem, api::PackageSummary};

use crate::{
    ProblemDocument,
    extract::Path,
    refusal::{self, Refusal},
};

/// The route that takes and gives a package, with a limit of its own.
pub(crate) fn routes(doors: &Doors) -> MethodRouter<Arc<Host>> {
    put(take).get(give).layer(DefaultBodyLimit::max(doors.package_bytes))
}

/// Gives a package as it was uploaded.
async fn give(
    State(host): State<Arc<Host>>,
    Path(digest): Path<Digest>,
) -> Result<impl IntoResponse, Refusal> {
    Ok(([(header::CONTENT_TYPE, "application/wasm")], host.package(&digest).await?))
}

/// Takes a package whose content is what its address says, so that a cut-off upload is never installed.
async fn take(
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

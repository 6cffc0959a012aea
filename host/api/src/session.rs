//! Who asks.

use axum::{Extension, Json as Answer};
use tieline_access::{Principal, Who};
use tieline_types::{
    Timestamp,
    api::{CredentialKind, SessionSummary},
};

/// How a browser's session is known, where the request came with one: an extension of the request.
#[derive(Debug, Clone)]
pub(crate) struct InBrowser {
    /// What other requests must carry.
    pub(crate) csrf: String,
    /// When the session ends, however much it is used.
    pub(crate) expires: Timestamp,
}

/// Whoever asks, as the host knows them, and what they may. In a browser's session also the word that requests other than
/// GET must carry.
#[utoipa::path(
    get,
    path = "/session",
    operation_id = "getSession",
    tag = "access",
    responses((status = 200, body = SessionSummary))
)]
pub(crate) async fn show(
    Extension(principal): Extension<Principal>,
    browser: Option<Extension<InBrowser>>,
) -> Answer<SessionSummary> {
    Answer(summary(&principal, browser.map(|Extension(browser)| browser)))
}

fn summary(principal: &Principal, browser: Option<InBrowser>) -> SessionSummary {
    let (kind, name, user_name, object_id) = match &principal.who {
        Who::Token { name, .. } => (CredentialKind::Token, name.clone(), None, None),
        Who::Person { oid, user_name, name, .. } => {
            (CredentialKind::Person, name.clone(), Some(user_name.clone()), Some(oid.clone()))
        }
        Who::Bootstrap => (CredentialKind::Bootstrap, "The host's own token".to_owned(), None, None),
    };
    let (csrf, expires) = browser.map(|InBrowser { csrf, expires }| (csrf, expires)).unzip();
    SessionSummary { kind, name, user_name, object_id, rights: principal.rights.shown(), csrf, expires }
}

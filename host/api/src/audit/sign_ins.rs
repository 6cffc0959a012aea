//! Sign-ins to the host itself: who was let in, and whom the directory knows and the host does not let in.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::Response,
};
use tieline_access::{Access, Principal};
use tieline_audit::{Audit, Entry};
use tieline_types::api::{AuditWho, AuditWhoKind};

use super::who;
use crate::{client_address::ClientAddress, refusal};

/// The name of a sign-in in the audit; it is no operation of the API.
const SIGN_IN: &str = "signIn";

/// Records how a sign-in ended before the browser hears of it. What the audit cannot take does not let anybody in. Guesses of
/// strangers are not recorded: they are slowed, and must not fill the store.
pub(crate) async fn recorded(State(audit): State<Arc<Audit>>, request: Request, next: Next) -> Response {
    let (path, from) = (request.uri().path().to_owned(), ClientAddress::of(&request));
    let response = next.run(request).await;
    let who = match response.extensions().get::<Principal>() {
        Some(principal) => who(principal),
        None if path == Access::CALLBACK && response.status() == StatusCode::FORBIDDEN => {
            AuditWho { kind: AuditWhoKind::Stranger, id: String::new(), name: String::new() }
        }
        None => return response,
    };
    let entry = Entry::asked(None, who, SIGN_IN.into(), path).from(from).happened(response.status().as_u16());
    match audit.record(entry).await {
        Ok(_) => response,
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "nobody is let in, since the audit cannot take it");
            refusal::unavailable("The audit cannot take the sign-in, so nobody is let in.".into())
        }
    }
}

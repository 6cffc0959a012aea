//! Sign-ins to the host itself: who was let in, whom the directory knows and the host does not let in, and who signed out.

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
use crate::{browser::SIGN_OUT, client_address::ClientAddress, refusal};

/// The name of a sign-in in the audit; it is no operation of the API.
const SIGN_IN: &str = "signIn";
/// And of its end; `signOut` is an operation, which ends a sign-in to a connection.
const END: &str = "endSession";

/// Records how a sign-in ended before the browser hears of it. What the audit cannot take does not let anybody in, and
/// keeps nobody in. Guesses of
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
    let out = path == SIGN_OUT;
    let action = if out { END } else { SIGN_IN };
    let entry = Entry::asked(None, who, action.into(), path).from(from).happened(response.status().as_u16());
    match audit.record(entry).await {
        Ok(_) => response,
        Err(error) if out => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "the audit lacks that somebody signed out");
            response
        }
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "nobody is let in, since the audit cannot take it");
            refusal::unavailable("The audit cannot take the sign-in, so nobody is let in.".into())
        }
    }
}

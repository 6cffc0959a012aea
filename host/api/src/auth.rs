//! Who may use the API: whoever holds the host's token.

use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tieline_types::{Digest, Problem};

use crate::ProblemDocument;

/// Knows the token's SHA-256 and nothing else, so that neither the store nor a memory dump of an idle host
/// gives the token away.
#[derive(Debug, Clone)]
pub struct TokenVerifier(Arc<Digest>);

impl TokenVerifier {
    /// Accepts the token with this digest.
    pub fn new(digest: Digest) -> Self {
        Self(Arc::new(digest))
    }

    /// Whether the token is the one; the time taken does not tell how much of it is right.
    pub fn accepts(&self, token: &str) -> bool {
        verify_slices_are_equal(Digest::of(token.as_bytes()).as_bytes(), self.0.as_bytes()).is_ok()
    }
}

/// Who asks, once that is known: an extension of the request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Caller(Arc<str>);

impl Caller {
    /// A name that no other has.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    #[cfg(test)]
    pub(crate) fn test(name: &str) -> Self {
        Self(name.into())
    }
}

/// Lets requests with the right bearer token (RFC 6750) through, and says whose they are.
pub(crate) async fn require_token(
    State(verifier): State<TokenVerifier>,
    mut request: Request,
    next: Next,
) -> Response {
    match bearer(&request) {
        Some(token) if verifier.accepts(token) => {
            request.extensions_mut().insert(Caller("host-token".into()));
            next.run(request).await
        }
        Some(_) => {
            refuse("auth.wrong-token", "The bearer token is not this host's.", r#"error="invalid_token""#)
        }
        None => nobody(),
    }
}

/// The answer to somebody who does not say who they are.
pub(crate) fn nobody() -> Response {
    refuse("auth.no-token", "The request carries no bearer token.", "")
}

fn bearer(request: &Request) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

fn refuse(code: &str, message: &str, error: &str) -> Response {
    let remedy = "Send `Authorization: Bearer …` with the token that the host printed at its first start.";
    let problem = Problem::new(code, message).remedy(remedy);
    let mut response = ProblemDocument::new(StatusCode::UNAUTHORIZED, problem).into_response();
    let challenge = if error.is_empty() {
        Ok(HeaderValue::from_static(r#"Bearer realm="tieline""#))
    } else {
        HeaderValue::try_from(format!(r#"Bearer realm="tieline", {error}"#))
    };
    if let Ok(challenge) = challenge {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_every_token_but_one() {
        let verifier = TokenVerifier::new(Digest::of(b"tl_right"));
        for wrong in ["", "tl_", "tl_righ", "tl_right ", "tl_wrong"] {
            assert!(!verifier.accepts(wrong), "{wrong}");
        }
        assert!(verifier.accepts("tl_right"));
    }
}

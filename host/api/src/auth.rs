//! Who asks: whoever holds a token (RFC 6750), or a browser with a session. Looked at once, before anything else.

use std::{convert::Infallible, net::IpAddr, sync::Arc};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tieline_access::{Access, Held, Principal, Refused, Session, Who};
use tieline_types::{Problem, Secret};

use crate::{
    ProblemDocument,
    client_address::ClientAddress,
    cookies::{self, session_cookies},
    refusal,
    session::InBrowser,
};

/// Says that a request with a cookie comes from a page of this host: no other can read the word, or send the field.
const CSRF: &str = "x-tieline-csrf";

/// Who asks, by a name that no other has: an extension of the request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Caller(Arc<str>);

impl Caller {
    fn of(principal: &Principal) -> Self {
        Self(match &principal.who {
            Who::Token { id, .. } => format!("token {id}").into(),
            Who::Person { oid, directory, .. } => format!("person {directory}/{oid}").into(),
            Who::Bootstrap => "bootstrap".into(),
        })
    }

    /// A name that no other has.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    #[cfg(test)]
    pub(crate) fn test(name: &str) -> Self {
        Self(name.into())
    }
}

/// The address that a request came from, as far as it is known.
pub(crate) struct Address(pub(crate) Option<IpAddr>);

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<ClientAddress>().map(|address| address.0)))
    }
}

/// Lets requests of somebody through, and says whose they are.
pub(crate) async fn identify(
    State(access): State<Arc<Access>>,
    Address(from): Address,
    mut request: Request,
    next: Next,
) -> Response {
    let Known { principal, held, browser } =
        match known(&access, request.method(), request.headers(), from).await {
            Ok(known) => known,
            Err(refused) => return refused,
        };
    let extensions = request.extensions_mut();
    extensions.insert(Caller::of(&principal));
    extensions.insert(principal);
    extensions.insert(held);
    if let Some(browser) = browser {
        extensions.insert(browser);
    }
    next.run(request).await
}

/// Somebody who is known: by what, and with a cookie in which browser's session.
struct Known {
    principal: Principal,
    held: Held,
    browser: Option<InBrowser>,
}

/// A token goes before a cookie: whoever sends one means it, and a wrong one is not made good by a session.
async fn known(
    access: &Access,
    method: &Method,
    headers: &HeaderMap,
    from: Option<IpAddr>,
) -> Result<Known, Response> {
    if headers.contains_key(header::AUTHORIZATION) {
        let token = bearer(headers).ok_or_else(nobody)?;
        let principal = access.of_token(token, from).await.map_err(|why| refused(&why))?;
        return Ok(Known { principal, held: Held::token(token), browser: None });
    }
    let (id, session) = brought(access, headers).await?;
    if ![Method::GET, Method::HEAD].contains(method) && !is_from_our_page(access, &id, headers) {
        return Err(forged());
    }
    let csrf = access.csrf(&id).expose().to_owned();
    let browser = InBrowser { csrf, expires: session.expires };
    Ok(Known { principal: session.principal, held: Held::session(&id), browser: Some(browser) })
}

/// The session whose cookie a browser brings. Its own goes before that of a panel in a frame, which may less: a page of
/// the console that is sent both is no panel.
pub(crate) async fn brought(access: &Access, headers: &HeaderMap) -> Result<(Secret, Session), Response> {
    let mut ended = false;
    for name in session_cookies(access) {
        let Some(id) = cookies::read(headers, &name) else { continue };
        match access.session(&id).await {
            Ok(session) => return Ok((id, session)),
            Err(Refused::Unknown) => ended = true,
            Err(why) => return Err(refused(&why)),
        }
    }
    Err(if ended { over() } else { nobody() })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Whether a request carries the word of its session.
pub(crate) fn is_from_our_page(access: &Access, id: &Secret, headers: &HeaderMap) -> bool {
    let given = headers.get(CSRF).and_then(|given| given.to_str().ok());
    given.is_some_and(|given| access.is_csrf(id, given))
}

/// The answer to somebody who does not say who they are.
pub(crate) fn nobody() -> Response {
    let remedy = "Send `Authorization: Bearer …` with a token of this host, or sign in at /auth/sign-in.";
    let problem = Problem::new("auth.no-credential", "The request does not say who asks.").remedy(remedy);
    unauthorized(problem, "")
}

/// The answer to somebody whose credential lets them in no more, or never did.
pub(crate) fn refused(why: &Refused) -> Response {
    let remedy = "Send a token that is good: `tieline tokens create` makes one, and `tieline serve --new-token` the \
                  host's own anew.";
    let (code, message) = match why {
        Refused::Unknown => ("auth.wrong-token", "The bearer token is none of this host's.".to_owned()),
        Refused::Expired(_) => ("auth.token-expired", refusal::sentence(why)),
        Refused::Revoked(_) => ("auth.token-revoked", refusal::sentence(why)),
        Refused::Throttled(wait) => return too_many(wait.as_secs().max(1)),
        Refused::Store(error) => {
            tracing::warn!(cause = refusal::causes(error), "a credential could not be looked up");
            return refusal::unavailable("Credentials cannot be looked up now.".into());
        }
    };
    unauthorized(Problem::new(code, message).remedy(remedy), r#", error="invalid_token""#)
}

/// The answer to a request with a cookie that another site may have made the browser send.
pub(crate) fn forged() -> Response {
    let message =
        "The request comes with a cookie, and without the word that proves that a page of this host sent it.";
    let remedy = "Send `X-Tieline-CSRF` with what `GET /api/v1/session` says, or a bearer token in place of the cookie.";
    let problem = Problem::new("auth.csrf", message).remedy(remedy);
    ProblemDocument::new(StatusCode::FORBIDDEN, problem).into_response()
}

fn over() -> Response {
    let problem =
        Problem::new("auth.session-over", "The session is over.").remedy("Sign in again at /auth/sign-in.");
    unauthorized(problem, "")
}

fn too_many(wait_s: u64) -> Response {
    let message = "Too many credentials from here, or such as this one, were wrong.";
    let problem = Problem::new("auth.too-many", message).remedy(format!("Try again in {wait_s} seconds."));
    let mut response = ProblemDocument::new(StatusCode::TOO_MANY_REQUESTS, problem).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
    response
}

fn unauthorized(problem: Problem, error: &str) -> Response {
    let mut response = ProblemDocument::new(StatusCode::UNAUTHORIZED, problem).into_response();
    if let Ok(challenge) = HeaderValue::try_from(format!(r#"Bearer realm="tieline"{error}"#)) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

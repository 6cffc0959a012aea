//! Handing a session over to a panel inside another site's page: the panel opens a window of this host, where somebody is
//! signed in or signs in, and that window posts a code to it, which the panel exchanges for a cookie.
//!
//! What a page around the panel can do: open the window, and hear nothing, since the code is posted to this host's own
//! origin alone; show the window inside itself: no, it is never framed; exchange a code: no, it has no verifier, and what
//! another site sends is no JSON.

use std::sync::Arc;

use axum::{
    Json as Answer, Router,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use tieline_access::{Access, HandOver, SignInError};
use tieline_types::{Problem, Secret, TenantId};
use url::form_urlencoded;

use super::entrance::sent;
use crate::{
    Api, ProblemDocument,
    auth::{self, Address},
    cookies::{self, Cookie, panel_cookie, session_cookie},
    extract::Json,
    refusal,
    tokens::AccessRefusal,
};

/// The window, and its script.
const WINDOW: &str = include_str!("panel.html");
const SCRIPT: &str = include_str!("panel.js");
/// `unsafe-none`: whoever opened it stays known to it, which is the panel. It shows nothing that could be looked at, and runs
/// its own script only.
const FIELDS: [(HeaderName, &str); 3] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "unsafe-none"),
    (header::CACHE_CONTROL, "no-store"),
];

/// The routes of handing over.
pub(super) fn routes() -> Router<Api> {
    Router::new()
        .route("/auth/panel", get(window))
        .route("/auth/panel.js", get(script))
        .route("/auth/panel/code", post(code))
        .route("/auth/panel/session", post(session))
}

/// The window of somebody who is signed in; anybody else signs in and comes back to it. It changes nothing by being
/// looked at, whoever sends a browser there: the code is asked for by its script.
async fn window(
    State(access): State<Arc<Access>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    if own(&access, &headers).await.is_none() {
        let query = query.as_deref().unwrap_or_default();
        let back: String =
            form_urlencoded::byte_serialize(format!("/auth/panel?{query}").as_bytes()).collect();
        return sent(&format!("/auth/sign-in?return_to={back}"));
    }
    let mut response = Html(WINDOW).into_response();
    response.headers_mut().extend(FIELDS.map(|(name, value)| (name, HeaderValue::from_static(value))));
    response
}

async fn script() -> impl IntoResponse {
    let fields = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (fields, SCRIPT)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeRequest {
    tenant: TenantId,
    /// The SHA-256 of the panel's verifier.
    challenge: String,
}

#[derive(Debug, Serialize)]
struct CodeAnswer<'a> {
    code: &'a str,
    lasts_s: u64,
}

/// A code for the panel that opened the window.
async fn code(
    State(access): State<Arc<Access>>,
    headers: HeaderMap,
    Json(CodeRequest { tenant, challenge }): Json<CodeRequest>,
) -> Response {
    let Some(id) = own(&access, &headers).await else { return auth::nobody() };
    if !auth::is_from_our_page(&access, &id, &headers) {
        return auth::forged();
    }
    match access.hand_over(&id, &tenant, &challenge).await {
        Ok(HandOver { code, lasts }) => {
            let answer = CodeAnswer { code: code.expose(), lasts_s: lasts.as_secs() };
            ([(header::CACHE_CONTROL, "no-store")], Answer(answer)).into_response()
        }
        Err(error) => refused(error),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exchange {
    code: Secret,
    verifier: Secret,
}

/// The session of a panel, for a code and what it belongs to. Only JSON is taken, which no page of another site can send
/// here.
async fn session(
    State(access): State<Arc<Access>>,
    Address(from): Address,
    headers: HeaderMap,
    Json(Exchange { code, verifier }): Json<Exchange>,
) -> Response {
    let name = panel_cookie(&access);
    let before = cookies::read(&headers, &name);
    match access.take_over(code.expose(), verifier.expose(), before.as_ref(), from).await {
        Ok(session) => {
            let mut response = StatusCode::NO_CONTENT.into_response();
            let (lasts, secure) = (session.lasts.as_secs(), access.is_public_over_tls());
            Cookie::new(name, session.id.expose(), lasts, secure).framed().set(response.headers_mut());
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response.extensions_mut().insert(session.principal);
            response
        }
        Err(error) => refused(error),
    }
}

/// The browser's own session, if it is good. A panel's hands nothing on.
async fn own(access: &Access, headers: &HeaderMap) -> Option<Secret> {
    let id = cookies::read(headers, &session_cookie(access))?;
    access.session(&id).await.is_ok().then_some(id)
}

fn refused(error: SignInError) -> Response {
    match error {
        SignInError::Refused(problem) => problem_of(StatusCode::FORBIDDEN, problem),
        SignInError::NotLetIn(why) => auth::refused(&why),
        SignInError::Session(error) => AccessRefusal::from(error).into_response(),
        SignInError::Unavailable(error) => {
            tracing::warn!(cause = refusal::causes(&error), "a session could not be handed over");
            refusal::unavailable("A session cannot be handed over now.".into())
        }
    }
}

fn problem_of(status: StatusCode, problem: Problem) -> Response {
    ProblemDocument::new(status, problem).into_response()
}

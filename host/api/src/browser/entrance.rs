//! Signing in to the host itself with a browser, and out: with one's directory, or with a token.

use std::sync::Arc;

use axum::{
    Router,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tieline_access::{Access, NewSession, Refused, SignInError};
use tieline_types::{Problem, api::TokenSignIn};

use super::{callback, page::Page, parameter};
use crate::{
    Api, auth,
    auth::Address,
    cookies::{self, Cookie, SESSION, panel_cookie, session_cookie, session_cookies},
    extract::Json,
    refusal,
    tokens::AccessRefusal,
};

/// Where a session is ended.
pub(crate) const SIGN_OUT: &str = "/auth/sign-out";

/// The routes of signing in to the host.
pub(super) fn routes() -> Router<Api> {
    Router::new()
        .route("/auth/sign-in", get(depart).post(with_token))
        .route(Access::CALLBACK, get(arrive))
        .route(SIGN_OUT, post(leave))
}

/// Sends a browser to the sign-in service, with a cookie by which it is known when it comes back.
async fn depart(State(access): State<Arc<Access>>, RawQuery(query): RawQuery) -> Response {
    let return_to = parameter(query.as_deref().unwrap_or_default(), "return_to");
    let away = match access.depart(return_to.as_deref()) {
        Ok(away) => away,
        Err(error) => return failed(error),
    };
    let mut response = sent(away.to.as_str());
    let secure = access.is_public_over_tls();
    let name = cookies::name(&visit(&away.cookie), secure);
    Cookie::new(name, away.secret.expose(), away.lasts.as_secs(), secure).set(response.headers_mut());
    response
}

/// Takes a browser back, and lets it in.
async fn arrive(
    State(access): State<Arc<Access>>,
    Address(from): Address,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let (back, secure) = (callback(query.as_deref().unwrap_or_default()), access.is_public_over_tls());
    let name = Access::cookie_of(&back).map(|cookie| cookies::name(&visit(&cookie), secure));
    let carried = name.as_deref().and_then(|name| cookies::read(&headers, name));
    let before = cookies::read(&headers, &session_cookie(&access));
    let mut response = match access.arrive(&back, carried.as_ref(), before.as_ref(), from).await {
        Ok(arrived) => begun(&access, &arrived.session, sent(&arrived.return_to)),
        Err(error) => failed(error),
    };
    if let (Some(name), Some(_)) = (name, carried) {
        Cookie::end(name, secure).set(response.headers_mut());
    }
    response
}

/// A browser's session for whoever holds a token. Only JSON is taken, which no page of another site can send here.
async fn with_token(
    State(access): State<Arc<Access>>,
    Address(from): Address,
    headers: HeaderMap,
    Json(TokenSignIn { token }): Json<TokenSignIn>,
) -> Response {
    let before = cookies::read(&headers, &session_cookie(&access));
    match access.sign_in_with(&token, before.as_ref(), from).await {
        Ok(session) => begun(&access, &session, StatusCode::NO_CONTENT.into_response()),
        Err(SignInError::NotLetIn(refused)) => auth::refused(&refused),
        Err(SignInError::Session(error)) => AccessRefusal::from(error).into_response(),
        Err(error) => failed(error),
    }
}

/// Ends the browser's session: the one by which it is known.
async fn leave(State(access): State<Arc<Access>>, headers: HeaderMap) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let (id, session) = match auth::brought(&access, &headers).await {
        Ok(brought) => brought,
        // Whose session is over is signed out.
        Err(refused) if refused.status() == StatusCode::UNAUTHORIZED => return response,
        Err(refused) => return refused,
    };
    if !auth::is_from_our_page(&access, &id, &headers) {
        return auth::forged();
    }
    if let Err(error) = access.end_session(&id).await {
        return AccessRefusal::from(error).into_response();
    }
    let secure = access.is_public_over_tls();
    for name in session_cookies(&access) {
        if cookies::read(&headers, &name).is_some_and(|carried| carried == id) {
            let end = Cookie::end(name.clone(), secure);
            let end = if name == panel_cookie(&access) { end.framed() } else { end };
            end.set(response.headers_mut());
        }
    }
    response.extensions_mut().insert(session.principal);
    response
}

/// A browser that is let in has the session's cookie from now on; who it is stands beside the answer.
fn begun(access: &Access, session: &NewSession, mut response: Response) -> Response {
    let (name, secure) = (session_cookie(access), access.is_public_over_tls());
    Cookie::new(name, session.id.expose(), session.lasts.as_secs(), secure).set(response.headers_mut());
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.extensions_mut().insert(session.principal.clone());
    response
}

pub(super) fn sent(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    // A URL and a path of ours have no character that a field cannot have.
    if let Ok(to) = HeaderValue::try_from(to) {
        headers.insert(header::LOCATION, to);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// The name of the cookie of a browser that is away.
fn visit(cookie: &str) -> String {
    format!("{SESSION}-sign-in-{cookie}")
}

pub(super) fn failed(error: SignInError) -> Response {
    let (status, problem) = match error {
        SignInError::Refused(problem) if problem.code == "sign-in.not-set-up" => {
            (StatusCode::NOT_FOUND, problem)
        }
        SignInError::Refused(problem) => (StatusCode::FORBIDDEN, problem),
        SignInError::NotLetIn(Refused::Throttled(wait)) => {
            let problem = Problem::new("auth.too-many", "Too many sign-ins from here failed.")
                .remedy(format!("Try again in {} seconds.", wait.as_secs().max(1)));
            (StatusCode::TOO_MANY_REQUESTS, problem)
        }
        error => {
            tracing::warn!(cause = refusal::causes(&error), "a sign-in could not be served");
            let message = "The sign-in service or this host does not answer.";
            let problem = Problem::new("host.unavailable", message).remedy("Try again in a few minutes.");
            (StatusCode::SERVICE_UNAVAILABLE, problem)
        }
    };
    let heading = "Unable to sign in to Tieline";
    let lines = vec!["Contact whoever runs this host, and tell them the reason and its code.".to_owned()];
    let back = Some("/".to_owned());
    Page { status, heading, lines, items: Vec::new(), problem: Some(problem), back }.into_response()
}

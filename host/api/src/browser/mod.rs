//! What browsers of people see: links to sign in with, the way back, and what came of it. Public: a link is guarded
//! by its unguessable handle, the way back by that and by a cookie.

mod entrance;
mod page;
mod panel;
mod words;

use std::sync::Arc;

use axum::{
    Router,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use tieline_delivery::{Host, HostError};
use tieline_identity::{Callback, Departure};
use tieline_types::Secret;
use url::form_urlencoded;

use crate::{
    Api,
    cookies::{self, Cookie},
    extract::Path,
};

pub(crate) use entrance::SIGN_OUT;

/// The routes of sign-in pages.
pub(crate) fn routes() -> Router<Api> {
    Router::new()
        .route("/auth/start/{link}", get(start))
        .route("/auth/callback", get(back))
        .route("/auth/style.css", get(page::style))
        .merge(entrance::routes())
        .merge(panel::routes())
}

/// Sends a browser away with a cookie by which it is known when it comes back.
async fn start(State(host): State<Arc<Host>>, Path(link): Path<String>) -> Response {
    let Departure { to, cookie, secret, lasts } = match host.follow_link(&link).await {
        Ok(departure) => departure,
        Err(error) => return failed(error),
    };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    // A URL and a cookie of ours have no character that a field cannot have.
    if let Ok(to) = HeaderValue::try_from(to.as_str()) {
        headers.insert(header::LOCATION, to);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let secure = host.is_public_over_tls();
    Cookie::new(name(&host, &cookie), secret.expose(), lasts.as_secs(), secure).set(headers);
    response
}

/// Takes a browser back from the sign-in service and shows what came of it.
async fn back(State(host): State<Arc<Host>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let back = callback(query.as_deref().unwrap_or_default());
    let arrival =
        match host.browser_returned(&back, |cookie| cookies::read(&headers, &name(&host, cookie))).await {
            Ok(arrival) => arrival,
            Err(error) => return failed(error),
        };
    let spent = arrival.cookie.clone();
    let mut response = words::arrived(arrival).into_response();
    if let Some(spent) = spent {
        Cookie::end(name(&host, &spent), host.is_public_over_tls()).set(response.headers_mut());
    }
    response
}

fn failed(error: HostError) -> Response {
    if let HostError::Unavailable { source, .. } = &error {
        tracing::warn!(cause = source.as_ref().map(ToString::to_string), "a sign-in could not be served");
    }
    words::failed(error).into_response()
}

fn name(host: &Host, cookie: &str) -> String {
    cookies::name(cookie, host.is_public_over_tls())
}

/// The parameters that count.
fn callback(query: &str) -> Callback {
    Callback {
        state: parameter(query, "state"),
        code: parameter(query, "code").map(Secret::new),
        error: parameter(query, "error"),
        error_description: parameter(query, "error_description"),
    }
}

/// A parameter; of several with one name the first.
fn parameter(query: &str, wanted: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_first_of_equal_names() {
        let back = callback("state=a&state=b&error=access_denied&error_description=AADSTS50105%3a+No+role.");
        assert_eq!((back.state.as_deref(), back.error.as_deref()), (Some("a"), Some("access_denied")));
        assert_eq!(back.error_description.as_deref(), Some("AADSTS50105: No role."));
        assert!(back.code.is_none());
    }
}

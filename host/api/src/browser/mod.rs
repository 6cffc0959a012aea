//! What browsers of people see: links to sign in with, the way back, and what came of it. Public: a link is guarded
//! by its unguessable handle, the way back by that and by a cookie.

mod page;
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

use crate::{Api, extract::Path};

/// The routes of sign-in pages.
pub(crate) fn routes() -> Router<Api> {
    Router::new()
        .route("/auth/start/{link}", get(start))
        .route("/auth/callback", get(back))
        .route("/auth/style.css", get(page::style))
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
    set_cookie(headers, &host, &cookie, secret.expose(), lasts.as_secs());
    response
}

/// Takes a browser back from the sign-in service and shows what came of it.
async fn back(State(host): State<Arc<Host>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let back = callback(query.as_deref().unwrap_or_default());
    let arrival = match host.browser_returned(&back, |name| cookie(&headers, name)).await {
        Ok(arrival) => arrival,
        Err(error) => return failed(error),
    };
    let spent = arrival.cookie.clone();
    let mut response = words::arrived(arrival).into_response();
    if let Some(spent) = spent {
        set_cookie(response.headers_mut(), &host, &spent, "", 0);
    }
    response
}

fn failed(error: HostError) -> Response {
    if let HostError::Unavailable { source, .. } = &error {
        tracing::warn!(cause = source.as_ref().map(ToString::to_string), "a sign-in could not be served");
    }
    words::failed(error).into_response()
}

/// `Lax`: it comes along when the sign-in service sends the browser back, and with nothing that another site embeds.
fn set_cookie(headers: &mut HeaderMap, host: &Host, name: &str, value: &str, lasts: u64) {
    let secure = if host.is_public_over_tls() { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/auth; Max-Age={lasts}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        headers.append(header::SET_COOKIE, cookie);
    }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let fields = headers.get_all(header::COOKIE).iter().filter_map(|field| field.to_str().ok());
    let mut cookies =
        fields.flat_map(|field| field.split(';')).filter_map(|pair| pair.trim().split_once('='));
    cookies.find(|(found, _)| *found == name).map(|(_, value)| Secret::new(value))
}

/// The parameters that count; of several with one name the first.
fn callback(query: &str) -> Callback {
    let find = |wanted: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
    };
    Callback {
        state: find("state"),
        code: find("code").map(Secret::new),
        error: find("error"),
        error_description: find("error_description"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_its_cookie_among_others_and_no_other() {
        let headers = HeaderMap::from_iter([
            (header::COOKIE, HeaderValue::from_static("a=1; tieline-x=2=3 ;xtieline-x=4")),
            (header::COOKIE, HeaderValue::from_static("b=5")),
        ]);
        assert_eq!(cookie(&headers, "tieline-x"), Some(Secret::new("2=3")));
        assert_eq!(cookie(&headers, "b"), Some(Secret::new("5")));
        assert_eq!(cookie(&headers, "tieline"), None);
    }

    #[test]
    fn takes_the_first_of_equal_names() {
        let back = callback("state=a&state=b&error=access_denied&error_description=AADSTS50105%3a+No+role.");
        assert_eq!((back.state.as_deref(), back.error.as_deref()), (Some("a"), Some("access_denied")));
        assert_eq!(back.error_description.as_deref(), Some("AADSTS50105: No role."));
        assert!(back.code.is_none());
    }
}

//! What browsers are told about every answer: to run nothing that this host did not serve, and to show it to nobody else.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// A page runs its own scripts and asks its own host, and nothing that stands in it is a script.
const PAGES: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                     connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// What is no page is no document either, wherever somebody opens it.
const OTHERS: &str = "default-src 'none'; frame-ancestors 'none'";

/// Of every answer.
const ALL: [(HeaderName, &str); 4] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];
/// Of pages.
const OF_PAGES: [(HeaderName, &str); 2] = [
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];
/// A year.
const STRICT: &str = "max-age=31536000";

/// Adds the fields that a route did not set itself: one that may be framed, or may less, says so in its own policy. The
/// state is whether browsers reach this host over TLS.
pub(crate) async fn protect(State(tls): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    add(response.headers_mut(), tls);
    response
}

fn add(headers: &mut HeaderMap, tls: bool) {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let page = kind.starts_with("text/html");
    let mut set = |name: &HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(&header::CONTENT_SECURITY_POLICY, if page { PAGES } else { OTHERS });
    ALL.iter().for_each(|(name, value)| set(name, value));
    if page {
        OF_PAGES.iter().for_each(|(name, value)| set(name, value));
    }
    if tls {
        set(&header::STRICT_TRANSPORT_SECURITY, STRICT);
    }
    // For browsers that know no `frame-ancestors`; one that names who may frame it goes without.
    let policy = headers.get(header::CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok());
    if page && policy.is_some_and(|policy| policy.contains("frame-ancestors 'none'")) {
        headers.entry(header::X_FRAME_OPTIONS).or_insert(HeaderValue::from_static("DENY"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(kind: &'static str, own: Option<&'static str>, tls: bool) -> HeaderMap {
        let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(kind))]);
        if let Some(own) = own {
            headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(own));
        }
        add(&mut headers, tls);
        headers
    }

    #[test]
    fn no_page_runs_what_stands_in_it() {
        for kind in ["text/html", "text/html; charset=utf-8"] {
            let headers = fields(kind, None, true);
            let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.contains("script-src 'self';") && policy.contains("default-src 'none'"));
            for unsafe_word in ["unsafe-inline", "unsafe-eval", "*", "http:", "blob:"] {
                assert!(!policy.contains(unsafe_word), "{policy}");
            }
            assert_eq!(headers[header::X_FRAME_OPTIONS], "DENY");
            assert_eq!(headers[header::STRICT_TRANSPORT_SECURITY], STRICT);
        }
    }

    #[test]
    fn a_route_that_says_who_may_frame_it_is_left_as_it_is() {
        let own = "default-src 'none'; frame-ancestors https://crm.example";
        let headers = fields("text/html", Some(own), false);
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], own);
        assert!(!headers.contains_key(header::X_FRAME_OPTIONS));
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY), "plain http cannot promise that");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }

    #[test]
    fn what_is_no_page_can_do_nothing_at_all() {
        let headers = fields("application/json", None, false);
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], OTHERS);
        assert!(!headers.contains_key(header::X_FRAME_OPTIONS));
    }
}

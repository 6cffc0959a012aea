//! Where a redirect leads, and what goes with it. Pure.

use http::{HeaderMap, HeaderName, Method, StatusCode, header};
use url::Url;

/// Redirects followed for one call, at most.
pub(crate) const MOST: usize = 5;

/// The next request that a redirect asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Hop {
    pub(crate) method: Method,
    pub(crate) url: Url,
}

/// A mutating request was answered with a redirect to something to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// 303: the upstream did it, and says where the outcome is.
    Done,
    /// 301 or 302 to a POST: upstreams answer so after they did it, and also where they did nothing.
    InDoubt,
}

/// The hop that an answer asks for; none if it asks for none, or for one that nobody can make.
pub(crate) fn next(method: &Method, url: &Url, status: StatusCode, headers: &HeaderMap) -> Option<Hop> {
    let mut given = headers.get_all(header::LOCATION).iter();
    // Of two addresses, which one was checked by the party in between?
    let (Some(location), None) = (given.next(), given.next()) else { return None };
    let mut next = url.join(location.to_str().ok()?).ok()?;
    next.set_fragment(None);
    let method = match status {
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND | StatusCode::SEE_OTHER => {
            if taken(method, status).is_some() { Method::GET } else { method.clone() }
        }
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => method.clone(),
        _ => return None,
    };
    Some(Hop { method, url: next })
}

/// Whether a request that may change something is over with this answer, followed or not.
pub(crate) fn taken(method: &Method, status: StatusCode) -> Option<Taken> {
    match (status, method) {
        (StatusCode::SEE_OTHER, method) if !method.is_safe() => Some(Taken::Done),
        (StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND, &Method::POST) => Some(Taken::InDoubt),
        _ => None,
    }
}

/// What crosses into another origin: fields that describe the message. Everything else may be a credential,
/// the host's or the caller's own, and stays behind.
const CROSSING: [HeaderName; 6] = [
    header::ACCEPT,
    header::ACCEPT_LANGUAGE,
    header::CONTENT_LANGUAGE,
    header::CONTENT_TYPE,
    header::RANGE,
    header::USER_AGENT,
];

/// The header fields of a hop. Without a body nothing speaks of one.
pub(crate) fn headers(mut headers: HeaderMap, same_origin: bool, with_body: bool) -> HeaderMap {
    if !same_origin {
        headers = headers
            .iter()
            .filter(|(name, _)| CROSSING.contains(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
    }
    if !with_body {
        for name in [header::CONTENT_TYPE, header::CONTENT_LANGUAGE, header::CONTENT_ENCODING] {
            headers.remove(name);
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use proptest::prelude::*;

    fn location(to: &str) -> HeaderMap {
        [(header::LOCATION, HeaderValue::from_str(to).unwrap())].into_iter().collect()
    }

    fn hop(method: Method, status: u16, to: &str) -> Option<Hop> {
        let from = "https://a.example/one?x=1".parse().unwrap();
        next(&method, &from, StatusCode::from_u16(status).unwrap(), &location(to))
    }

    #[test]
    fn method_and_body_follow_the_status() {
        for (method, status, then, taken) in [
            (Method::GET, 301, Method::GET, None),
            (Method::HEAD, 302, Method::HEAD, None),
            (Method::GET, 303, Method::GET, None),
            (Method::POST, 301, Method::GET, Some(Taken::InDoubt)),
            (Method::POST, 302, Method::GET, Some(Taken::InDoubt)),
            (Method::POST, 303, Method::GET, Some(Taken::Done)),
            (Method::DELETE, 303, Method::GET, Some(Taken::Done)),
            (Method::PUT, 301, Method::PUT, None),
            (Method::POST, 307, Method::POST, None),
            (Method::PATCH, 308, Method::PATCH, None),
        ] {
            let over = super::taken(&method, StatusCode::from_u16(status).unwrap());
            let hop = hop(method.clone(), status, "/two").unwrap();
            assert_eq!((hop.method, over), (then, taken), "{method} {status}");
            assert_eq!(hop.url.as_str(), "https://a.example/two");
        }
    }

    #[test]
    fn what_is_no_redirect_leads_nowhere() {
        for status in [200, 201, 300, 304, 305, 306, 400, 503] {
            assert_eq!(hop(Method::GET, status, "/two"), None, "{status}");
        }
        assert_eq!(hop(Method::GET, 302, "https://[::1"), None);
        let mut twice = location("/two");
        twice.append(header::LOCATION, HeaderValue::from_static("/three"));
        let from = "https://a.example/".parse().unwrap();
        assert_eq!(next(&Method::GET, &from, StatusCode::FOUND, &twice), None);
        assert_eq!(next(&Method::GET, &from, StatusCode::FOUND, &HeaderMap::new()), None);
    }

    proptest! {
        #[test]
        fn nothing_but_the_message_crosses_into_another_origin(
            names in proptest::collection::vec("[a-z][a-z0-9-]{0,20}|authorization|cookie|x-api-key|accept", 0..8),
        ) {
            let given: HeaderMap = names
                .iter()
                .map(|name| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_static("secret")))
                .collect();
            for name in headers(given.clone(), false, true).keys() {
                prop_assert!(CROSSING.contains(name));
            }
            prop_assert_eq!(headers(given.clone(), true, true), given);
        }

        #[test]
        fn a_hop_of_an_unsafe_method_keeps_it_or_only_reads(
            method in "POST|PUT|PATCH|DELETE", status in 300u16..309, to in "(https?://[ab]\\.example)?/[a-z]{0,3}",
        ) {
            let method: Method = method.parse().unwrap();
            let over = taken(&method, StatusCode::from_u16(status).unwrap());
            if let Some(hop) = hop(method.clone(), status, &to) {
                prop_assert_eq!(over.is_some(), hop.method == Method::GET);
                prop_assert!(hop.method == Method::GET || hop.method == method);
            }
        }
    }
}

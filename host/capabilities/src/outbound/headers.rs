//! Which header fields pass between a guest and an upstream.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::bindings::types::Header;

/// Fields that the host owns: credentials, and what belongs to the connection and not to the message
/// (RFC 9110, section 7.6.1).
const HOST_OWNED: [&str; 14] = [
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "expect",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Fields by which some servers take another method than the one that was judged.
const OTHER_METHOD: [&str; 3] = ["x-http-method", "x-http-method-override", "x-method-override"];

/// Whether a field is a guest's to set.
///
/// # Errors
/// When it is malformed, or the host's.
pub(crate) fn settable(name: &str) -> Result<HeaderName, String> {
    let name: HeaderName =
        name.parse().map_err(|_| format!("`{}` is not a header name", name.escape_debug()))?;
    if HOST_OWNED.contains(&name.as_str()) {
        return Err(format!("the header `{name}` is set by the host"));
    }
    if OTHER_METHOD.contains(&name.as_str()) {
        return Err(format!("the header `{name}` would make another call of this one"));
    }
    Ok(name)
}

/// The fields that a guest wants sent.
///
/// # Errors
/// Names the first field that is malformed or not the guest's to set.
pub(crate) fn from_guest(headers: &[Header]) -> Result<HeaderMap, String> {
    let mut map = HeaderMap::with_capacity(headers.len() + 2);
    for header in headers {
        let name = settable(&header.name)?;
        let value = HeaderValue::from_str(&header.value)
            .map_err(|_| format!("the value of the header `{name}` is malformed"))?;
        map.append(name, value);
    }
    Ok(map)
}

/// The fields of an answer that a guest sees: all but cookies and those of the connection.
pub(crate) fn to_guest(headers: &HeaderMap) -> Vec<(String, String)> {
    let passes = |name: &HeaderName| {
        let name = name.as_str();
        name == "content-length" || (name != "set-cookie" && !HOST_OWNED.contains(&name))
    };
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers
        .iter()
        .filter(|(name, _)| passes(name))
        .map(|(name, value)| (name.as_str().to_owned(), text(value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: &str, value: &str) -> Header {
        Header { name: name.into(), value: value.into() }
    }

    #[test]
    fn refuses_credentials_smuggling_and_splitting() {
        for (name, value) in [
            ("Authorization", "Bearer x"),
            ("Transfer-Encoding", "chunked"),
            ("HOST", "evil"),
            ("X-HTTP-Method-Override", "DELETE"),
            ("X-A", "1\r\nHost: evil"),
            ("X A", "1"),
            ("", "1"),
        ] {
            assert!(from_guest(&[header(name, value)]).is_err(), "{name}");
        }
        assert_eq!(from_guest(&[header("Prefer", "a"), header("prefer", "b")]).unwrap().len(), 2);
    }

    #[test]
    fn cookies_do_not_reach_a_guest() {
        let mut map = HeaderMap::new();
        map.insert("set-cookie", HeaderValue::from_static("session=1"));
        map.insert("retry-after", HeaderValue::from_static("3"));
        assert_eq!(to_guest(&map), [("retry-after".to_owned(), "3".to_owned())]);
    }
}

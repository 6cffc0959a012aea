//! Cookies of this host, and nobody else's.

use axum::http::{HeaderMap, HeaderValue, header};
use tieline_access::Access;
use tieline_types::Secret;

/// The name of a session's cookie, without its prefix.
pub(crate) const SESSION: &str = "tieline";
/// The same for a panel in a frame.
const PANEL: &str = "tieline-panel";

/// A cookie that goes to a browser. It is of the whole host and of no other, and no script reads it.
pub(crate) struct Cookie<'a> {
    name: String,
    value: &'a str,
    lasts_s: u64,
    secure: bool,
    framed: bool,
}

impl<'a> Cookie<'a> {
    /// A cookie under [`name`].
    pub(crate) fn new(name: String, value: &'a str, lasts_s: u64, secure: bool) -> Self {
        Self { name, value, lasts_s, secure, framed: false }
    }

    /// The end of one.
    pub(crate) fn end(name: String, secure: bool) -> Self {
        Self { name, value: "", lasts_s: 0, secure, framed: false }
    }

    /// The same for a page inside a page of another site. The browser keeps one for each such site (`Partitioned`, CHIPS), so
    /// that it follows nobody from one to the next. Without TLS browsers take none from another site: then it is as any other,
    /// and counts inside pages of the same site.
    #[must_use]
    pub(crate) fn framed(self) -> Self {
        Self { framed: true, ..self }
    }

    /// Adds it to an answer. `Lax`: it comes along when another site sends the browser here, and with nothing that another
    /// site embeds or posts.
    pub(crate) fn set(&self, headers: &mut HeaderMap) {
        let Self { name, value, lasts_s, secure, framed } = self;
        let kept_to = match (secure, framed) {
            (true, true) => "SameSite=None; Secure; Partitioned",
            (true, false) => "SameSite=Lax; Secure",
            (false, _) => "SameSite=Lax",
        };
        let cookie = format!("{name}={value}; Path=/; Max-Age={lasts_s}; HttpOnly; {kept_to}");
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
}

/// The name of a cookie. Over TLS it begins so that browsers take it from this very host alone: no neighbour under the same
/// domain, and nobody in between, can plant one (RFC 6265bis, `__Host-`).
pub(crate) fn name(of: &str, secure: bool) -> String {
    if secure { format!("__Host-{of}") } else { of.to_owned() }
}

/// The names of the cookies of sessions: of a browser's own, and of a panel in a frame.
pub(crate) fn session_cookies(access: &Access) -> [String; 2] {
    [session_cookie(access), panel_cookie(access)]
}

/// The name of the cookie of a browser's own session.
pub(crate) fn session_cookie(access: &Access) -> String {
    name(SESSION, access.is_public_over_tls())
}

/// The name of the cookie of a panel's session.
pub(crate) fn panel_cookie(access: &Access) -> String {
    name(PANEL, access.is_public_over_tls())
}

/// What a request carries under a name.
pub(crate) fn read(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let fields = headers.get_all(header::COOKIE).iter().filter_map(|field| field.to_str().ok());
    let mut cookies =
        fields.flat_map(|field| field.split(';')).filter_map(|pair| pair.trim().split_once('='));
    cookies.find(|(found, _)| *found == name).map(|(_, value)| Secret::new(value))
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
        assert_eq!(read(&headers, "tieline-x"), Some(Secret::new("2=3")));
        assert_eq!(read(&headers, "b"), Some(Secret::new("5")));
        assert_eq!(read(&headers, "tieline"), None);
    }

    #[test]
    fn over_tls_a_cookie_is_of_this_host_alone() {
        let set = |secure| {
            let mut headers = HeaderMap::new();
            Cookie::new(name("tieline", secure), "v", 60, secure).set(&mut headers);
            headers[header::SET_COOKIE].to_str().unwrap().to_owned()
        };
        assert_eq!(set(true), "__Host-tieline=v; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(set(false), "tieline=v; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn a_cookie_in_a_frame_is_of_the_page_around_it_too() {
        for (secure, expected) in [
            (true, "__Host-p=v; Path=/; Max-Age=9; HttpOnly; SameSite=None; Secure; Partitioned"),
            (false, "p=v; Path=/; Max-Age=9; HttpOnly; SameSite=Lax"),
        ] {
            let mut headers = HeaderMap::new();
            Cookie::new(name("p", secure), "v", 9, secure).framed().set(&mut headers);
            assert_eq!(headers[header::SET_COOKIE], expected);
        }
    }
}

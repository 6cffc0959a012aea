//! Origins of the outside world, and patterns of them that a grant may name.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};
use url::Url;

/// Scheme, host and port of an address, normalised: lower case, the port always known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    scheme: Scheme,
    host: Arc<str>,
    port: u16,
}

/// The schemes that leave the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// With TLS.
    Https,
    /// Without; only to addresses that the operator opened by hand.
    Http,
}

impl Scheme {
    fn as_str(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
        }
    }

    fn default_port(self) -> u16 {
        match self {
            Self::Https => 443,
            Self::Http => 80,
        }
    }
}

/// Why an address has no origin that could be granted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidOrigin {
    /// Not a URL at all.
    #[error("`{0}` is not an absolute URL")]
    NotAUrl(String),
    /// Neither `http` nor `https`.
    #[error("`{0}` has a scheme other than http and https")]
    Scheme(String),
    /// `https://user:password@host`: a credential in an address ends up in logs.
    #[error("the address carries a user name or password")]
    Credentials,
    /// An origin has no path, query or fragment.
    #[error("`{0}` is not an origin: it has a path, a query or a fragment")]
    MoreThanOrigin(String),
    /// `*` stands for the leftmost labels only: `*.example.com`.
    #[error("`{0}` has a host pattern other than a name or `*.` and a name of two labels or more")]
    Pattern(String),
}

impl Origin {
    /// The origin of a URL.
    ///
    /// # Errors
    /// When the URL has none that could be granted.
    pub fn of(url: &Url) -> Result<Self, InvalidOrigin> {
        let scheme = match url.scheme() {
            "https" => Scheme::Https,
            "http" => Scheme::Http,
            _ => return Err(InvalidOrigin::Scheme(shown(url.as_str()))),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidOrigin::Credentials);
        }
        let host = url.host_str().ok_or_else(|| InvalidOrigin::NotAUrl(shown(url.as_str())))?;
        let host = host.trim_end_matches('.').to_ascii_lowercase().into();
        Ok(Self { scheme, host, port: url.port().unwrap_or(scheme.default_port()) })
    }

    /// With or without TLS.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// A name in lower case, or an address; IPv6 in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, given or by the scheme.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let url = Url::parse(text).map_err(|_| InvalidOrigin::NotAUrl(shown(text)))?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidOrigin::MoreThanOrigin(shown(text)));
        }
        Self::of(&url)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.host)?;
        if self.port == self.scheme.default_port() { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

/// `https://api.example.com`, `https://*.example.com`, `http://127.0.0.1:19003`. A pattern never matches
/// another scheme or port, and `*` never matches an address or the bare name behind it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OriginPattern {
    any_subdomain: bool,
    origin: Origin,
}

impl OriginPattern {
    /// The pattern that matches just this origin.
    pub fn exactly(origin: Origin) -> Self {
        Self { any_subdomain: false, origin }
    }

    /// Whether the pattern covers an origin.
    pub fn matches(&self, origin: &Origin) -> bool {
        let same_door = self.origin.scheme == origin.scheme && self.origin.port == origin.port;
        let host = if self.any_subdomain {
            origin
                .host
                .strip_suffix(self.origin.host())
                .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
        } else {
            self.origin.host == origin.host
        };
        same_door && host
    }

    /// Whether this pattern covers everything that `other` covers.
    pub fn includes(&self, other: &Self) -> bool {
        let same_door = self.origin.scheme == other.origin.scheme && self.origin.port == other.origin.port;
        let under = || {
            let rest = other.origin.host.strip_suffix(self.origin.host());
            rest.is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
        };
        same_door
            && match (self.any_subdomain, other.any_subdomain) {
                (false, true) => false,
                (false, false) => self.origin.host == other.origin.host,
                (true, false) => under(),
                (true, true) => self.origin.host == other.origin.host || under(),
            }
    }
}

impl FromStr for OriginPattern {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let any_subdomain = text.contains("://*.");
        let origin: Origin = text.replacen("://*.", "://", 1).parse()?;
        let is_name = origin.host.contains('.') && origin.host.bytes().any(|b| b.is_ascii_alphabetic());
        if origin.host.contains('*') || (any_subdomain && !is_name) {
            return Err(InvalidOrigin::Pattern(shown(text)));
        }
        Ok(Self { any_subdomain, origin })
    }
}

impl TryFrom<String> for OriginPattern {
    type Error = InvalidOrigin;

    fn try_from(text: String) -> Result<Self, InvalidOrigin> {
        text.parse()
    }
}

impl From<OriginPattern> for String {
    fn from(pattern: OriginPattern) -> String {
        pattern.to_string()
    }
}

impl fmt::Display for OriginPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.origin.to_string();
        if self.any_subdomain { f.write_str(&text.replacen("://", "://*.", 1)) } else { f.write_str(&text) }
    }
}

fn shown(text: &str) -> String {
    text.chars().take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pattern(text: &str) -> OriginPattern {
        text.parse().unwrap()
    }

    fn origin(text: &str) -> Origin {
        text.parse().unwrap()
    }

    #[test]
    fn refuses_neighbours() {
        let granted = pattern("https://*.salesforce.com");
        for other in [
            "https://salesforce.com",
            "https://evilsalesforce.com",
            "https://a.salesforce.com.evil.com",
            "http://a.salesforce.com",
            "https://a.salesforce.com:8443",
        ] {
            assert!(!granted.matches(&origin(other)), "{other}");
        }
        assert!(granted.matches(&origin("https://acme.my.SALESFORCE.com.")));
    }

    #[test]
    fn refuses_patterns_that_grant_too_much() {
        for bad in [
            "https://*",
            "https://*.com",
            "https://a.*.com",
            "https://*.127.0.0.1",
            "ftp://a.b",
            "https://u:p@a.b",
            "https://a.b/c",
        ] {
            assert!(bad.parse::<OriginPattern>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn inclusion_agrees_with_matching(
            outer in "https://(\\*\\.)?[ab]\\.[ab]\\.c", inner in "https://(\\*\\.)?([ab]\\.){1,3}[ab]\\.c", label in "[ab]",
        ) {
            let (outer, inner) = (pattern(&outer), pattern(&inner));
            let example = inner.to_string().replace('*', &label);
            prop_assert!(inner.matches(&origin(&example)));
            if outer.includes(&inner) {
                prop_assert!(outer.matches(&origin(&example)));
            }
        }
    }
}

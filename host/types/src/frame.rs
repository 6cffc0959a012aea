//! Which pages may show a tenant's panel inside themselves.

use serde::{Deserialize, Serialize};

use crate::{Origin, origin::Scheme};

/// The most pages of one tenant: all of them stand in a header field.
const MOST: usize = 20;

/// Origins of pages that may show the panel in a frame: each exactly one, with TLS, or of this very machine. Nothing in one
/// means anything to a browser's policy but the origin itself. The default lets nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct FrameAncestors(Vec<Origin>);

/// Why a page may not be named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAncestor {
    /// It is no origin, or a pattern of several.
    #[error(
        "`{0}` is not the origin of one site: write https://acme.lightning.force.com, without a path and without `*`"
    )]
    NotOneOrigin(String),
    /// Whoever stands in between could change the page that shows the panel.
    #[error("`{0}` is reached without TLS: write https://, or http://localhost for a page of this machine")]
    Unprotected(String),
    /// There are too many.
    #[error("a tenant names {MOST} pages at most, not {0}")]
    TooMany(usize),
}

impl FrameAncestors {
    /// Whether nobody may.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The directive of a Content-Security-Policy that allows these and nobody else.
    pub fn directive(&self) -> String {
        if self.0.is_empty() {
            return "frame-ancestors 'none'".into();
        }
        self.0.iter().fold("frame-ancestors".into(), |all, origin| format!("{all} {origin}"))
    }
}

fn ancestor(text: &str) -> Result<Origin, InvalidAncestor> {
    let shown = || text.chars().take(120).collect();
    let origin: Origin = text.parse().map_err(|_| InvalidAncestor::NotOneOrigin(shown()))?;
    // A URL's host may have characters that mean something in a policy, such as `;` and `*`.
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    if origin.host().is_empty() || !origin.host().bytes().all(plain) {
        return Err(InvalidAncestor::NotOneOrigin(shown()));
    }
    let here = ["localhost", "127.0.0.1"].contains(&origin.host());
    if origin.scheme() == Scheme::Http && !here {
        return Err(InvalidAncestor::Unprotected(shown()));
    }
    Ok(origin)
}

impl TryFrom<Vec<String>> for FrameAncestors {
    type Error = InvalidAncestor;

    fn try_from(texts: Vec<String>) -> Result<Self, InvalidAncestor> {
        if texts.len() > MOST {
            return Err(InvalidAncestor::TooMany(texts.len()));
        }
        let mut origins: Vec<Origin> = texts.iter().map(|text| ancestor(text)).collect::<Result<_, _>>()?;
        origins.sort();
        origins.dedup();
        Ok(Self(origins))
    }
}

impl From<FrameAncestors> for Vec<String> {
    fn from(FrameAncestors(origins): FrameAncestors) -> Self {
        origins.iter().map(ToString::to_string).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> Result<FrameAncestors, InvalidAncestor> {
        FrameAncestors::try_from(vec![text.to_owned()])
    }

    #[test]
    fn refuses_what_would_let_in_whom_nobody_meant() {
        for text in [
            "",
            "*",
            "https://*",
            "https://*.force.com",
            "https:",
            "'self'",
            "crm.example",
            "https://crm.example/page",
            "https://crm.example?x",
            "https://u:p@crm.example",
            "https://a;script-src",
            "https://a,b",
            "https://a b",
            "https://a' 'self",
            "https://[::1]",
            "data:text/html,x",
            "file:///x",
        ] {
            assert!(matches!(of(text), Err(InvalidAncestor::NotOneOrigin(_))), "{text}");
        }
        for text in ["http://crm.example", "http://localhost.crm.example", "http://127.0.0.2"] {
            assert!(matches!(of(text), Err(InvalidAncestor::Unprotected(_))), "{text}");
        }
        let many: Vec<_> = (0..=MOST).map(|n| format!("https://crm-{n}.example")).collect();
        assert_eq!(FrameAncestors::try_from(many), Err(InvalidAncestor::TooMany(MOST + 1)));
    }

    #[test]
    fn says_who_may_and_else_that_nobody_may() {
        assert_eq!(FrameAncestors::default().directive(), "frame-ancestors 'none'");
        let texts = ["https://B.example:8443/", "http://localhost:3000", "https://a.example:443"];
        let all = FrameAncestors::try_from(texts.map(str::to_owned).to_vec()).unwrap();
        let expected = "frame-ancestors https://a.example https://b.example:8443 http://localhost:3000";
        assert_eq!(all.directive(), expected);
        let again: FrameAncestors = serde_json::from_str(&serde_json::to_string(&all).unwrap()).unwrap();
        assert_eq!(again, all);
    }

    proptest! {
        /// Whatever is taken adds one source to one directive.
        #[test]
        fn nothing_leaves_the_directive(text in "https?://[a-z0-9.:;,'*@#?/% -]{0,24}") {
            if let Ok(ancestors) = of(&text) {
                let words: Vec<_> = ancestors.directive().split(' ').map(str::to_owned).collect();
                prop_assert_eq!(words.len(), 2);
                let source = words[1].strip_prefix("https://").or_else(|| words[1].strip_prefix("http://"));
                prop_assert!(source.unwrap().bytes().all(|b| b.is_ascii_alphanumeric() || b".-:".contains(&b)));
            }
        }
    }
}

//! What an access token of Microsoft says of itself. Read to be shown and compared, never to let anybody in: the token
//! came from its issuer over TLS, and Graph alone can verify it.

use std::collections::BTreeSet;

use serde::Deserialize;
use tieline_types::Secret;

/// The claims that the host looks at. All are empty where a token is not readable, as those of other providers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Claims {
    /// The directory that it is for.
    pub tid: String,
    /// Application permissions.
    pub roles: Vec<String>,
    /// Delegated permissions, separated by spaces.
    pub scp: String,
}

impl Claims {
    pub(crate) fn of(token: &Secret) -> Self {
        jsonwebtoken::dangerous::insecure_decode_claims(token.expose()).unwrap_or_default()
    }

    /// The names of the permissions in it; none of a token that cannot be read.
    pub(crate) fn names(&self) -> Option<BTreeSet<String>> {
        let readable = !self.tid.is_empty();
        readable.then(|| self.permissions().map(str::to_owned).collect())
    }

    /// The permissions in it, of either kind.
    pub fn permissions(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(String::as_str).chain(self.scp.split_ascii_whitespace())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

    fn claims(payload: &str) -> Claims {
        let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        Claims::of(&Secret::new(format!("{}.{}.{}", part(r#"{"alg":"RS256"}"#), part(payload), part("s"))))
    }

    #[test]
    fn reads_both_kinds_and_shrugs_at_everything_else() {
        let app = claims(r#"{"tid":"d","roles":["User.Read.All"],"nonce":5}"#);
        assert_eq!((app.tid.as_str(), app.permissions().collect::<Vec<_>>()), ("d", vec!["User.Read.All"]));
        assert_eq!(claims(r#"{"tid":"d"}"#).names(), Some(BTreeSet::new()), "nothing was consented to");
        assert_eq!(Claims::default().names(), None);
        let person = claims(r#"{"scp":"User.Read  Chat.Read"}"#);
        assert_eq!(person.permissions().collect::<Vec<_>>(), ["User.Read", "Chat.Read"]);
        for opaque in ["", "00D…!AQ", "a.b.c"] {
            assert_eq!(Claims::of(&Secret::new(opaque)), Claims::default(), "{opaque}");
        }
        assert_eq!(claims(r#"{"roles":"not a list"}"#), Claims::default());
    }
}

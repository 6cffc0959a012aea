//! The claims of a Graph access token (access-token-claims-reference, version 1.0 tokens).

use serde::{Deserialize, Serialize};

/// The payload of an access token.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) aud: String,
    pub(crate) iss: String,
    pub(crate) iat: u64,
    pub(crate) nbf: u64,
    pub(crate) exp: u64,
    /// The client.
    pub(crate) appid: String,
    /// How the client authenticated: 1 is with a secret.
    pub(crate) appidacr: String,
    pub(crate) idp: String,
    /// `app` without a user, `user` with one.
    pub(crate) idtyp: String,
    /// The service principal, or the user.
    pub(crate) oid: String,
    pub(crate) sub: String,
    pub(crate) tid: String,
    /// App roles; the claim is absent if none was consented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) roles: Option<Vec<String>>,
    /// Delegated scopes, separated by spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scp: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) upn: Option<String>,
    /// Identifies the token. Opaque to clients; ours holds the number of the token.
    pub(crate) uti: String,
    pub(crate) ver: String,
}

/// The `uti` of the token with this number.
pub(crate) fn uti(number: u64) -> String {
    format!("{number:016x}{}", crate::ids::secret(6))
}

/// The number in a `uti`.
pub(crate) fn number(uti: &str) -> Option<u64> {
    u64::from_str_radix(uti.get(..16)?, 16).ok()
}

impl Claims {
    /// The number of this token in the order of issue.
    pub(crate) fn number(&self) -> Option<u64> {
        number(&self.uti)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uti_holds_the_number() {
        assert_eq!(number(&uti(77)), Some(77));
        assert_eq!(number("nonsense"), None);
    }

    #[test]
    fn no_consented_role_means_no_roles_claim() {
        let text = serde_json::to_string(&Claims::default()).unwrap();
        assert!(!text.contains("roles") && !text.contains("scp"), "{text}");
    }
}

//! Refusals that a test asks for by their code, each in its usual shape.

use parking_lot::Mutex;

use super::errors::TokenError;
use crate::world::World;

/// Code, `error` and text of what the token endpoint refuses with (reference-error-codes).
const TABLE: &[(u32, &str, &str)] = &[
    (7_000_215, "invalid_client", "Invalid client secret provided."),
    (7_000_222, "invalid_client", "The provided client secret keys for app are expired."),
    (
        7_000_218,
        "invalid_client",
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    ),
    (
        90_002,
        "invalid_tenant",
        "Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.",
    ),
    (
        900_023,
        "invalid_request",
        "Specified tenant identifier is neither a valid DNS name, nor a valid external domain.",
    ),
    (700_016, "unauthorized_client", "Application with identifier was not found in the directory."),
    (65_001, "invalid_grant", "The user or administrator has not consented to use the application."),
    (65_004, "consent_required", "User declined to consent to access the app."),
    (90_094, "access_denied", "The grant requires admin permission."),
    (50_105, "invalid_grant", "The signed in user is not assigned to a role for the application."),
    (501_051, "invalid_grant", "Application is not assigned to a role for the application."),
    (70_000, "invalid_grant", "Provided grant is invalid or malformed."),
    (70_008, "invalid_grant", "The provided authorization code or refresh token has expired."),
    (700_082, "invalid_grant", "The refresh token has expired due to inactivity."),
    (
        50_173,
        "invalid_grant",
        "The provided grant has expired due to it being revoked, a fresh auth token is needed.",
    ),
    (
        54_005,
        "invalid_grant",
        "OAuth2 Authorization code was already redeemed, please retry with a new valid code.",
    ),
    (70_011, "invalid_scope", "The provided value for the input parameter 'scope' is not valid."),
    (1_002_012, "invalid_scope", "Client credential flows must have a scope value with /.default suffixed."),
    (
        50_011,
        "invalid_request",
        "The redirect URI specified in the request does not match the redirect URIs configured for the application.",
    ),
    (50_076, "interaction_required", "You must use multi-factor authentication to access the resource."),
    (
        50_079,
        "interaction_required",
        "You must enroll in multi-factor authentication to access the resource.",
    ),
    (53_003, "interaction_required", "Access has been blocked by Conditional Access policies."),
    (500_011, "invalid_resource", "The resource principal was not found in the tenant."),
    (900_144, "invalid_request", "The request body must contain the following parameter: 'client_id'."),
    (90_033, "temporarily_unavailable", "A transient error has occurred. Please try again."),
];

/// What is to be refused: with which code, and how often still; none for ever.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Mutex<Option<(u32, Option<u64>)>>);

/// Entra has no such code here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token endpoint does not refuse with {0}")]
pub struct UnknownCode(pub u32);

impl Refusals {
    /// The refusal that is due, if one is.
    pub(super) fn take(&self) -> Option<TokenError> {
        let mut due = self.0.lock();
        let (code, left) = (*due)?;
        *due = match left {
            Some(left) => (left > 1).then_some((code, Some(left - 1))),
            None => *due,
        };
        TABLE.iter().find(|(known, ..)| *known == code).map(|(code, error, text)| TokenError {
            code: *code,
            error,
            text: (*text).to_owned(),
        })
    }
}

impl World {
    /// Refuses every token request with this code, or so many of them; none ends it.
    pub fn refuse_tokens(&self, code: Option<u32>, times: Option<u64>) -> Result<(), UnknownCode> {
        if let Some(code) = code
            && !TABLE.iter().any(|(known, ..)| *known == code)
        {
            return Err(UnknownCode(code));
        }
        *self.entra.refusals.0.lock() = code.filter(|_| times != Some(0)).map(|code| (code, times));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_as_often_as_it_should() {
        let refusals = Refusals::default();
        assert_eq!(refusals.take(), None);
        *refusals.0.lock() = Some((53_003, Some(2)));
        assert_eq!(refusals.take().map(|error| error.code), Some(53_003));
        assert_eq!(refusals.take().map(|error| error.error), Some("interaction_required"));
        assert_eq!(refusals.take(), None);
        *refusals.0.lock() = Some((90_033, None));
        assert!((0..9).all(|_| refusals.take().is_some()));
    }
}

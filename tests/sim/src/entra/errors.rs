//! The error table of the token endpoint (reference-error-codes).
//!
//! Everything is 400 but `invalid_client`, which is 401. The documentation tells clients to look
//! at `error` and not at the codes or the text, which change.

use http::StatusCode;
use serde_json::json;

use crate::call::{self, Call, Reply};
use crate::{clock, ids};

/// A refusal of the token endpoint.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TokenError {
    pub(super) code: u32,
    pub(super) error: &'static str,
    pub(super) text: String,
}

impl TokenError {
    fn new(code: u32, error: &'static str, text: String) -> Self {
        Self { code, error, text }
    }

    pub(super) fn unknown_tenant(tenant: &str) -> Self {
        let looks_real = uuid::Uuid::parse_str(tenant).is_ok() || tenant.contains('.');
        if !looks_real {
            return Self::new(
                900_023,
                "invalid_request",
                format!(
                    "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid \
                 external domain."
                ),
            );
        }
        Self::new(
            90_002,
            "invalid_tenant",
            format!(
                "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are \
             signing into the correct cloud. Check with your subscription administrator, this may \
             happen if there are no active subscriptions for the tenant."
            ),
        )
    }

    pub(super) fn missing(parameter: &str) -> Self {
        Self::new(
            900_144,
            "invalid_request",
            format!("The request body must contain the following parameter: '{parameter}'."),
        )
    }

    pub(super) fn unknown_client(client_id: &str) -> Self {
        Self::new(
            700_016,
            "unauthorized_client",
            format!(
                "Application with identifier '{client_id}' was not found in the directory 'Lakeside \
             Systems'. This can happen if the application has not been installed by the \
             administrator of the tenant or consented to by any user in the tenant. You may have \
             sent your authentication request to the wrong tenant."
            ),
        )
    }

    pub(super) fn no_secret() -> Self {
        Self::new(
            7_000_218,
            "invalid_client",
            "The request body must contain the following parameter: 'client_assertion' or \
             'client_secret'."
                .to_owned(),
        )
    }

    pub(super) fn wrong_secret(client_id: &str) -> Self {
        Self::new(
            7_000_215,
            "invalid_client",
            format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the \
             client secret value, not the client secret ID, for a secret added to app '{client_id}'."
            ),
        )
    }

    pub(super) fn expired_secret(client_id: &str) -> Self {
        Self::new(
            7_000_222,
            "invalid_client",
            format!(
                "The provided client secret keys for app '{client_id}' are expired. Visit the Azure \
             portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider \
             using certificate credentials for added security: https://aka.ms/certCreds."
            ),
        )
    }

    pub(super) fn bad_scope(scope: &str) -> Self {
        Self::new(
            70_011,
            "invalid_scope",
            format!(
                "The provided request must include a 'scope' input parameter. The provided value for \
             the input parameter 'scope' is not valid. The scope {scope} is not valid."
            ),
        )
    }

    pub(super) fn scope_without_default(scope: &str) -> Self {
        Self::new(
            1_002_012,
            "invalid_scope",
            format!(
                "The provided value for scope {scope} is not valid. Client credential flows must have a \
             scope value with /.default suffixed to the resource identifier (application ID URI)."
            ),
        )
    }

    pub(super) fn unknown_resource(resource: &str) -> Self {
        Self::new(
            500_011,
            "invalid_resource",
            format!(
                "The resource principal named {resource} was not found in the tenant named Lakeside \
             Systems. This can happen if the application has not been installed by the \
             administrator of the tenant or consented to by any user in the tenant. You might have \
             sent your authentication request to the wrong tenant."
            ),
        )
    }

    pub(super) fn bad_refresh_token() -> Self {
        Self::new(70_000, "invalid_grant", "Provided grant is invalid or malformed.".to_owned())
    }

    pub(super) fn not_consented(client_id: &str) -> Self {
        Self::new(
            65_001,
            "invalid_grant",
            format!(
                "The user or administrator has not consented to use the application with ID \
             '{client_id}'. Send an interactive authorization request for this user and resource."
            ),
        )
    }

    pub(super) fn unsupported_grant(grant: &str) -> Self {
        Self::new(
            70_003,
            "unsupported_grant_type",
            format!("The app requested an unsupported grant type '{grant}'."),
        )
    }

    pub(super) fn status(&self) -> StatusCode {
        match self.error {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            "temporarily_unavailable" => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    pub(crate) fn reply(&self, call: &Call<'_>) -> Reply {
        self.reply_with(call, self.status())
    }

    fn reply_with(&self, call: &Call<'_>, status: StatusCode) -> Reply {
        let trace = ids::fresh_guid();
        let correlation = call.header("client-request-id").map_or_else(ids::fresh_guid, str::to_owned);
        let time = clock::entra(clock::now_ms());
        let mut body = json!({
            "error": self.error,
            "error_description": format!(
                "AADSTS{}: {} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}",
                self.code, self.text
            ),
            "error_codes": [self.code],
            "timestamp": time,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("https://login.microsoftonline.com/error?code={}", self.code),
        });
        if self.code == 65_001 {
            body["suberror"] = "consent_required".into();
        }
        call::json(status, &body)
    }
}

/// What a scripted status looks like when the script gives no body.
pub(crate) fn usual_error(call: &Call<'_>, status: StatusCode) -> Reply {
    let error = match status.as_u16() {
        400..=499 => TokenError::new(
            90_055,
            "invalid_request",
            "The request is refused because there are too many of its kind.".to_owned(),
        ),
        _ => TokenError::new(
            90_033,
            "temporarily_unavailable",
            "A transient error has occurred. Please try again.".to_owned(),
        ),
    };
    error.reply_with(call, status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_invalid_client_is_401() {
        assert_eq!(TokenError::wrong_secret("app").status(), StatusCode::UNAUTHORIZED);
        assert_eq!(TokenError::expired_secret("app").status(), StatusCode::UNAUTHORIZED);
        assert_eq!(TokenError::no_secret().status(), StatusCode::UNAUTHORIZED);
        assert_eq!(TokenError::unknown_client("app").status(), StatusCode::BAD_REQUEST);
        assert_eq!(TokenError::missing("scope").status(), StatusCode::BAD_REQUEST);
    }

    #[test]
    fn a_tenant_that_cannot_be_one_has_another_code() {
        assert_eq!(TokenError::unknown_tenant("nonsense").code, 900_023);
        assert_eq!(TokenError::unknown_tenant(&ids::guid_of("other")).code, 90_002);
        assert_eq!(TokenError::unknown_tenant("other.example").code, 90_002);
    }
}

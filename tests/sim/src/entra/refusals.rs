//! Refusals that concern people and certificates (reference-error-codes).

use super::errors::TokenError;

fn refusal(code: u32, error: &'static str, text: &str) -> TokenError {
    TokenError { code, error, text: text.to_owned() }
}

impl TokenError {
    pub(super) fn bad_code() -> Self {
        refusal(70_000, "invalid_grant", "Provided grant is invalid or malformed.")
    }

    pub(super) fn code_redeemed() -> Self {
        let text = "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an \
                    existing refresh token.";
        refusal(54_005, "invalid_grant", text)
    }

    pub(super) fn code_expired() -> Self {
        let text = "The provided authorization code or refresh token has expired due to inactivity. Send a new \
                    interactive authorization request for this user and resource.";
        refusal(70_008, "invalid_grant", text)
    }

    pub(super) fn wrong_verifier() -> Self {
        let text =
            "The Code_Verifier does not match the code_challenge supplied in the authorization request.";
        refusal(501_481, "invalid_grant", text)
    }

    pub(super) fn other_reply_address(given: &str) -> Self {
        let text = format!(
            "The reply address '{given}' does not match the reply address provided when requesting Authorization \
             code."
        );
        refusal(500_112, "invalid_client", &text)
    }

    pub(super) fn revoked_grant() -> Self {
        let text = "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user \
                    might have changed or reset their password.";
        refusal(50_173, "invalid_grant", text)
    }

    pub(super) fn unknown_certificate(thumbprint: &str) -> Self {
        let text = format!(
            "The certificate with identifier used to sign the client assertion is not registered on application. \
             [Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}']"
        );
        refusal(700_027, "invalid_client", &text)
    }

    pub(super) fn bad_assertion() -> Self {
        refusal(50_027, "invalid_request", "Invalid JWT token. The client assertion is malformed.")
    }

    pub(super) fn assertion_time() -> Self {
        let text = "Client assertion is not within its valid time range.";
        refusal(700_024, "invalid_client", text)
    }

    pub(super) fn assertion_audience() -> Self {
        let text = "Client assertion audience claim does not match Realm issuer.";
        refusal(700_023, "invalid_client", text)
    }
}

//! Tokens of the integration ("Configuration API v2": client credentials).

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{Method, StatusCode};
use parking_lot::Mutex;
use serde_json::json;

use super::Centre;
use super::errors::ApiError;
use crate::call::{self, Call, Reply};
use crate::{ids, percent};

/// How long a token is good. What the vendor gives is not published.
const LIFETIME_S: u64 = 3_600;

#[derive(Debug, Default)]
pub(super) struct Tokens {
    live: Mutex<HashSet<String>>,
    /// An error, and how often the token endpoint still refuses with it; none: for ever.
    refusal: Mutex<Option<(String, Option<u32>)>>,
}

impl Tokens {
    /// Refuses from now on, so many times or for ever; without an error never.
    pub(super) fn refuse(&self, error: Option<String>, times: Option<u32>) {
        *self.refusal.lock() = error.map(|error| (error, times));
    }

    /// Ends all tokens; the answer is how many there were.
    pub(super) fn revoke(&self) -> usize {
        std::mem::take(&mut *self.live.lock()).len()
    }

    fn refusal(&self) -> Option<String> {
        let mut refusal = self.refusal.lock();
        let (error, times) = refusal.as_mut()?;
        match times {
            Some(0) => return None,
            Some(left) => *left -= 1,
            None => {}
        }
        Some(error.clone())
    }
}

pub(super) fn token(centre: &Centre, call: &Call<'_>) -> Reply {
    let refused = |status, error: &str, description: &str| {
        call::json(status, &json!({ "error": error, "error_description": description }))
    };
    if call.method() != Method::POST {
        return refused(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "POST only");
    }
    if let Some(error) = centre.tokens.refusal() {
        return refused(StatusCode::UNAUTHORIZED, &error, "The request was refused");
    }
    let form: Vec<(String, String)> = url::form_urlencoded::parse(call.body).into_owned().collect();
    let field = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    if field("grant_type").as_deref() != Some("client_credentials") {
        let text = "The authorization grant type is not supported";
        return refused(StatusCode::BAD_REQUEST, "unsupported_grant_type", text);
    }
    let (id, secret) = basic(call).unwrap_or_else(|| {
        (field("client_id").unwrap_or_default(), field("client_secret").unwrap_or_default())
    });
    if id != centre.client_id || secret != centre.client_secret {
        return refused(StatusCode::UNAUTHORIZED, "invalid_client", "Client authentication failed");
    }
    let token = ids::secret(60);
    centre.tokens.live.lock().insert(token.clone());
    let body = json!({ "access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_S });
    call::json(StatusCode::OK, &body)
}

fn basic(call: &Call<'_>) -> Option<(String, String)> {
    let encoded = call.header("authorization")?.strip_prefix("Basic ")?;
    let pair = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((percent::decode(id).into_owned(), percent::decode(secret).into_owned()))
}

/// Lets the integration in.
pub(super) fn check(centre: &Centre, call: &Call<'_>) -> Result<(), ApiError> {
    let token = call.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    match token.is_some_and(|token| centre.tokens.live.lock().contains(token)) {
        true => Ok(()),
        false => Err(ApiError::new(StatusCode::UNAUTHORIZED, "2000", "Authorization header is missing")),
    }
}

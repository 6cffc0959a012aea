//! Authorization codes: for ten minutes, once, and with the verifier of their challenge.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::People;
use crate::entra::errors::TokenError;
use crate::{clock, ids};

const LIFETIME_MS: u64 = 10 * 60 * 1_000;

/// What a code stands for.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) user_id: String,
    pub(super) redirect_uri: String,
    pub(crate) scope: String,
    pub(crate) nonce: Option<String>,
    pub(super) challenge: Option<String>,
    pub(super) hashed: bool,
    pub(super) issued: u64,
    pub(super) redeemed: bool,
}

impl People {
    pub(super) fn remember(&self, code: Code) -> String {
        let name = format!("1.{}", ids::secret(64));
        self.state.lock().codes.insert(name.clone(), code);
        name
    }
}

/// Redeems a code.
pub(crate) fn redeem(
    people: &People,
    code: &str,
    redirect_uri: &str,
    verifier: Option<&str>,
) -> Result<Code, TokenError> {
    let mut state = people.state.lock();
    let found = state.codes.get_mut(code).ok_or_else(TokenError::bad_code)?;
    if found.redeemed {
        return Err(TokenError::code_redeemed());
    }
    if clock::now_ms().saturating_sub(found.issued) > LIFETIME_MS {
        return Err(TokenError::code_expired());
    }
    if found.redirect_uri != redirect_uri {
        return Err(TokenError::other_reply_address(redirect_uri));
    }
    match (&found.challenge, verifier) {
        (None, _) => {}
        (Some(_), None) => return Err(TokenError::missing("code_verifier")),
        (Some(challenge), Some(verifier)) => {
            let shown = if found.hashed {
                URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
            } else {
                verifier.to_owned()
            };
            if shown != *challenge || !(43..=128).contains(&verifier.len()) {
                return Err(TokenError::wrong_verifier());
            }
        }
    }
    found.redeemed = true;
    Ok(found.clone())
}

//! What nobody can guess, and what follows from it.

use aws_lc_rs::{
    digest::{Context, SHA256},
    rand,
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use tieline_types::Secret;

use crate::AccessError;

/// The length of [`text`] and [`follows`].
pub(crate) const LENGTH: usize = 43;

/// 256 random bits as text: letters, digits, `-` and `_`.
pub(crate) fn text() -> Result<Secret, AccessError> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).map_err(|_| AccessError::Randomness)?;
    Ok(Secret::new(BASE64_URL_SAFE_NO_PAD.encode(bytes)))
}

/// Whether it has the form of [`text`].
pub(crate) fn is_text(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// What follows from a secret for one purpose (SHA-256). Nobody gets from it to the secret, nor to what follows for another
/// purpose.
pub(crate) fn follows(secret: &Secret, purpose: &str, with: &str) -> Secret {
    let mut context = Context::new(&SHA256);
    for part in [purpose, secret.expose(), with] {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    Secret::new(BASE64_URL_SAFE_NO_PAD.encode(context.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differs_by_secret_purpose_and_place() {
        let (one, other) = (Secret::new("one"), Secret::new("other"));
        let all = [
            follows(&one, "csrf", ""),
            follows(&other, "csrf", ""),
            follows(&one, "state", ""),
            follows(&one, "state", "/a"),
            follows(&Secret::new("onestate"), "", ""),
        ];
        for (i, text) in all.iter().enumerate() {
            assert!(is_text(text.expose()));
            assert!(all[i + 1..].iter().all(|other| other != text));
        }
        assert_eq!(follows(&one, "csrf", ""), all[0]);
        assert_ne!(text().unwrap(), text().unwrap());
        for bad in ["", "a", &"a".repeat(44), &format!("{}+", "a".repeat(42)), &"é".repeat(21)] {
            assert!(!is_text(bad), "{bad}");
        }
    }
}

//! Tokens that a directory signed. Pure: keys and expectations come from the caller.

use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, Validation, errors::ErrorKind, jwk::JwkSet};
use serde::de::DeserializeOwned;
use tieline_types::Timestamp;

/// How far the clocks of issuer and host may differ.
const SKEW: Duration = Duration::from_secs(5 * 60);

/// Why a token proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unsigned {
    Malformed,
    Key,
    Signature,
    Audience,
    Issuer,
}

/// Reads a token: its signature, whom it is for, and who issued it. When it is good is judged by the caller, with
/// [`is_valid_at`] and the host's clock.
pub(crate) fn read<T: DeserializeOwned>(
    token: &str,
    keys: &JwkSet,
    audience: &str,
    issuers: &[&str],
) -> Result<T, Unsigned> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| Unsigned::Malformed)?;
    let key = header.kid.as_deref().and_then(|id| keys.find(id)).ok_or(Unsigned::Key)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| Unsigned::Key)?;
    // Entra signs with RS256 and nothing else: the token has no say in it.
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[audience]);
    validation.set_issuer(issuers);
    validation.set_required_spec_claims(&["exp", "aud", "iss"]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    let read = jsonwebtoken::decode::<T>(token, &key, &validation).map_err(|error| match error.kind() {
        ErrorKind::InvalidSignature | ErrorKind::InvalidAlgorithm => Unsigned::Signature,
        ErrorKind::InvalidAudience => Unsigned::Audience,
        ErrorKind::InvalidIssuer => Unsigned::Issuer,
        _ => Unsigned::Malformed,
    })?;
    Ok(read.claims)
}

/// Whether a token with these claims, in seconds, is good at a time.
pub(crate) fn is_valid_at(exp: u64, nbf: u64, at: Timestamp) -> bool {
    let (at, skew) = (at.0 / 1_000, SKEW.as_secs());
    exp.saturating_add(skew) >= at && nbf <= at.saturating_add(skew)
}

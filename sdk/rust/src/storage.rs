//! Keys and values of this installation, which outlive a call.
//!
//! Writes are committed with the run or not at all. When another run changed what this one read, the host
//! discards this run and starts it again, so read what the decision needs and nothing more.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bindings::tieline::connector::storage as wit;
use crate::{Duration, Failure, Problem};

pub use wit::{Condition, Error, Page, delete, get, put, scan};

/// The JSON value under `key`; none if there is none.
///
/// # Errors
/// When the key is malformed, during `plan`, or when the value does not decode (`storage.unreadable`).
pub fn get_json<T: DeserializeOwned>(key: &str) -> Result<Option<T>, Failure> {
    let Some(entry) = get(key)? else { return Ok(None) };
    serde_json::from_slice(&entry.value).map(Some).map_err(|error| {
        Failure::permanent(Problem::new(
            "storage.unreadable",
            format!("the value under {key} does not decode: {error}"),
        ))
    })
}

/// Puts `value` as JSON under `key`, whatever is there; it disappears after `ttl` milliseconds, if given.
///
/// # Errors
/// When the key is malformed, a quota is used up, or this call of the connector writes nothing.
pub fn put_json(key: &str, value: &impl Serialize, ttl: Option<Duration>) -> Result<(), Failure> {
    let value = serde_json::to_vec(value).map_err(|error| {
        Failure::permanent(Problem::new(
            "storage.unwritable",
            format!("the value for {key} has no JSON form: {error}"),
        ))
    })?;
    Ok(put(key, &value, Condition::Always, ttl)?)
}

/// A broken condition is tried again, and a rate when it allows it; what the host would refuse again is not: a run
/// that wrote too much would write it again.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Conflict(_) => {
                Self::retry(Problem::new("storage.conflict", "somebody else changed this key"))
            }
            Error::QuotaExceeded(quota) => Self::permanent(Problem::new(
                "storage.quota-exceeded",
                format!("a quota is used up: {quota}"),
            )),
            Error::Throttled(after) => Self::retry_after(
                Problem::new(
                    "storage.throttled",
                    format!("storage is asked too fast; again after {after} ms"),
                )
                .remedy("Ask less often, or raise `limits.storage_ops_per_second` in the grant."),
                after,
            ),
            Error::InvalidKey(why) => Self::permanent(Problem::new("storage.invalid-key", why)),
            Error::ReadOnly => Self::permanent(Problem::new(
                "storage.read-only",
                "this call of the connector writes nothing",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_waited_for_and_a_full_store_is_not() {
        let throttled = Failure::from(Error::Throttled(2_500));
        assert!(matches!(throttled, Failure::Retry((_, Some(2_500)))), "{throttled:?}");
        assert!(matches!(Failure::from(Error::Conflict(Some(7))), Failure::Retry((_, None))));
        let refused =
            [Error::QuotaExceeded("keys".into()), Error::InvalidKey("empty".into()), Error::ReadOnly];
        assert!(refused.into_iter().all(|error| matches!(Failure::from(error), Failure::Permanent(_))));
    }
}

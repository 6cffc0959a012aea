//! When a token was last used: to the minute, and apart from the token, so that no use brings back what was revoked.

use std::{collections::HashMap, time::Duration};

use tieline_store::{Batch, Key, Space, Store, StoreError};
use tieline_types::{Digest, Timestamp};

use super::record::Record;
use crate::Access;

/// At most one use is written in this time.
const COARSE: Duration = Duration::from_secs(60);
/// More than this are forgotten when a minute has passed.
const TIDY: usize = 1_024;

/// When the use of a token was last written.
#[derive(Debug, Default)]
pub(crate) struct Used(HashMap<Digest, Timestamp>);

impl Used {
    /// Whether a use is to be written now.
    fn is_due(&mut self, token: &Digest, now: Timestamp) -> bool {
        // A clock that was set back is no reason to be silent.
        let fresh = |written: &Timestamp| *written <= now && now.since(*written) < COARSE;
        if self.0.get(token).is_some_and(fresh) {
            return false;
        }
        if self.0.len() >= TIDY {
            self.0.retain(|_, written| fresh(written));
        }
        self.0.insert(*token, now);
        true
    }
}

fn place(token: &Digest) -> Key {
    Key::new(Space::Access).part("token-used").part(&token.hex())
}

/// When a token was last used; none: never.
pub(super) async fn load(store: &dyn Store, token: &Digest) -> Result<Option<Timestamp>, StoreError> {
    let Some(value) = store.get(&place(token)).await? else { return Ok(None) };
    let at = serde_json::from_slice(&value.bytes);
    at.map(Some).map_err(|_| StoreError::Corrupt { what: "the use of an API token" })
}

impl Access {
    /// Notes that a token is used. That it cannot be noted keeps nobody out.
    pub(super) async fn note_use(&self, token: &Digest, record: &Record, now: Timestamp) {
        if !self.used.lock().is_due(token, now) {
            return;
        }
        let batch = Batch::new().put_until(place(token), now.0.to_string(), record.gone());
        if let Err(error) = self.store.commit(batch).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the use of a token could not be noted");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_use_a_minute_is_written() {
        let (mut used, one, other) = (Used::default(), Digest::of(b"1"), Digest::of(b"2"));
        let at = |seconds: u64| Timestamp(1_000_000 + seconds * 1_000);
        let due = [(one, 0), (one, 1), (other, 1), (one, 59), (one, 60), (one, 61)];
        assert_eq!(
            due.map(|(token, seconds)| used.is_due(&token, at(seconds))),
            [true, false, true, false, true, false]
        );
        assert!(used.is_due(&one, Timestamp(5)), "the clock was set back");
    }
}

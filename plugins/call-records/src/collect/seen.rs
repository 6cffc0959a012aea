//! Which version of a call was written, for as long as Graph can come with another one.

use serde::{Deserialize, Serialize};
use tieline_sdk::{Failure, storage};

/// Graph keeps a record for thirty days.
const REMEMBERED: u64 = 30 * 24 * 3_600_000;

/// What was written of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// Version.
    pub(crate) v: i64,
    /// The day in whose partition it lies.
    pub(crate) d: String,
}

/// What was written of a call; none: nothing lately.
pub(super) fn of(id: &str) -> Result<Option<Seen>, Failure> {
    storage::get_json(&key(id))
}

/// Takes note of what is being written.
pub(super) fn remember(id: &str, seen: &Seen) -> Result<(), Failure> {
    storage::put_json(&key(id), seen, Some(REMEMBERED))
}

fn key(id: &str) -> String {
    format!("call/{id}")
}

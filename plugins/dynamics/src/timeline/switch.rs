//! Whether chats are put on timelines, and who said so last.

use serde::{Deserialize, Serialize};
use tieline_sdk::{Failure, clock, storage};

const KEY: &str = "timeline";

/// Who turned it on or off last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Switch {
    on: bool,
    by: String,
    at: u64,
}

/// Whether it is on.
pub(crate) fn is_on() -> Result<bool, Failure> {
    Ok(storage::get_json::<Switch>(KEY)?.is_some_and(|switch| switch.on))
}

/// From now on it is so, by the person with this object id.
pub(super) fn set(on: bool, by: &str) -> Result<(), Failure> {
    storage::put_json(KEY, &Switch { on, by: by.to_owned(), at: clock::now() }, None)
}

//! One-shot timers, set with the run or not at all. Recurring ones are declared by `plan`; see
//! [`Timer::every`](crate::Timer::every) and [`Timer::cron`](crate::Timer::cron).

use serde::Serialize;

use crate::bindings::tieline::connector::{clock, schedule as wit};
use crate::{Duration, Refusal};

pub use wit::{at, cancel};

/// Sets a timer that is due in `wait` milliseconds, with `body` as JSON. Replaces an earlier one with the same key.
///
/// # Errors
/// When too many timers stand, `body` has no JSON form or is too large, or this call of the connector writes
/// nothing.
pub fn after(key: &str, wait: Duration, body: &impl Serialize) -> Result<(), Refusal> {
    let body = serde_json::to_string(body)
        .map_err(|error| Refusal::Invalid(format!("the body has no JSON form: {error}")))?;
    wit::at(key, clock::now().saturating_add(wait), &body)
}

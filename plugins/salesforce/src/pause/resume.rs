//! Ends a pause.

use serde::Deserialize;
use tieline_sdk::storage::{self, Condition};
use tieline_sdk::{Failure, alert, log, schedule};

use super::work::{PREFIX, RESUMED, Work};
use super::{ALERT, LOOK_AGAIN, PAUSED, wait_millis};
use crate::run::{Run, emit};
use crate::salesforce::Salesforce;
use crate::salesforce::usage::Usage;

/// So much work is taken up at once: a run may emit a hundred events.
const AT_ONCE: u32 = 50;
/// The rest a second later, so that other work has a turn.
const NEXT: u64 = 1_000;

/// Asks Salesforce whether requests have come back, and takes up what waits when they have.
pub(crate) fn look_again(run: &Run<'_>) -> Result<(), Failure> {
    let full = match used(&run.salesforce) {
        Ok(usage) => usage.is_some_and(|usage| usage.reaches(run.config.limits.pause_at_percent)),
        // A pause whose end nobody looks for any more would never end.
        Err(failure) => {
            log::warn("the limits cannot be read", [("why", failure.problem().message.as_str())]);
            true
        }
    };
    if full {
        return Ok(schedule::after(LOOK_AGAIN, wait_millis(run.config), &())?);
    }
    storage::delete(PAUSED, Condition::Always)?;
    alert::clear(ALERT)?;
    let page = storage::scan(PREFIX, None, AT_ONCE)?;
    for entry in &page.entries {
        if let Ok(work) = serde_json::from_slice::<Work>(&entry.value) {
            emit(RESUMED, &work, None, None)?;
        }
        storage::delete(&entry.key, Condition::Always)?;
    }
    match page.next {
        Some(_) => Ok(schedule::after(LOOK_AGAIN, NEXT, &())?),
        None => Ok(()),
    }
}

/// What `GET /limits` says of the day's API requests; none if the organisation does not say it.
pub(crate) fn used(salesforce: &Salesforce<'_>) -> Result<Option<Usage>, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Limits {
        daily_api_requests: Option<Limit>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Limit {
        max: u64,
        remaining: u64,
    }
    let limits: Limits = salesforce.get(["limits"])?;
    let day = limits.daily_api_requests.filter(|limit| limit.max > 0);
    Ok(day.map(|limit| Usage { used: limit.max.saturating_sub(limit.remaining), max: limit.max }))
}

//! Leaves API requests to others: when most of the day's are used, work that can wait is put aside, and done when
//! Salesforce has some again.
//!
//! The pause is one entry in storage, written when it begins and removed when it ends, so that runs which find
//! nothing to change do not stand in each other's way.

mod resume;
mod work;

use tieline_sdk::{Failure, Problem, alert, schedule, storage};

use crate::Config;
use crate::run::Run;
use crate::salesforce::usage::Usage;

pub(crate) use resume::{look_again, used};
pub(crate) use work::{RESUMED, Work};

/// The timer that looks whether work may go on.
pub(crate) const LOOK_AGAIN: &str = "look-again";

const PAUSED: &str = "paused";
const ALERT: &str = "few-requests-left";

/// Whether work pauses.
pub(crate) fn stands() -> Result<bool, Failure> {
    Ok(storage::get(PAUSED)?.is_some())
}

/// Puts work aside until it may go on.
pub(crate) fn wait(work: &Work) -> Result<(), Failure> {
    storage::put_json(&work.key(), work, None)
}

/// Begins a pause, if the answers of this run say that most of the requests are used.
pub(crate) fn note(run: &Run<'_>) -> Result<(), Failure> {
    match run.salesforce.usage() {
        Some(usage) if usage.reaches(run.config.limits.pause_at_percent) && !stands()? => {
            begin(run.config, usage)
        }
        _ => Ok(()),
    }
}

fn begin(config: &Config, usage: Usage) -> Result<(), Failure> {
    storage::put_json(PAUSED, &usage, None)?;
    alert::warn(ALERT, &few_left(usage, config.limits.pause_at_percent))?;
    Ok(schedule::after(LOOK_AGAIN, wait_millis(config), &())?)
}

fn wait_millis(config: &Config) -> u64 {
    config.limits.look_again_seconds.saturating_mul(1_000)
}

/// What an operator is told while work pauses.
pub(crate) fn few_left(usage: Usage, percent: u8) -> Problem {
    let message = format!(
        "{} of {} API requests of the last 24 hours are used; work that can wait pauses from {percent} % on",
        usage.used, usage.max
    );
    Problem::new("salesforce.few-requests-left", message).remedy(
        "nothing is lost, and it goes on by itself; find what else uses the API (Setup > System Overview), or buy more \
         requests",
    )
}

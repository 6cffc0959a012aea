//! `look-again`: a person asks that the calls of the last days be listed, and those read that are not there.

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_sdk::{Action, Problem};

use crate::authorize::{authorized, not_global_administrator};
use crate::collect;
use crate::config::{Config, KEPT_DAYS};

pub(crate) const ACTION: &str = "look-again";

/// As the manifest has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    #[serde(default = "two")]
    days: u32,
}

/// Begins to list them. What was written is not written again.
pub(crate) fn look(config: &Config, action: &Action) -> Result<Value, Problem> {
    if config.require_global_administrator && authorized()?.is_none() {
        return Err(not_global_administrator());
    }
    let Input { days } = serde_json::from_str(&action.input)
        .map_err(|error| Problem::new("calls.invalid-input", error.to_string()))?;
    let days = days.clamp(1, KEPT_DAYS);
    collect::asked(days)?;
    Ok(json!({ "days": days }))
}

fn two() -> u32 {
    2
}

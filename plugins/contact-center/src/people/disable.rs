//! `disable`: a person turns the integration off for themselves; the conference that they are in ends.

use serde_json::{Value, json};
use tieline_sdk::{Action, Problem};

use super::{asker, enabled, forget};
use crate::conference::Input;
use crate::conference::desk::Desk;
use crate::settings::Config;

/// Turns it off.
pub(crate) fn disable(config: &Config, action: &Action) -> Result<Value, Problem> {
    let person = asker(&action.actor)?;
    let Some(enabled) = enabled(&person)? else { return Ok(json!({ "enabled": false, "was": false })) };
    let mut desk = Desk::of(config, &person, false)?;
    let ended = desk.open().is_some();
    desk.take(&Input::Disabled)?;
    desk.keep()?;
    forget(&person, &enabled)?;
    Ok(json!({ "enabled": false, "was": true, "conference_ended": ended }))
}

//! `end-all`: ends every conference and turns the integration off for everybody. The host asks for it before it removes
//! the installation.

use serde_json::{Value, json};
use tieline_sdk::Problem;

use super::{all, forget};
use crate::conference::Input;
use crate::conference::desk::{self, Desk};
use crate::settings::Config;

/// Conferences that are ended at once: each takes three calls, and a run has a hundred.
const AT_ONCE: usize = 30;

/// Ends conferences, and with the last of them everybody's integration. `more` says that there are others: ask again.
pub(crate) fn end_all(config: &Config) -> Result<Value, Problem> {
    let open = desk::all()?;
    for (person, _) in open.iter().take(AT_ONCE) {
        let mut desk = Desk::of(config, person, false)?;
        desk.take(&Input::Removed)?;
        desk.keep()?;
    }
    if open.len() > AT_ONCE {
        return Ok(json!({ "ended": AT_ONCE, "disabled": 0, "more": true }));
    }
    let people = all()?;
    for (person, enabled) in &people {
        forget(person, enabled)?;
    }
    Ok(json!({ "ended": open.len(), "disabled": people.len(), "more": false }))
}

//! `sync-timeline`: turns the synchronisation of chats with timelines on or off.

use serde_json::{Value, json};
use tieline_sdk::{Action, Failure, Problem, storage};

use super::{backfill, role, switch};
use crate::asked::Input;
use crate::connect::link;
use crate::dataverse::ids::guid;

/// Turns it, if the person is a global administrator. Chats that are connected already are put on their timelines.
pub(crate) fn turn(action: &Action, input: &Input) -> Result<Value, Problem> {
    let on = input.on.ok_or_else(|| Problem::new("dynamics.invalid-input", "say whether it is to be on"))?;
    let actor = &action.actor;
    if guid(&actor.object_id).is_none() {
        return Err(Problem::new("dynamics.nobody", "this is done for a person, and nobody is named")
            .remedy("name a signed-in global administrator, with `--as` on the command line"));
    }
    role::global_administrator(actor)?;
    let was = switch::is_on()?;
    switch::set(on, &actor.object_id)?;
    let links = link::all()?;
    for link in &links {
        match (on, link.place.chat()) {
            (true, _) => super::watch(link)?,
            (false, Some(chat)) => {
                let key = format!("{}{chat}", super::WATCHED);
                storage::delete(&key, storage::Condition::Always).map_err(Failure::from)?;
            }
            (false, None) => {}
        }
    }
    let waiting = links.iter().filter(|link| link.activity.is_none()).count();
    if on && waiting > 0 {
        backfill::begin()?;
    }
    Ok(json!({ "on": on, "was": was, "chats": links.len(), "to_be_added": if on { waiting } else { 0 } }))
}

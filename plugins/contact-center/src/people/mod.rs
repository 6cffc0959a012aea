//! Those who turned the integration on for themselves.
//!
//! They are the installation's: who removes it, turns it off for everybody, and all turn it on again in another.

pub(crate) mod disable;
pub(crate) mod enable;
pub(crate) mod end_all;
pub(crate) mod status;

use serde::{Deserialize, Serialize};
use tieline_sdk::{Actor, Failure, Problem, storage};

use crate::teams::message::is_id;

/// What `plan` is told about: an entry for each chat that is to be watched, whose value is the person.
pub(crate) const WATCHED: &str = "plan/chat/";

/// Somebody who turned it on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Enabled {
    /// Their chat with the service user.
    pub(crate) chat: String,
    /// What customers and agents read.
    pub(crate) name: String,
    /// Since when.
    pub(crate) since: u64,
}

fn key(person: &str) -> String {
    format!("user/{person}")
}

/// Whether this person turned it on, and how they are reached.
pub(crate) fn enabled(person: &str) -> Result<Option<Enabled>, Failure> {
    storage::get_json(&key(person))
}

/// Everything that happens to one person happens in order under this key.
pub(crate) fn ordering(person: &str) -> String {
    format!("person/{person}")
}

/// Turns it on.
fn keep(person: &str, enabled: &Enabled) -> Result<(), Failure> {
    storage::put_json(&key(person), enabled, None)?;
    storage::put_json(&format!("{WATCHED}{}", enabled.chat), &person, None)
}

/// Turns it off.
fn forget(person: &str, enabled: &Enabled) -> Result<(), Failure> {
    storage::delete(&key(person), storage::Condition::Always)?;
    storage::delete(&format!("presence/{person}"), storage::Condition::Always)?;
    storage::delete(&format!("desk/{person}"), storage::Condition::Always)?;
    Ok(storage::delete(&format!("{WATCHED}{}", enabled.chat), storage::Condition::Always)?)
}

/// Whose chat it is, if it is watched.
pub(crate) fn of_chat(chat: &str) -> Result<Option<String>, Failure> {
    storage::get_json(&format!("{WATCHED}{chat}"))
}

/// Everybody who turned it on.
pub(crate) fn all() -> Result<Vec<(String, Enabled)>, Failure> {
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = storage::scan("user/", after.as_deref(), 1_000)?;
        for entry in &page.entries {
            if let Ok(enabled) = serde_json::from_slice(&entry.value) {
                all.push((entry.key.trim_start_matches("user/").to_owned(), enabled));
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(all);
        }
    }
}

/// Who asks, as the directory names them.
pub(crate) fn asker(actor: &Actor) -> Result<String, Problem> {
    let id = actor.object_id.to_ascii_lowercase();
    if id.len() == 36 && is_id(&id) {
        return Ok(id);
    }
    Err(Problem::new("contact-center.nobody", "everybody does this for themselves, and nobody is named")
        .remedy("name a signed-in person, with `--as` on the command line"))
}

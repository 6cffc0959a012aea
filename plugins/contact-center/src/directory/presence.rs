//! Who is there now: as Graph told of it, or asked for.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_sdk::graph::Presence;
use tieline_sdk::{Failure, Problem, graph, path, storage};

use crate::teams::message::is_id;

/// The subscription tells of changes only, and lives an hour: what is older may have been missed.
const REMEMBERED: u64 = 3_600_000;

/// What the action is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    user_ids: Vec<String>,
}

/// `presence`: of these people, as far as Graph knows them.
pub(crate) fn of(input: &Input) -> Result<Value, Problem> {
    if let Some(wrong) = input.user_ids.iter().find(|id| !is_id(id)) {
        let message = format!("`{}` is no id of a user", wrong.escape_debug());
        return Err(Problem::new("contact-center.invalid-input", message));
    }
    let ids: Vec<_> = input.user_ids.iter().map(|id| id.to_ascii_lowercase()).collect();
    Ok(json!({ "presences": graph::presences(&ids)? }))
}

/// Of those about whom Graph told what it told, the others asked for.
pub(crate) fn known_or_asked(ids: &[String]) -> Result<BTreeMap<String, Presence>, Failure> {
    let mut known = BTreeMap::new();
    for id in ids {
        if let Some(presence) = storage::get_json(&key(id))? {
            known.insert(id.clone(), presence);
        }
    }
    let unknown: Vec<_> = ids.iter().filter(|id| !known.contains_key(*id)).cloned().collect();
    known.extend(graph::presences(&unknown)?);
    Ok(known)
}

fn key(person: &str) -> String {
    format!("presence/{person}")
}

/// Asks for one person's and remembers it.
pub(crate) fn refresh(person: &str) -> Result<(), Failure> {
    let presence: Presence = graph::get(path(["users", person, "presence"])).fetch()?;
    storage::put_json(&key(person), &presence, Some(REMEMBERED))
}

/// Nothing is known of anybody any more.
pub(crate) fn forget_all() -> Result<(), Failure> {
    loop {
        let page = storage::scan("presence/", None, 1_000)?;
        if page.entries.is_empty() {
            return Ok(());
        }
        for entry in page.entries {
            storage::delete(&entry.key, storage::Condition::Always)?;
        }
    }
}

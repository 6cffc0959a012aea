//! The timeline of a case: in the vault, where each entry is known by its external id and so written once however often it
//! is tried, and on this side.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tieline_sdk::events::{self, NewEvent};
use tieline_sdk::{Failure, Problem, RecordRef, Timestamp, activity, clock, schedule, time};

use crate::settings::Config;
use crate::vault::{Vault, burst, objects};
use crate::words::{code, cut};

/// Type of the events, and beginning of the timers' keys, that write entries.
pub(crate) const WRITE: &str = "timeline";
/// Vault takes titles this long.
const TITLE: usize = 250;
/// And links this long.
const LINK: usize = 1_500;

/// Something that happened about a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The case.
    pub case: String,
    /// What it is: `channel`, `meeting`, `mail`.
    pub kind: String,
    /// For people: `Conversation Started: MS Teams Channel`.
    pub title: String,
    /// Opens it.
    pub link: Option<String>,
    /// When it happened.
    pub at: Timestamp,
    /// What it is known by among the entries of the vault: the same for the same thing.
    pub id: String,
}

/// Entries that are to be written.
#[derive(Debug, Serialize, Deserialize)]
struct Told {
    entries: Vec<Entry>,
    /// Whether somebody waits for them. What can wait does while the vault is near its limit.
    waited_for: bool,
}

impl Entry {
    /// The record of the vault.
    pub fn row(&self) -> Value {
        json!({
            "case__v": self.case,
            "kind__v": self.kind,
            "title__v": cut(&self.title, TITLE),
            "link__v": self.link.as_deref().filter(|link| link.encode_utf16().count() <= LINK),
            "occurred__v": time::iso(self.at),
            objects::EXTERNAL_ID: self.id,
        })
    }
}

/// Has entries written: here with this run, in the vault by an event, so that a vault that answers late or not at all holds
/// up nothing else.
pub(crate) fn tell(entries: Vec<Entry>, waited_for: bool) -> Result<(), Failure> {
    let Some(first) = entries.first() else { return Ok(()) };
    let ordering_key = Some(format!("timeline/{}", first.case));
    for entry in &entries {
        activity::add(&activity::Entry {
            record: RecordRef { kind: objects::CASE.to_owned(), id: entry.case.clone() },
            at: entry.at,
            title: entry.title.clone(),
            text: None,
            link: entry.link.clone().filter(|link| link.starts_with("https://")),
            key: Some(entry.id.clone()),
        })?;
    }
    let body = written(&Told { entries, waited_for })?;
    Ok(events::emit(&NewEvent { type_: WRITE.to_owned(), body, ordering_key, dedupe_key: None })?)
}

/// Writes them to the vault, or, when they can wait and should, sets a timer for it.
pub(crate) fn write(config: &Config, body: &str) -> Result<(), Failure> {
    let told: Told = serde_json::from_str(body)
        .map_err(|error| Failure::permanent(Problem::new("vault.unreadable-event", error.to_string())))?;
    let paused = if told.waited_for { None } else { burst::paused()? };
    if let Some(until) = paused {
        let key = format!("{WRITE}/{}", code(&[body]));
        return Ok(schedule::at(&key, until, body)?);
    }
    let vault = Vault { version: &config.api_version };
    let rows: Vec<_> = told.entries.iter().map(Entry::row).collect();
    let outcomes = vault.upsert(objects::TIMELINE, objects::EXTERNAL_ID, &rows)?;
    // Those that were taken stay; an attempt more writes the same over them.
    outcomes.into_iter().find_map(Result::err).map_or(Ok(()), Err)
}

/// The entry that a channel is there.
pub(crate) fn channel(case: &str, link: &str) -> Entry {
    Entry {
        case: case.to_owned(),
        kind: "channel".to_owned(),
        title: "Conversation Started: MS Teams Channel".to_owned(),
        link: Some(link.to_owned()),
        at: clock::now(),
        id: format!("tieline/{case}/channel"),
    }
}

fn written(told: &Told) -> Result<String, Failure> {
    serde_json::to_string(told)
        .map_err(|error| Failure::permanent(Problem::new("vault.internal", error.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            case: "V0D1".into(),
            kind: "channel".into(),
            title: "Conversation Started: MS Teams Channel".into(),
            link: Some("https://teams.example/1".into()),
            at: 1_767_225_600_000,
            id: "tieline/V0D1/channel".into(),
        }
    }

    #[test]
    fn an_entry_is_a_record_that_is_known_by_its_external_id() {
        assert_eq!(
            entry().row(),
            json!({
                "case__v": "V0D1", "kind__v": "channel", "title__v": "Conversation Started: MS Teams Channel",
                "link__v": "https://teams.example/1", "occurred__v": "2026-01-01T00:00:00.000Z",
                "external_id__v": "tieline/V0D1/channel",
            })
        );
    }

    #[test]
    fn what_the_vault_would_not_take_is_cut_or_left_out() {
        let long =
            Entry { title: "x".repeat(300), link: Some(format!("https://{}", "y".repeat(1_500))), ..entry() };
        let row = long.row();
        assert_eq!(row["title__v"].as_str().map(str::len), Some(250));
        assert_eq!(row["link__v"], Value::Null);
    }
}

//! Standard case notes, which stay the vault's own: shown, not written.

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_sdk::{Failure, Problem};

use crate::asked::Asked;
use crate::mode::Mode;
use crate::vault::{objects, vql};

/// So many of the newest are shown.
const MOST: usize = 50;

#[derive(Deserialize)]
struct Note {
    id: String,
    #[serde(default, rename = "title__v")]
    title: Option<String>,
    #[serde(default, rename = "note__v")]
    text: Option<String>,
    #[serde(default, rename = "created_date__v")]
    created: Option<String>,
}

/// Those of a case, the newest first.
pub(crate) fn of_case(asked: &Asked<'_>) -> Result<Vec<Value>, Failure> {
    let vault = crate::vault::Vault { version: &asked.config.api_version };
    let query = format!(
        "SELECT id, title__v, LONGTEXT(note__v), created_date__v FROM {} WHERE case__v = {} ORDER BY created_date__v DESC",
        objects::NOTE,
        vql::quoted(&asked.case.id)
    );
    let notes: Vec<Note> = vault.query(&query)?;
    let shown = notes.into_iter().take(MOST).map(
        |note| json!({ "note_id": note.id, "title": note.title, "text": note.text, "created": note.created }),
    );
    Ok(shown.collect())
}

/// Why notes are not written here, where the vault keeps them.
pub(crate) fn refusal(mode: Mode) -> Problem {
    let message = format!("the vault's Microsoft Integration is {}: case notes are its own", mode.label());
    Problem::new("vault.standard-notes", message)
        .remedy("write the note in the Service Center, or ask a Business Admin to turn MS OneNote on")
}

//! Case notes. Where the vault has OneNote, they are pages of a notebook ([`onenote`]), named as the settings say
//! ([`scheme`]); else the standard ones of the vault, which this connector only shows.
//!
//! OneNote takes no app's own credential any more (since 31 March 2025): everything is done as the person who asks.

pub mod html;
pub mod images;
pub mod multipart;
pub(crate) mod onenote;
pub mod scheme;
pub(crate) mod standard;
pub(crate) mod write;

use serde_json::{Value, json};
use tieline_sdk::{Failure, Problem};

use crate::asked::{Asked, Input};
use onenote::pages;

/// `list-notes`
pub(crate) fn list(asked: &Asked<'_>) -> Result<Value, Problem> {
    let notes = all(asked)?;
    Ok(json!({ "kept_in": if asked.mode.onenote() { "onenote" } else { "vault" }, "notes": notes }))
}

/// The notes of a case, the newest first.
pub(crate) fn all(asked: &Asked<'_>) -> Result<Vec<Value>, Failure> {
    if asked.mode.onenote() { Ok(pages::json(&pages::of_case(asked)?)) } else { standard::of_case(asked) }
}

/// `read-note`
pub(crate) fn read(asked: &Asked<'_>, input: &Input) -> Result<Value, Problem> {
    let page = pages::named(asked, input.page_id.as_deref())?;
    let text = html::text(&pages::content(asked, &page.id)?);
    Ok(json!({ "page_id": page.id, "title": page.title, "text": text, "link": page.link() }))
}

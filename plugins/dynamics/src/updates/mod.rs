//! Updates of records, told to the chats that are connected to them.
//!
//! Two sources ([`webhook`] and [`tracking`]) say that a record changed. Each change becomes one event of the record,
//! handled one after another: [`announce`] drops what people know already or what was overtaken ([`told`]), and posts one
//! message to each connected chat.

pub(crate) mod announce;
pub mod change;
pub mod context;
pub(crate) mod gone;
pub mod message;
pub mod told;
pub mod tracked;
pub(crate) mod tracking;
pub(crate) mod webhook;

use serde::Serialize;
use tieline_sdk::events::{self, NewEvent};
use tieline_sdk::{Failure, Problem};

/// Type of the events in which a record changed.
pub(crate) const UPDATE: &str = "update";
/// Type of the events in which a record was deleted.
pub(crate) const GONE: &str = "gone";

/// Emits an event of a record: those of one record are handled in the order of their emission.
pub(crate) fn emit(
    kind: &str,
    (table, record): (&str, &str),
    body: &impl Serialize,
    dedupe: Option<String>,
) -> Result<(), Failure> {
    let body = serde_json::to_string(body)
        .map_err(|error| Failure::permanent(Problem::new("dynamics.internal", error.to_string())))?;
    let event = NewEvent {
        type_: kind.to_owned(),
        body,
        ordering_key: Some(format!("record/{table}/{record}")),
        dedupe_key: dedupe,
    };
    Ok(events::emit(&event)?)
}

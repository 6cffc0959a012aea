//! Reads call records and writes their rows.
//!
//! A record that is announced is read by itself ([`one`]). Those of a time are listed page by page, and the ones that are
//! new or have grown are read together ([`listing`], with [`window`] to say what to list next): when the collection
//! begins, when nobody was told for a while, and now and then. Either way a version is written once, which [`seen`]
//! remembers; a call with more sessions than a run may read is read on by [`rest`].

mod listing;
mod one;
mod rest;
mod seen;
pub mod window;
mod write;

pub(crate) use listing::{asked, begin, look_again, missed, step};
pub(crate) use one::{Missed, collect};
pub(crate) use rest::{Rest, go_on};
pub use window::Window;

use serde::Serialize;
use tieline_sdk::{Failure, Problem, events};

/// The timer that begins it.
pub const BEGIN: &str = "begin";
/// The timer that lists the last days.
pub const LOOK_AGAIN: &str = "look-again";
/// Goes on with a list.
pub(crate) const WINDOW: &str = "window";
/// A call that was listed and could not be read with the others.
pub(crate) const MISSED: &str = "missed";
/// Goes on with a call.
pub(crate) const REST: &str = "rest";

/// Notes the devices when the collection begins; later their timer does.
pub(crate) const DEVICES: &str = "devices";

/// How notifications name a call, and so the key under which all that concerns it happens in order.
const RESOURCE: &str = "communications/callRecords";

/// The call that a notification is about: `communications/callRecords/{id}`, in whatever spelling.
pub fn id_of(resource: &str) -> Option<&str> {
    let rest = resource.trim_start_matches('/');
    let (named, rest) = rest.split_at_checked(RESOURCE.len())?;
    if !named.eq_ignore_ascii_case(RESOURCE) {
        return None;
    }
    let id = match rest.strip_prefix('/') {
        Some(id) => id,
        None => rest.strip_prefix("('")?.strip_suffix("')")?,
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    (!id.is_empty() && id.len() <= 128 && id.bytes().all(plain)).then_some(id)
}

/// The key of all events of a call.
fn order_of(id: &str) -> String {
    format!("{RESOURCE}/{id}")
}

fn emit(kind: &str, body: &impl Serialize, order: String, dedupe: Option<String>) -> Result<(), Failure> {
    let body = serde_json::to_string(body)
        .map_err(|error| Failure::permanent(Problem::new("calls.unwritable-event", error.to_string())))?;
    let event =
        events::NewEvent { type_: kind.to_owned(), body, ordering_key: Some(order), dedupe_key: dedupe };
    Ok(events::emit(&event)?)
}

#[cfg(test)]
mod tests {
    use super::id_of;

    #[test]
    fn a_call_is_known_in_every_spelling_and_nothing_else_is_one() {
        let id = "e523d2ed-2966-4b6b-925b-754a88034cc5";
        for resource in
            [format!("communications/callRecords/{id}"), format!("/Communications/callrecords('{id}')")]
        {
            assert_eq!(id_of(&resource), Some(id), "{resource}");
        }
        for resource in [
            "communications/callRecords",
            "communications/callRecords/",
            "communications/callRecords/a/b",
            "communications/callRecords/a?$expand=x",
            "communications/callRecords('a",
            "chats('19:x')/messages('1')",
            "é",
            "",
        ] {
            assert_eq!(id_of(resource), None, "{resource}");
        }
    }
}

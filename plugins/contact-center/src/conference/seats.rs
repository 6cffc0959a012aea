//! Which Teams users sit in which sessions: what an event of a session is handed on by.

use tieline_sdk::{Failure, storage};

use super::Seat;

/// The most seats of a session.
const MOST: u32 = 500;
/// How long it is remembered that somebody sat there: what asked for them may come again.
const REMEMBERED: u64 = 7 * 24 * 3_600_000;

fn session(chat: &str) -> String {
    format!("seat/{chat}/")
}

fn key(seat: &Seat) -> String {
    format!("{}{}", session(&seat.chat), seat.party)
}

/// Notes who is to sit there.
pub(crate) fn take(seat: &Seat, person: &str) -> Result<(), Failure> {
    storage::put_json(&key(seat), &Some(person), None)
}

/// Nobody sits there any more.
pub(crate) fn leave(seat: &Seat) -> Result<(), Failure> {
    storage::put_json(&key(seat), &None::<&str>, Some(REMEMBERED))
}

/// The seats of a session, and which Teams user sits there; none: nobody does any more.
pub(crate) fn of(chat: &str) -> Result<Vec<(Seat, Option<String>)>, Failure> {
    let prefix = session(chat);
    let page = storage::scan(&prefix, None, MOST)?;
    let seat = |entry: &tieline_sdk::Entry| {
        let party = entry.key.strip_prefix(&prefix)?.to_owned();
        let person = serde_json::from_slice(&entry.value).ok()?;
        Some((Seat { chat: chat.to_owned(), party }, person))
    };
    Ok(page.entries.iter().filter_map(seat).collect())
}

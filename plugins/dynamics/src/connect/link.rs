//! The mapping between records and places: all that this connector stores of a chat.
//!
//! `link/<table>/<record>/<place>` holds the link, `chat/<chat>/<table>/<record>` finds it from the chat.

use serde::{Deserialize, Serialize};
use tieline_sdk::{Failure, Problem, Timestamp, storage};

use crate::teams::place::Place;

/// A page of keys.
const PAGE: u32 = 1_000;

/// A record and a place that are connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Logical name of the record's table.
    pub table: String,
    /// The record.
    pub record: String,
    /// The chat or channel.
    pub place: Place,
    /// Entra object id of the last person who connected them.
    pub connected_by: String,
    /// When.
    pub connected_at: Timestamp,
    /// The upstream's row of the same mapping.
    pub association: String,
    /// The upstream's row on the record's timeline, while that is synchronised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<String>,
}

impl Link {
    fn key(&self) -> String {
        key(&self.table, &self.record, &self.place)
    }

    /// Keeps the link.
    pub(crate) fn keep(&self) -> Result<(), Failure> {
        storage::put_json(&self.key(), self, None)?;
        if let Some(chat) = self.place.chat() {
            storage::put_json(&back(chat, &self.table, &self.record), &(), None)?;
        }
        Ok(())
    }

    /// Forgets it. True: nothing is connected to the chat any more.
    pub(crate) fn forget(&self) -> Result<bool, Failure> {
        storage::delete(&self.key(), storage::Condition::Always)?;
        let Some(chat) = self.place.chat() else { return Ok(false) };
        storage::delete(&back(chat, &self.table, &self.record), storage::Condition::Always)?;
        Ok(records_of(chat)?.is_empty())
    }
}

fn key(table: &str, record: &str, place: &Place) -> String {
    format!("link/{table}/{record}/{}", place.id())
}

fn back(chat: &str, table: &str, record: &str) -> String {
    format!("chat/{chat}/{table}/{record}")
}

/// The link between a record and a place.
pub(crate) fn find(table: &str, record: &str, place: &Place) -> Result<Option<Link>, Failure> {
    storage::get_json(&key(table, record, place))
}

/// The links of a record.
pub(crate) fn of_record(table: &str, record: &str) -> Result<Vec<Link>, Failure> {
    scanned(&format!("link/{table}/{record}/"))
}

/// The links of all records of a table.
pub(crate) fn of_table(table: &str) -> Result<Vec<Link>, Failure> {
    scanned(&format!("link/{table}/"))
}

/// Every link.
pub(crate) fn all() -> Result<Vec<Link>, Failure> {
    scanned("link/")
}

/// Table and id of the records that a chat is connected to.
pub(crate) fn records_of(chat: &str) -> Result<Vec<(String, String)>, Failure> {
    let prefix = format!("chat/{chat}/");
    let mut records = vec![];
    each(&prefix, |key, _| {
        if let Some((table, record)) = key.strip_prefix(&prefix).and_then(|rest| rest.split_once('/')) {
            records.push((table.to_owned(), record.to_owned()));
        }
        Ok(())
    })?;
    Ok(records)
}

fn scanned(prefix: &str) -> Result<Vec<Link>, Failure> {
    let mut links: Vec<Link> = vec![];
    each(prefix, |key, value| {
        let link = serde_json::from_slice(value).map_err(|error| {
            let message = format!("the value under {key} does not decode: {error}");
            Failure::permanent(Problem::new("storage.unreadable", message))
        })?;
        links.push(link);
        Ok(())
    })?;
    links.sort_by_key(|link| link.connected_at);
    Ok(links)
}

fn each(prefix: &str, mut take: impl FnMut(&str, &[u8]) -> Result<(), Failure>) -> Result<(), Failure> {
    let mut after = None;
    loop {
        let page = storage::scan(prefix, after.as_deref(), PAGE)?;
        for entry in &page.entries {
            take(&entry.key, &entry.value)?;
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(()),
        }
    }
}

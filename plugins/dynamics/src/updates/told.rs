//! What people know of a record: fingerprints of the values that they were told, or that held when their chat was
//! connected.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tieline_sdk::{Failure, storage};

use super::change::{Change, print};
use crate::dataverse::metadata::Table;
use crate::dataverse::record::Record;
use crate::settings::review;

/// A record's fields and what is known of each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Told(BTreeMap<String, Known>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    print: String,
    /// When the value was given.
    at: u64,
}

impl Told {
    /// Whether people need not be told: they know the value, or a later one. Pure.
    pub fn knows(&self, change: &Change, at: u64) -> bool {
        self.0.get(&change.attribute).is_some_and(|known| known.print == change.print || known.at > at)
    }

    /// Whether anything is known of a field.
    pub fn has(&self, attribute: &str) -> bool {
        self.0.contains_key(attribute)
    }

    /// Notes that people know a value now.
    pub fn learn(&mut self, attribute: &str, print: &str, at: u64) {
        self.0.insert(attribute.to_owned(), Known { print: print.to_owned(), at });
    }
}

/// Those of the watched attributes that can be told.
pub(crate) fn tellable<'a>(table: &Table, watched: &[&'a str]) -> Vec<&'a str> {
    review::told(table, watched).0
}

fn key(table: &str, record: &str) -> String {
    format!("told/{table}/{record}")
}

/// What people know of a record.
pub(crate) fn of(table: &str, record: &str) -> Result<Told, Failure> {
    Ok(storage::get_json(&key(table, record))?.unwrap_or_default())
}

/// Keeps it.
pub(crate) fn keep(table: &str, record: &str, told: &Told) -> Result<(), Failure> {
    storage::put_json(&key(table, record), told, None)
}

/// Forgets it: nobody is left to know.
pub(crate) fn forget(table: &str, record: &str) -> Result<(), Failure> {
    Ok(storage::delete(&key(table, record), storage::Condition::Always)?)
}

/// Whoever connects a chat sees the record as it is: nothing of that is news.
pub(crate) fn know(table: &Table, id: &str, watched: &[&str], record: &Record) -> Result<(), Failure> {
    let mut told = of(&table.name, id)?;
    for attribute in watched {
        if !told.has(attribute) {
            told.learn(attribute, &print(&record.value(table, attribute)), record.changed_at());
        }
    }
    keep(&table.name, id, &told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_told_once_and_an_overtaken_one_never() {
        let mut told = Told::default();
        let change = |value: u32| Change::new("prioritycode", &json!(value), None);
        assert!(!told.knows(&change(1), 10), "nothing is known");
        told.learn("prioritycode", &change(1).print, 10);
        assert!(told.knows(&change(1), 20), "the other source told it");
        assert!(!told.knows(&change(2), 10), "at the same time, another value");
        assert!(told.knows(&change(2), 9), "overtaken");
        assert!(!told.knows(&change(2), 20));
        let text = serde_json::to_string(&told).unwrap();
        assert!(!text.contains("High") && serde_json::from_str::<Told>(&text).unwrap() == told);
    }
}

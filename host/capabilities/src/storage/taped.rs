//! What is asked and told here, as it stands on a tape: bytes that are text stay readable.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{
    bindings::{
        storage::{Condition, Page as Told},
        types::Entry as Found,
    },
    tape::Plain,
};

#[derive(Serialize)]
pub(super) struct Key<'a> {
    pub(super) key: &'a str,
}

#[derive(Serialize)]
pub(super) struct Put<'a> {
    pub(super) key: &'a str,
    pub(super) value: Plain<'a>,
    pub(super) when: Condition,
    pub(super) ttl: Option<u64>,
}

#[derive(Serialize)]
pub(super) struct Delete<'a> {
    pub(super) key: &'a str,
    pub(super) when: Condition,
}

#[derive(Serialize)]
pub(super) struct Scan<'a> {
    pub(super) prefix: &'a str,
    pub(super) after: Option<&'a str>,
    pub(super) limit: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "Plain<'a>: Deserialize<'de>"))]
pub(super) struct Entry<'a> {
    key: Cow<'a, str>,
    value: Plain<'a>,
    revision: u64,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "Plain<'a>: Deserialize<'de>"))]
pub(super) struct Page<'a> {
    entries: Vec<Entry<'a>>,
    next: Option<Cow<'a, str>>,
}

impl<'a> From<&'a Found> for Entry<'a> {
    fn from(found: &'a Found) -> Self {
        let Found { key, value, revision } = found;
        Self { key: key.into(), value: Plain::from(&value[..]), revision: *revision }
    }
}

impl From<Entry<'_>> for Found {
    fn from(entry: Entry<'_>) -> Self {
        let Entry { key, value, revision } = entry;
        Self { key: key.into_owned(), value: value.into_vec(), revision }
    }
}

impl<'a> From<&'a Told> for Page<'a> {
    fn from(told: &'a Told) -> Self {
        let next = told.next.as_deref().map(Cow::Borrowed);
        Self { entries: told.entries.iter().map(Entry::from).collect(), next }
    }
}

impl From<Page<'_>> for Told {
    fn from(page: Page<'_>) -> Self {
        let next = page.next.map(Cow::into_owned);
        Self { entries: page.entries.into_iter().map(Found::from).collect(), next }
    }
}

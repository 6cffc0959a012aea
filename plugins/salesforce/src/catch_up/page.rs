//! A page of messages as Graph lists them. Pure.

use serde::Deserialize;
use serde_json::Value;

use crate::teams::place::Place;
use crate::teams::source::is_id;
use tieline_sdk::time;

/// What a page's address answered.
#[derive(Debug)]
pub enum Answer {
    /// A page.
    Page(Page),
    /// 410: the link is too old.
    Gone,
    /// 404: what was listed is not there (any more).
    Missing,
}

/// A page.
#[derive(Debug, Default, Deserialize)]
pub struct Page {
    #[serde(default)]
    value: Vec<Value>,
    /// The next one, whole.
    #[serde(default, rename = "@odata.nextLink")]
    pub(super) next: Option<String>,
    /// On the last page of a delta.
    #[serde(default, rename = "@odata.deltaLink")]
    pub(super) delta: Option<String>,
}

/// A message of a page.
pub(super) struct Listed<'a> {
    pub(super) id: &'a str,
    pub(super) created: u64,
    pub(super) changed: u64,
    pub(super) whole: &'a Value,
}

impl Page {
    /// The messages that are there; those that a delta calls removed are not.
    pub(super) fn items(&self) -> impl Iterator<Item = Listed<'_>> {
        self.value.iter().filter_map(|whole| {
            let time = |name: &str| whole[name].as_str().and_then(time::millis);
            let created = time("createdDateTime")?;
            let changed = time("lastModifiedDateTime").unwrap_or(created).max(created);
            let id = whole["id"].as_str().filter(|id| is_id(id))?;
            whole.get("@removed").is_none().then_some(Listed { id, created, changed, whole })
        })
    }
}

impl<'a> Listed<'a> {
    /// Where it says that it is.
    pub(super) fn place(&self) -> Option<Place<'a>> {
        let text = |value: &'a Value| value.as_str().filter(|id| is_id(id));
        let channel = &self.whole["channelIdentity"];
        Place::named(text(&channel["teamId"]), text(&channel["channelId"]), text(&self.whole["chatId"]))
    }
}

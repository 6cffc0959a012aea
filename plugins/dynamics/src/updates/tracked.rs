//! A page of changes. Pure.
//!
//! <https://learn.microsoft.com/power-apps/developer/data-platform/use-change-tracking-synchronize-data-external-systems>

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::change::{Change, Update};
use crate::dataverse::ids::guid;
use crate::dataverse::metadata::Table;
use crate::dataverse::record::Record;

/// A page, as Dataverse answers it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Page {
    value: Vec<Map<String, Value>>,
    /// Where the next page is.
    #[serde(rename = "@odata.nextLink")]
    pub next: Option<String>,
    /// Where to ask next time.
    #[serde(rename = "@odata.deltaLink")]
    pub delta: Option<String>,
}

/// What a page says of connected records.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// With all watched fields: a page does not say which of them changed.
    pub updated: Vec<(Update, Option<String>)>,
    /// Ids of deleted ones.
    pub deleted: Vec<String>,
}

impl Page {
    /// What it says of those records, which are connected. Nothing is said of what `own` changed.
    pub fn seen(
        self,
        table: &Table,
        watched: &[&str],
        connected: &BTreeSet<String>,
        own: &str,
        now: u64,
    ) -> Seen {
        let mut seen = Seen::default();
        for row in self.value {
            let text = |name: &str| row.get(name).and_then(Value::as_str);
            if text("reason") == Some("deleted") {
                seen.deleted.extend(text("id").and_then(guid).filter(|id| connected.contains(id)));
                continue;
            }
            let Some(record) = text(&table.id).and_then(guid).filter(|id| connected.contains(id)) else {
                continue;
            };
            let etag = text("@odata.etag").map(str::to_owned);
            let row = Record::new(row);
            let by = row.user("modifiedby");
            if by.as_deref() == Some(own) {
                continue;
            }
            let at = Some(row.changed_at()).filter(|at| *at > 0).unwrap_or(now);
            let change =
                |name: &&str| Change::new(name, &row.value(table, name), row.text(table, name).as_deref());
            let changes = Some(watched.iter().map(change).collect());
            seen.updated.push((Update { table: table.name.clone(), record, at, by, changes }, etag));
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "00000000-0000-4000-8000-00000000000a";
    const B: &str = "00000000-0000-4000-8000-00000000000b";
    const C: &str = "00000000-0000-4000-8000-00000000000c";
    const OWN: &str = "00000000-0000-4000-8000-0000000000ff";

    #[test]
    fn a_page_tells_of_connected_records_that_others_changed() {
        let table: Table = serde_json::from_str(
            r#"{"name":"incident","set":"incidents","id":"incidentid","title":"title","label":"Case",
                "is_virtual":false,"tells_updates":true,"is_activity":false,"tracks_changes":true,
                "attributes":{"prioritycode":{"kind":"Picklist","label":"Priority"}}}"#,
        )
        .unwrap();
        let page: Page = serde_json::from_str(&format!(
            r#"{{"@odata.deltaLink":"https://o/x?$deltatoken=1","value":[
                {{"@odata.etag":"W/\"1\"","incidentid":"{A}","prioritycode":1,
                  "prioritycode@OData.Community.Display.V1.FormattedValue":"High","modifiedon":"2026-01-01T00:00:00Z","_modifiedby_value":"{C}"}},
                {{"incidentid":"{B}","prioritycode":2}},
                {{"incidentid":"{C}","prioritycode":2,"_modifiedby_value":"{OWN}"}},
                {{"@odata.context":"x#incidents/$deletedEntity","id":"{C}","reason":"deleted"}},
                {{"@odata.context":"x#incidents/$deletedEntity","id":"{B}","reason":"deleted"}}]}}"#
        ))
        .unwrap();
        assert_eq!(page.delta.as_deref(), Some("https://o/x?$deltatoken=1"));
        let connected = [A.to_owned(), C.to_owned()].into();
        let seen = page.seen(&table, &["prioritycode"], &connected, OWN, 5);
        assert_eq!(seen.deleted, [C]);
        let [(update, etag)] = seen.updated.as_slice() else { panic!("{seen:?}") };
        assert_eq!(
            (update.record.as_str(), update.at, update.by.as_deref()),
            (A, 1_767_225_600_000, Some(C))
        );
        assert_eq!(update.changes.as_ref().unwrap()[0].text.as_deref(), Some("High"));
        assert_eq!(etag.as_deref(), Some("W/\"1\""));
    }
}

//! The activity row of a connected chat (table `chat`).
//!
//! The table is documented for internal use only. Its columns `linkedby` and `linkedon` are the platform's own, and
//! `modifiedinteamsby` is a list of parties that only its own synchronisation fills, so people are named in the
//! description, which every timeline shows; the owner of the row is who connected the chat.

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_sdk::Failure;

use crate::connect::link::Link;
use crate::dataverse::Dataverse;
use crate::dataverse::metadata::Table;
use crate::dataverse::person::Person;
use crate::teams::html::shortened;
use crate::teams::message::Last;
use tieline_sdk::time::iso;

/// Longest subject of an activity.
const SUBJECT: usize = 200;
/// Begins the line that says who wrote last.
const LAST: &str = "Last message by ";
/// Begins the line with which a chat's story here ends.
const ENDED: &str = "Disconnected by ";

/// A row to be.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// What it is about.
    pub link: &'a Link,
    /// What people call the chat.
    pub name: &'a str,
    /// Opens the chat.
    pub open: &'a str,
    /// Who connected it.
    pub person: &'a Person,
}

/// A row that is there.
#[derive(Debug, Deserialize)]
pub(crate) struct Stored {
    #[serde(rename = "@odata.etag")]
    pub(crate) etag: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    modifiedinteamson: Option<String>,
    #[serde(default)]
    statecode: Option<u32>,
}

impl Row<'_> {
    /// The fields of the row; none where records of the table have no timeline, being activities themselves.
    pub fn fields(&self, table: &Table) -> Option<Value> {
        if table.is_activity || table.is_virtual {
            return None;
        }
        let Link { place, record, connected_at, .. } = self.link;
        let when = iso(*connected_at);
        let regarding = format!("regardingobjectid_{}_chat@odata.bind", table.name);
        let mut fields = json!({
            "subject": shortened(self.name, SUBJECT),
            "teamschatid": place.id(),
            "description": format!("Connected by {}, {when}\nOpen chat: {}", self.person.name, self.open),
            "ownerid@odata.bind": format!("/systemusers({})", self.person.id),
        });
        fields[regarding] = format!("/{}({record})", table.set).into();
        Some(fields)
    }
}

impl Stored {
    /// The fields that say who wrote last; none where a later message is noted, or the chat's story here has ended.
    pub(crate) fn with_last(&self, last: &Last) -> Option<Value> {
        let noted = self.modifiedinteamson.as_deref().and_then(tieline_sdk::time::millis);
        // The upstream keeps whole seconds.
        if noted.is_some_and(|noted| noted / 1_000 >= last.at / 1_000)
            || self.statecode.is_some_and(|state| state != 0)
        {
            return None;
        }
        let when = iso(last.at);
        Some(json!({
            "modifiedinteamson": when,
            "description": self.described(&format!("{LAST}{}, {when}", last.name)),
        }))
    }

    /// The fields with which the chat's story on this timeline ends.
    pub(crate) fn ended(&self, who: &str, at: u64) -> Value {
        let line = format!("{ENDED}{who}, {}", iso(at));
        let before = self.description.as_deref().unwrap_or_default();
        json!({ "statecode": 1, "description": format!("{before}\n{line}").trim_start() })
    }

    fn described(&self, line: &str) -> String {
        let before = self.description.as_deref().unwrap_or_default();
        let kept = before.lines().filter(|line| !line.starts_with(LAST));
        kept.chain([line]).collect::<Vec<_>>().join("\n")
    }
}

/// Reads a row; none if it is not there.
pub(crate) fn read(dataverse: &Dataverse<'_>, id: &str) -> Result<Option<Stored>, Failure> {
    dataverse.find(&format!("chats({id})?$select=description,modifiedinteamson,statecode"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::teams::place::Place;

    fn link() -> Link {
        Link {
            table: "incident".into(),
            record: "6d81597f-0f9f-e711-8122-000d3aa2331c".into(),
            place: Place::Chat("19:a@thread.v2".into()),
            connected_by: "u".into(),
            connected_at: 1_767_225_600_000,
            association: "a".into(),
            activity: None,
        }
    }

    fn table(activity: bool) -> Table {
        serde_json::from_value(json!({
            "name": "incident", "set": "incidents", "id": "incidentid", "title": "title", "label": "Case",
            "is_virtual": false, "tells_updates": true, "is_activity": activity, "tracks_changes": true, "attributes": {},
        }))
        .unwrap()
    }

    #[test]
    fn a_row_says_who_connected_which_chat_when_and_opens_it() {
        let person = Person { id: "p".into(), name: "Ada".into(), object_id: None };
        let link = link();
        let row = Row { link: &link, name: "Case 7", open: "https://teams.example/1", person: &person };
        assert_eq!(
            row.fields(&table(false)).unwrap(),
            json!({
                "subject": "Case 7",
                "teamschatid": "19:a@thread.v2",
                "description": "Connected by Ada, 2026-01-01T00:00:00.000Z\nOpen chat: https://teams.example/1",
                "ownerid@odata.bind": "/systemusers(p)",
                "regardingobjectid_incident_chat@odata.bind": "/incidents(6d81597f-0f9f-e711-8122-000d3aa2331c)",
            })
        );
        assert_eq!(row.fields(&table(true)), None, "an e-mail has no timeline of its own");
    }

    #[test]
    fn the_last_message_replaces_the_one_before_and_never_goes_back() {
        let stored = |json: Value| serde_json::from_value::<Stored>(json).unwrap();
        let last = Last { by: "b".into(), name: "Bob".into(), at: 1_767_225_660_000 };
        let fresh = stored(json!({ "description": "Connected by Ada", "statecode": 0 }));
        let fields = fresh.with_last(&last).unwrap();
        assert_eq!(fields["description"], "Connected by Ada\nLast message by Bob, 2026-01-01T00:01:00.000Z");
        let noted = stored(
            json!({ "description": fields["description"], "modifiedinteamson": "2026-01-01T00:01:00Z" }),
        );
        assert_eq!(noted.with_last(&last), None);
        let later = Last { name: "Cyd".into(), at: last.at + 60_000, ..last.clone() };
        let fields = noted.with_last(&later).unwrap();
        assert_eq!(fields["description"], "Connected by Ada\nLast message by Cyd, 2026-01-01T00:02:00.000Z");
        assert_eq!(stored(json!({ "statecode": 1 })).with_last(&last), None, "it has ended");
        assert_eq!(noted.ended("Ada", 0)["statecode"], 1);
    }
}

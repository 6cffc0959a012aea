//! Events, as people give them and as Outlook has them. Pure.
//!
//! <https://learn.microsoft.com/graph/api/user-post-events>

use serde::Deserialize;
use serde_json::{Map, Value, json};
use tieline_sdk::{Problem, Timestamp, time};

use crate::people::is_address;
use crate::words::cut;

/// Outlook takes subjects this long.
const SUBJECT: usize = 255;
/// Outlook invites so many at once.
const MOST: usize = 500;

/// The fields of an event that are read.
pub(crate) const FIELDS: [&str; 10] = [
    "id",
    "subject",
    "bodyPreview",
    "start",
    "end",
    "organizer",
    "onlineMeeting",
    "webLink",
    "transactionId",
    "isCancelled",
];

/// An event, as Outlook has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Event {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub subject: Option<String>,
    /// How its text begins.
    pub body_preview: Option<String>,
    start: Moment,
    end: Moment,
    organizer: Option<Organizer>,
    online_meeting: Option<OnlineMeeting>,
    /// Opens it in Outlook.
    pub web_link: Option<String>,
    /// What its creator called the asking.
    pub transaction_id: Option<String>,
    /// Whether it takes place no more.
    pub is_cancelled: Option<bool>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Moment {
    date_time: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Organizer {
    email_address: Address,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Address {
    name: Option<String>,
    address: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct OnlineMeeting {
    join_url: Option<String>,
}

impl Event {
    /// Joins the online meeting, if it is one.
    pub fn join_url(&self) -> Option<&str> {
        self.online_meeting.as_ref()?.join_url.as_deref()
    }

    /// When it begins.
    pub fn start(&self) -> Option<Timestamp> {
        self.start.millis()
    }

    /// When it ends.
    pub fn end(&self) -> Option<Timestamp> {
        self.end.millis()
    }

    /// For programs and for people.
    pub fn json(&self) -> Value {
        let organizer = self.organizer.as_ref().map(|organizer| &organizer.email_address);
        json!({
            "event_id": self.id,
            "subject": self.subject,
            "start": self.start().map(time::iso),
            "end": self.end().map(time::iso),
            "organizer": organizer.map(|who| json!({ "name": who.name, "address": who.address })),
            "join": self.join_url(),
            "link": self.web_link,
            "cancelled": self.is_cancelled == Some(true),
        })
    }
}

impl Moment {
    /// Outlook was asked for UTC, and does not write the `Z`.
    fn millis(&self) -> Option<Timestamp> {
        time::millis(&format!("{}Z", self.date_time.trim_end_matches('Z')))
    }
}

/// What a person wants an event to be; what is left out stays as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// What it is called.
    pub subject: Option<&'a str>,
    /// Its text, as HTML.
    pub html: Option<&'a str>,
    /// `2026-06-15T09:30:00Z`
    pub start: Option<&'a str>,
    /// The same.
    pub end: Option<&'a str>,
    /// Addresses.
    pub attendees: &'a [String],
    /// Whether it is an online meeting.
    pub online: bool,
}

impl Wanted<'_> {
    /// The fields of the event.
    ///
    /// # Errors
    /// `vault.invalid-input` for what is no time, no address, or ends before it begins.
    pub fn fields(&self) -> Result<Value, Problem> {
        let mut fields = Map::new();
        if let Some(subject) = self.subject {
            fields.insert("subject".into(), cut(subject.trim(), SUBJECT).into());
        }
        if let Some(html) = self.html {
            fields.insert("body".into(), json!({ "contentType": "html", "content": html }));
        }
        let (start, end) = (self.start.map(moment).transpose()?, self.end.map(moment).transpose()?);
        if start.zip(end).is_some_and(|(start, end)| end <= start) {
            return Err(invalid("it would end before it begins", "give an end that is later than the start"));
        }
        for (name, at) in [("start", start), ("end", end)] {
            if let Some(at) = at {
                let text = time::iso(at);
                let moment = json!({ "dateTime": text.trim_end_matches('Z'), "timeZone": "UTC" });
                fields.insert(name.into(), moment);
            }
        }
        if !self.attendees.is_empty() {
            fields.insert("attendees".into(), attendees(self.attendees)?);
        }
        if self.online {
            fields.insert("isOnlineMeeting".into(), true.into());
            fields.insert("onlineMeetingProvider".into(), "teamsForBusiness".into());
        }
        Ok(Value::Object(fields))
    }

    /// The same of an event that is to come into being, which must have a subject and times.
    ///
    /// # Errors
    /// As [`fields`](Self::fields), and when one of these is missing.
    pub fn new_fields(&self, transaction: &str) -> Result<Value, Problem> {
        let subject = self.subject.map(str::trim).filter(|subject| !subject.is_empty());
        if subject.is_none() || self.start.is_none() || self.end.is_none() {
            return Err(invalid("an event has a subject, a start and an end", "give all three"));
        }
        let mut fields = self.fields()?;
        fields["transactionId"] = transaction.into();
        Ok(fields)
    }
}

/// A time that somebody gave.
///
/// # Errors
/// `vault.invalid-input`.
pub fn moment(text: &str) -> Result<Timestamp, Problem> {
    time::millis(text)
        .ok_or_else(|| invalid(&format!("`{text}` is no time"), "write it in UTC, like 2026-06-15T09:30:00Z"))
}

fn attendees(addresses: &[String]) -> Result<Value, Problem> {
    if addresses.len() > MOST {
        return Err(invalid("these are too many people", "invite up to 500"));
    }
    let one = |address: &String| {
        if !is_address(address) {
            return Err(invalid(&format!("`{address}` is no address"), "write it like ada@contoso.com"));
        }
        Ok(json!({ "type": "required", "emailAddress": { "address": address } }))
    };
    addresses.iter().map(one).collect()
}

fn invalid(message: &str, remedy: &str) -> Problem {
    Problem::new("vault.invalid-input", message).remedy(remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted<'a>() -> Wanted<'a> {
        Wanted {
            subject: Some(" Review "),
            start: Some("2026-06-15T09:30:00Z"),
            end: Some("2026-06-15T10:00:00Z"),
            ..Wanted::default()
        }
    }

    #[test]
    fn an_online_meeting_is_what_graph_takes() {
        let people = ["ada@contoso.com".to_owned()];
        let event = Wanted { html: Some("<p>x</p>"), attendees: &people, online: true, ..wanted() };
        assert_eq!(
            event.new_fields("tieline-1").unwrap(),
            json!({
                "subject": "Review",
                "body": { "contentType": "html", "content": "<p>x</p>" },
                "start": { "dateTime": "2026-06-15T09:30:00.000", "timeZone": "UTC" },
                "end": { "dateTime": "2026-06-15T10:00:00.000", "timeZone": "UTC" },
                "attendees": [{ "type": "required", "emailAddress": { "address": "ada@contoso.com" } }],
                "isOnlineMeeting": true,
                "onlineMeetingProvider": "teamsForBusiness",
                "transactionId": "tieline-1",
            })
        );
    }

    #[test]
    fn what_is_left_out_stays_as_it_is() {
        let change = Wanted { subject: Some("New"), ..Wanted::default() };
        assert_eq!(change.fields().unwrap(), json!({ "subject": "New" }));
    }

    #[test]
    fn nonsense_is_refused_before_it_is_sent() {
        let nobody = ["nobody".to_owned()];
        for event in [
            Wanted { end: Some("2026-06-15T09:30:00Z"), ..wanted() },
            Wanted { start: Some("tomorrow"), ..wanted() },
            Wanted { subject: Some(" "), ..wanted() },
            Wanted { start: None, ..wanted() },
            Wanted { attendees: &nobody, ..wanted() },
        ] {
            assert_eq!(event.new_fields("t").unwrap_err().code, "vault.invalid-input", "{event:?}");
        }
    }

    #[test]
    fn an_event_is_read_as_outlook_writes_it() {
        let event: Event = serde_json::from_value(json!({
            "id": "AAMk", "subject": "Review", "start": { "dateTime": "2026-06-15T09:30:00.0000000", "timeZone": "UTC" },
            "end": { "dateTime": "2026-06-15T10:00:00.0000000", "timeZone": "UTC" },
            "organizer": { "emailAddress": { "name": "Ada", "address": "ada@contoso.com" } },
            "onlineMeeting": { "joinUrl": "https://teams.microsoft.com/l/meetup-join/1" }, "isCancelled": false,
        }))
        .unwrap();
        let json = event.json();
        assert_eq!(json["start"], "2026-06-15T09:30:00.000Z");
        assert_eq!(json["join"], "https://teams.microsoft.com/l/meetup-join/1");
        let bare: Event =
            serde_json::from_value(json!({ "id": "1", "onlineMeeting": null, "subject": null })).unwrap();
        assert_eq!((bare.join_url(), bare.start()), (None, None));
    }
}

//! A message, as Exchange has it. Pure.

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_sdk::{Timestamp, time};

use crate::words::names;

/// The fields that are read.
pub(crate) const FIELDS: [&str; 7] =
    ["id", "internetMessageId", "subject", "bodyPreview", "from", "receivedDateTime", "webLink"];

/// A message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Message {
    id: String,
    internet_message_id: Option<String>,
    subject: Option<String>,
    body_preview: Option<String>,
    from: Option<From>,
    received_date_time: Option<String>,
    /// Opens it in Outlook.
    pub web_link: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct From {
    email_address: Address,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Address {
    name: Option<String>,
    address: Option<String>,
}

impl Message {
    /// Whether it names the case with this number; a search finds more than that.
    pub fn is_about(&self, number: &str) -> bool {
        [&self.subject, &self.body_preview].into_iter().flatten().any(|text| names(text, number))
    }

    /// What it is known by in every mailbox that it lies in.
    pub fn name(&self) -> &str {
        self.internet_message_id.as_deref().filter(|id| !id.is_empty()).unwrap_or(&self.id)
    }

    /// When it came.
    pub fn received(&self) -> Option<Timestamp> {
        self.received_date_time.as_deref().and_then(time::millis)
    }

    /// What the timeline says of it.
    pub fn title(&self) -> String {
        let subject = self.subject.as_deref().filter(|subject| !subject.trim().is_empty());
        let from = self.from.as_ref().map(|from| &from.email_address);
        let from = from.and_then(|who| who.name.as_deref().or(who.address.as_deref()));
        let from = from.map_or_else(String::new, |who| format!(" (from {who})"));
        format!("Mail: {}{from}", subject.unwrap_or("without a subject"))
    }

    /// For programs and for people.
    pub fn json(&self, mailbox: Option<&str>) -> Value {
        let from = self.from.as_ref().map(|from| &from.email_address);
        json!({
            "message_id": self.id,
            "mailbox": mailbox,
            "subject": self.subject,
            "from": from.map(|who| json!({ "name": who.name, "address": who.address })),
            "received": self.received_date_time,
            "link": self.web_link,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_about_the_case_that_it_names() {
        let message = |json: Value| serde_json::from_value::<Message>(json).unwrap();
        let about = message(
            json!({ "id": "1", "subject": "Re: [C-0001] Pump", "from": { "emailAddress": { "name": "Cyd" } } }),
        );
        assert!(about.is_about("C-0001") && !about.is_about("C-00012"));
        assert_eq!((about.title().as_str(), about.name()), ("Mail: Re: [C-0001] Pump (from Cyd)", "1"));
        let text = message(
            json!({ "id": "2", "internetMessageId": "<x@y>", "subject": null, "bodyPreview": "about c-0001" }),
        );
        assert!(text.is_about("C-0001"));
        assert_eq!((text.title().as_str(), text.name()), ("Mail: without a subject", "<x@y>"));
    }
}

//! A Salesforce Task, and the one for a message. Pure.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm>

use serde::Serialize;

use super::mark::Mark;
use crate::config::Priority;
use crate::salesforce::id;
use crate::teams::message::Message;
use crate::teams::source::Source;

/// Salesforce refuses longer values (`STRING_TOO_LONG`).
const SUBJECT_LIMIT: usize = 255;
const DESCRIPTION_LIMIT: usize = 32_000;

/// What is to be logged where, whichever rule or person wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule<'a> {
    /// Recognises the Task among others for the same message.
    pub name: &'a str,
    /// The Opportunity; for what a person logs, any record.
    pub record: &'a str,
    /// Subject of the Task.
    pub subject: String,
    /// Priority of the Task.
    pub priority: Priority,
    /// What people call the channel or chat.
    pub channel_name: Option<&'a str>,
}

impl<'a> Rule<'a> {
    /// How the Task for a message is recognised.
    pub fn mark(&self, source: &Source<'_>) -> Mark<'a> {
        Mark { origin: source.key(), rule: self.name }
    }
}

/// A Task to create, in the names of Salesforce.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[allow(missing_docs)]
pub struct NewTask {
    pub subject: String,
    pub description: String,
    /// The record that it is about; none for Leads and Contacts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what_id: Option<String>,
    /// The Lead or Contact that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who_id: Option<String>,
    /// None: the integration user, as Salesforce decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// `2026-11-21`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity_date: Option<String>,
    pub status: &'static str,
    pub priority: Priority,
}

/// What a Task says: every Task of this connector is made of these.
#[derive(Debug)]
pub struct Words<'a> {
    /// Cut where it is too long.
    pub subject: &'a str,
    /// Cut where it is too long.
    pub body: &'a str,
    /// Opens what it came of in Teams.
    pub link: Option<&'a str>,
}

impl NewTask {
    /// A Task about the record. Its description ends with the mark, which is never cut off.
    pub fn about(record: &str, words: &Words<'_>, mark: &Mark<'_>) -> Self {
        let mut end = String::from("\n\n");
        if let Some(link) = words.link {
            end.push_str(link);
            end.push('\n');
        }
        end.push_str(&mark.line());
        let room = DESCRIPTION_LIMIT.saturating_sub(units(&end));
        let record = Some(record.to_owned());
        // People are WhoId, everything else is WhatId; both at once Salesforce refuses for Leads.
        let (what_id, who_id) = match record.as_deref().and_then(id::kind) {
            Some("Lead" | "Contact") => (None, record),
            _ => (record, None),
        };
        Self {
            subject: shortened(words.subject, SUBJECT_LIMIT),
            description: shortened(words.body, room) + &end,
            what_id,
            who_id,
            owner_id: None,
            activity_date: None,
            status: "Not Started",
            priority: Priority::Normal,
        }
    }
}

/// The Task that `rule` wants for `message`.
pub fn task_for(message: &Message, source: &Source<'_>, rule: &Rule<'_>, owner: Option<String>) -> NewTask {
    let said = if message.text.is_empty() { "(no text)" } else { &message.text };
    let place = source.place.described(rule.channel_name);
    let body = format!("Message from {} {place}: {said}", message.sender_name);
    let words = Words { subject: &rule.subject, body: &body, link: message.link.as_deref() };
    NewTask {
        owner_id: owner,
        activity_date: Some(message.day().to_owned()),
        priority: rule.priority,
        ..NewTask::about(rule.record, &words, &rule.mark(source))
    }
}

/// `text` within `limit`, with an ellipsis where it was cut. Counted in UTF-16 units, so that no way of counting
/// finds it too long.
fn shortened(text: &str, limit: usize) -> String {
    if units(text) <= limit {
        return text.to_owned();
    }
    let mut room = limit.saturating_sub(1);
    let kept = text.chars().take_while(|c| {
        let fits = c.len_utf16() <= room;
        room = room.saturating_sub(c.len_utf16());
        fits
    });
    kept.chain(std::iter::once('…')).collect()
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(text: &str) -> Message {
        Message {
            sender: "a".into(),
            sender_name: "Priya Singh".into(),
            sender_in_directory: true,
            created: "2026-06-15T09:30:00.1Z".into(),
            text: text.into(),
            link: Some("https://teams.example/l/message/1".into()),
        }
    }

    fn rule(subject: &str) -> Rule<'_> {
        Rule {
            name: "acme",
            record: "006000000000001AAA",
            subject: subject.into(),
            priority: Priority::High,
            channel_name: Some("acme-deal-desk"),
        }
    }

    const SOURCE: &str = "teams('t')/channels('19:c@thread.tacv2')/messages('16')/replies('17')";

    proptest! {
        #[test]
        fn limits_hold_and_the_mark_survives(subject in r"\PC{0,400}", text in r"(\PC{0,30}|😀){0,40}", times in 1_usize..40) {
            let source = Source::parse(SOURCE).unwrap();
            let task = task_for(&message(&text.repeat(times)), &source, &rule(&subject), None);
            prop_assert!(units(&task.subject) <= SUBJECT_LIMIT);
            prop_assert!(units(&task.description) <= DESCRIPTION_LIMIT);
            let mark = rule(&subject).mark(&source);
            prop_assert!(mark.ends(&task.description.replace('\n', "\r\n"), false));
        }
    }

    #[test]
    fn people_are_who_and_all_else_is_what() {
        let words = Words { subject: "s", body: "b", link: None };
        let mark = Mark { origin: "o".into(), rule: "r" };
        let about = |record| NewTask::about(record, &words, &mark);
        assert_eq!(about("00Q000000000001").who_id.as_deref(), Some("00Q000000000001"));
        assert_eq!(about("003000000000001").what_id, None);
        assert_eq!(about("a0X000000000001").what_id.as_deref(), Some("a0X000000000001"));
    }
}

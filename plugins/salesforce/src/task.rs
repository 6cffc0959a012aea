//! The Salesforce Task for a message. Pure.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm>

use serde::Serialize;

use crate::config::Priority;
use crate::message::Message;
use crate::notification::Source;

/// Salesforce refuses longer values (`STRING_TOO_LONG`).
const SUBJECT_LIMIT: usize = 255;
const DESCRIPTION_LIMIT: usize = 32_000;

/// What is to be logged where, whichever rule or person wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule<'a> {
    /// Recognises the Task among others for the same message.
    pub name: &'a str,
    /// The Opportunity.
    pub opportunity: &'a str,
    /// Subject of the Task.
    pub subject: String,
    /// Priority of the Task.
    pub priority: Priority,
    /// What people call the channel or chat.
    pub channel_name: Option<&'a str>,
}

/// A Task to create, in the names of Salesforce.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[allow(missing_docs)]
pub struct NewTask {
    pub subject: String,
    pub description: String,
    pub what_id: String,
    /// None: the integration user, as Salesforce decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// `2026-11-21`
    pub activity_date: String,
    pub status: &'static str,
    pub priority: Priority,
}

/// The Task that `rule` wants for `message`. Its description ends with the [`mark`], which is never cut off.
pub fn task_for(message: &Message, source: &Source<'_>, rule: &Rule<'_>, owner: Option<String>) -> NewTask {
    let said = if message.text.is_empty() { "(no text)" } else { &message.text };
    let place = source.place.described(rule.channel_name);
    let body = format!("Message from {} {place}: {said}", message.sender_name);
    let mut end = String::from("\n\n");
    if let Some(link) = &message.link {
        end.push_str(link);
        end.push('\n');
    }
    end.push_str(&mark(source, rule.name));
    let room = DESCRIPTION_LIMIT.saturating_sub(units(&end));
    NewTask {
        subject: shortened(&rule.subject, SUBJECT_LIMIT),
        description: shortened(&body, room) + &end,
        what_id: rule.opportunity.to_owned(),
        owner_id: owner,
        activity_date: message.day().to_owned(),
        status: "Not Started",
        priority: rule.priority,
    }
}

/// The last line of a Task's description, by which a later attempt recognises it.
pub fn mark(source: &Source<'_>, rule: &str) -> String {
    format!("[tieline {} {rule}]", source.key())
}

/// Whether a description ends with the mark of this message; of this rule, or of any if none is given. Line ends
/// may have become those of Windows on the way.
pub fn is_marked(description: &str, source: &Source<'_>, rule: Option<&str>) -> bool {
    let last = description.trim_end().lines().next_back().unwrap_or_default();
    match rule {
        Some(rule) => last == mark(source, rule),
        None => last.starts_with(&format!("[tieline {} ", source.key())),
    }
}

/// The external id of the Task: unique over messages and rules.
pub fn external_id(source: &Source<'_>, rule: &str) -> String {
    format!("{}:{rule}", source.key())
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
            opportunity: "006000000000001AAA",
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
            prop_assert!(is_marked(&task.description.replace('\n', "\r\n"), &source, Some("acme")));
        }
    }

    #[test]
    fn another_message_or_rule_is_not_this_one() {
        let source = Source::parse(SOURCE).unwrap();
        let post = Source { reply: None, ..source };
        let description = task_for(&message("x"), &source, &rule("s"), None).description;
        assert!(!is_marked(&description, &source, Some("acm")));
        assert!(!is_marked(&description, &post, None));
        assert!(!is_marked(&format!("{description}\nedited"), &source, None));
        assert!(!is_marked("", &source, None));
        assert!(is_marked(&description, &source, None));
    }
}

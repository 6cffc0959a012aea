//! Who said what: Graph's chatMessage, as far as it is of interest here.
//!
//! <https://learn.microsoft.com/graph/api/resources/chatmessage>

use serde::Deserialize;

use crate::teams::text;

/// A message as Graph tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatMessage {
    #[serde(default)]
    message_type: Option<String>,
    created_date_time: String,
    #[serde(default)]
    deleted_date_time: Option<String>,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    web_url: Option<String>,
    #[serde(default)]
    from: Option<From>,
    #[serde(default)]
    body: Option<Body>,
    #[serde(default)]
    attachments: Option<Vec<Attachment>>,
}

#[derive(Debug, Deserialize)]
struct From {
    #[serde(default)]
    user: Option<User>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    id: String,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    user_identity_type: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    #[serde(default)]
    content_type: Option<String>,
    #[serde(default)]
    content: Option<String>,
}

/// A file, a card or a quoted message.
#[derive(Debug, Deserialize)]
pub(crate) struct Attachment {
    #[serde(default)]
    pub(crate) id: Option<String>,
    /// Files have one.
    #[serde(default)]
    pub(crate) name: Option<String>,
}

/// What a person wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The sender's object id in their directory.
    pub sender: String,
    /// The sender's display name.
    pub sender_name: String,
    /// Whether the sender is a user of a directory, and not an anonymous guest, a phone or an e-mail address.
    pub sender_in_directory: bool,
    /// ISO 8601, UTC.
    pub created: String,
    /// Subject and body as plain text, with the names of attached files.
    pub text: String,
    /// Opens the message in Teams.
    pub link: Option<String>,
}

impl ChatMessage {
    /// What a person wrote; none for what nobody said: system messages (`from` is null), typing marks, deleted
    /// messages, and all that bots and other apps post. An app's message that became a Task that an app reports to
    /// the channel would go round for ever.
    pub fn by_a_person(self) -> Option<Message> {
        let said = self.message_type.is_none_or(|kind| kind == "message") && self.deleted_date_time.is_none();
        let user = self.from?.user.filter(|_| said)?;
        let attachments = self.attachments.unwrap_or_default();
        let (content, is_html) = match self.body {
            Some(body) => (
                body.content.unwrap_or_default(),
                body.content_type.is_some_and(|kind| kind.eq_ignore_ascii_case("html")),
            ),
            None => (String::new(), false),
        };
        let content = text::plain(&content, is_html, &attachments);
        let text = match self.subject.as_deref().map(str::trim) {
            None | Some("") => content,
            Some(subject) if content.is_empty() => subject.to_owned(),
            Some(subject) => format!("{subject}\n{content}"),
        };
        Some(Message {
            sender: user.id,
            sender_name: user.display_name.unwrap_or_else(|| "an unnamed person".to_owned()),
            sender_in_directory: user.user_identity_type.is_none_or(|kind| {
                kind.eq_ignore_ascii_case("aadUser") || kind.eq_ignore_ascii_case("onPremiseAadUser")
            }),
            created: self.created_date_time,
            text,
            link: self.web_url.filter(|url| url.starts_with("https://")),
        })
    }
}

impl Message {
    /// The day it was written, in UTC: `2026-11-21`.
    pub fn day(&self) -> &str {
        self.created.split('T').next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<Message> {
        serde_json::from_str::<ChatMessage>(json).unwrap().by_a_person()
    }

    #[test]
    fn what_no_person_said_is_ignored() {
        let nobody = [
            r#"{"createdDateTime":"2026-01-02T03:04:05Z","messageType":"systemEventMessage","from":null,"body":{"content":"<systemEventMessage/>"}}"#,
            r#"{"createdDateTime":"2026-01-02T03:04:05Z","messageType":"message","from":{"application":{"id":"a"},"user":null},"body":{"content":"I am a bot"}}"#,
            r#"{"createdDateTime":"2026-01-02T03:04:05Z","messageType":"message","deletedDateTime":"2026-01-02T03:05:05Z","from":{"user":{"id":"u"}},"body":{"content":""}}"#,
            r#"{"createdDateTime":"2026-01-02T03:04:05Z","messageType":"typing","from":{"user":{"id":"u"}}}"#,
        ];
        for json in nobody {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn a_person_is_heard_with_subject_and_files() {
        let message = read(
            r#"{"createdDateTime":"2026-01-02T03:04:05.6Z","messageType":"message","subject":"Terms","webUrl":"https://teams.example/m",
            "from":{"application":null,"user":{"id":"u","displayName":"Ada","userIdentityType":"aadUser"}},
            "body":{"contentType":"html","content":"<p>See <attachment id=\"1\"></attachment></p>"},
            "attachments":[{"id":"1","contentType":"reference","name":"terms.docx"}]}"#,
        );
        let message = message.unwrap();
        assert_eq!(message.text, "Terms\nSee [terms.docx]");
        assert_eq!((message.day(), message.sender_name.as_str()), ("2026-01-02", "Ada"));
        assert!(message.sender_in_directory);
    }
}

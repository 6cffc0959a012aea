//! A message of a person in Teams. Pure.

use serde::Deserialize;
use tieline_sdk::time;

use super::plain::plain;
use crate::conference::Said;

/// A chatMessage, as far as it is of interest.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    id: String,
    #[serde(default)]
    message_type: Option<String>,
    created_date_time: String,
    #[serde(default)]
    last_modified_date_time: Option<String>,
    #[serde(default)]
    last_edited_date_time: Option<String>,
    #[serde(default)]
    deleted_date_time: Option<String>,
    #[serde(default)]
    from: Option<From>,
    #[serde(default)]
    body: Body,
    #[serde(default)]
    attachments: Vec<Attachment>,
}

#[derive(Debug, Deserialize)]
struct From {
    #[serde(default)]
    user: Option<User>,
}

#[derive(Debug, Deserialize)]
struct User {
    id: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Body {
    content_type: Option<String>,
    content: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attachment {
    #[serde(default)]
    content_type: Option<String>,
}

impl Message {
    /// What this person said; none of what others, bots and Teams itself wrote, and so no echo of the service user.
    pub fn said(&self, person: &str) -> Option<Said> {
        let user = self.from.as_ref()?.user.as_ref()?;
        let is_message = self.message_type.as_deref().is_none_or(|kind| kind == "message");
        if !is_message || !user.id.eq_ignore_ascii_case(person) {
            return None;
        }
        let created = time::millis(&self.created_date_time)?;
        let when = |text: &Option<String>| text.as_deref().and_then(time::millis);
        let is_html = self.body.content_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("html"));
        let said = plain(self.body.content.as_deref().unwrap_or_default(), is_html);
        Some(Said {
            id: self.id.clone(),
            created,
            changed: when(&self.last_modified_date_time).unwrap_or(created).max(created),
            edited: when(&self.last_edited_date_time),
            deleted: self.deleted_date_time.is_some(),
            text: said.text,
            files: said.pictures + self.attachments.iter().filter(|attachment| attachment.is_file()).count(),
        })
    }
}

impl Attachment {
    /// A quotation of another message is no file.
    fn is_file(&self) -> bool {
        !matches!(self.content_type.as_deref(), Some("messageReference" | "forwardedMessageReference"))
    }
}

/// Graph's ids of chats, messages and users: no separators of paths, keys or queries.
pub fn is_id(id: &str) -> bool {
    (1..=200).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:@=".contains(&b))
}

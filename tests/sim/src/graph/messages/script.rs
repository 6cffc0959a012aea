//! Messages that a test posts.

use serde::{Deserialize, Serialize};

use super::render::{Author, Draft};
use super::threads::{Found, Thread};
use crate::graph::notification;
use crate::graph::subscriptions::Change;
use crate::seed;
use crate::world::World;

/// A message to post. Without a place it goes to the demo channel, without a user it is from the
/// first one.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewMessage {
    /// The team; there is only one.
    pub team_id: Option<String>,
    /// The channel.
    pub channel_id: Option<String>,
    /// The chat, instead of a channel.
    pub chat_id: Option<String>,
    /// Who writes.
    pub user_id: Option<String>,
    /// Plain text.
    pub text: Option<String>,
    /// Or HTML.
    pub html: Option<String>,
    /// The subject line of a channel post.
    pub subject: Option<String>,
    /// Files and quotations, as Graph shows them.
    pub attachments: Vec<serde_json::Value>,
    /// The message that this one replies to.
    pub reply_to: Option<String>,
    /// Whether subscribers are told.
    pub notify: bool,
}

impl Default for NewMessage {
    fn default() -> Self {
        Self {
            team_id: None,
            channel_id: None,
            chat_id: None,
            user_id: None,
            text: None,
            html: None,
            subject: None,
            attachments: Vec::new(),
            reply_to: None,
            notify: true,
        }
    }
}

impl NewMessage {
    /// A text for the demo channel.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..Self::default() }
    }
}

/// What becomes of a message: other words, or none.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChangedMessage {
    /// The channel where it is.
    pub channel_id: Option<String>,
    /// Or the chat.
    pub chat_id: Option<String>,
    /// Its words from now on, in plain text.
    pub text: Option<String>,
    /// Or in HTML. Without either it is deleted.
    pub html: Option<String>,
}

/// A message that was posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// Its id.
    pub message_id: String,
    /// Its resource string, as notifications have it.
    pub resource: String,
    /// The subscriptions that are being told.
    pub notified: Vec<String>,
}

/// Why a message cannot be posted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPost {
    /// There is no such team.
    #[error("there is no team {0}")]
    Team(String),
    /// There is no such channel.
    #[error("there is no channel {0}")]
    Channel(String),
    /// There is no such chat.
    #[error("there is no chat {0}")]
    Chat(String),
    /// A message is in one place.
    #[error("give a channel or a chat, not both")]
    Place,
    /// There is no such user.
    #[error("there is no user {0}")]
    User(String),
    /// Nothing to say, or two things.
    #[error("give either text or html")]
    Content,
    /// There is no such message in that place, or it is a reply.
    #[error("there is no message {0}")]
    Message(String),
    /// There is no such message in that place, or it is a reply itself.
    #[error("there is no message {0} to reply to")]
    Parent(String),
}

impl World {
    /// Posts a message and tells the subscribers. Needs a Tokio runtime if it has any to tell.
    pub fn post_message(&self, message: &NewMessage) -> Result<Posted, BadPost> {
        let thread = self.thread_of(message)?;
        let reply_to = match &message.reply_to {
            None => None,
            Some(id) => Some(id.parse().map_err(|_| BadPost::Parent(id.clone()))?),
        };
        let author = match &message.user_id {
            None => &seed::USERS[0],
            Some(id) => seed::USERS
                .iter()
                .find(|user| user.object_id() == *id)
                .ok_or_else(|| BadPost::User(id.clone()))?,
        };
        let (content_type, content) = match (&message.text, &message.html) {
            (Some(text), None) => ("text", text),
            (None, Some(html)) => ("html", html),
            _ => return Err(BadPost::Content),
        };
        let (author_id, author_name) = (author.object_id(), author.name());
        let draft = Draft {
            author: Author {
                id: &author_id,
                name: &author_name,
                directory_id: &self.graph.places.directory_id,
            },
            subject: message.subject.as_deref(),
            content_type,
            content,
            attachments: &message.attachments,
            reply_to,
        };
        let id = thread
            .add(&draft)
            .ok_or_else(|| BadPost::Parent(message.reply_to.clone().unwrap_or_default()))?;
        let notified = if message.notify { self.announce(&thread, id, reply_to) } else { Vec::new() };
        Ok(Posted { message_id: id.to_string(), resource: resource(&thread, id, reply_to), notified })
    }

    /// Somebody edits or deletes a message of a chat or channel, and subscribers are told. Needs a Tokio runtime if there
    /// are any.
    pub fn change_message(&self, id: &str, changed: &ChangedMessage) -> Result<Posted, BadPost> {
        let place = NewMessage {
            channel_id: changed.channel_id.clone(),
            chat_id: changed.chat_id.clone(),
            ..NewMessage::default()
        };
        let thread = self.thread_of(&place)?;
        let missing = || BadPost::Message(id.to_owned());
        let number: u64 = id.parse().map_err(|_| missing())?;
        let content = match (&changed.text, &changed.html) {
            (Some(text), None) => Some(serde_json::json!({ "contentType": "text", "content": text })),
            (None, Some(html)) => Some(serde_json::json!({ "contentType": "html", "content": html })),
            (None, None) => None,
            (Some(_), Some(_)) => return Err(BadPost::Content),
        };
        let change = if content.is_some() { Change::Updated } else { Change::Deleted };
        let at = thread.change(number, |message, time| match content {
            Some(body) => {
                message.insert("lastEditedDateTime".to_owned(), time.into());
                message.insert("body".to_owned(), body);
            }
            None => {
                message.insert("deletedDateTime".to_owned(), time.into());
                message
                    .insert("body".to_owned(), serde_json::json!({ "contentType": "html", "content": "" }));
                message.insert("attachments".to_owned(), serde_json::json!([]));
            }
        });
        let at = at.ok_or_else(missing)?;
        let subscriptions = self.graph.subscriptions.watching(&thread.spot, change);
        let resource = resource(&thread, number, None);
        self.notify(&subscriptions, change, &resource, id, &format!("W/\"{at}\""));
        let notified = subscriptions.into_iter().map(|subscription| subscription.id.clone()).collect();
        Ok(Posted { message_id: id.to_owned(), resource, notified })
    }

    /// Posts `count` messages of the first user to a channel and tells nobody. The answer is their
    /// ids, oldest first.
    pub fn create_messages(
        &self,
        channel_id: &str,
        count: usize,
        text: &str,
    ) -> Result<Vec<String>, BadPost> {
        let unknown = || BadPost::Channel(channel_id.to_owned());
        let thread = self.graph.messages.channel(channel_id).ok_or_else(unknown)?;
        let (id, name) = (seed::USERS[0].object_id(), seed::USERS[0].name());
        let draft = Draft {
            author: Author { id: &id, name: &name, directory_id: &self.graph.places.directory_id },
            subject: None,
            content_type: "text",
            content: text,
            attachments: &[],
            reply_to: None,
        };
        Ok((0..count).filter_map(|_| thread.add(&draft)).map(|id| id.to_string()).collect())
    }

    /// Forgets all messages.
    pub fn clear_messages(&self) {
        self.graph.messages.clear();
    }

    fn thread_of(&self, message: &NewMessage) -> Result<Found<'_>, BadPost> {
        if let Some(team) = &message.team_id {
            self.graph.places.team(team).map_err(|_| BadPost::Team(team.clone()))?;
        }
        let threads = &self.graph.messages;
        match (&message.channel_id, &message.chat_id) {
            (Some(_), Some(_)) => Err(BadPost::Place),
            (Some(id), None) => threads.channel(id).ok_or_else(|| BadPost::Channel(id.clone())),
            (None, Some(id)) => threads.chat(id).ok_or_else(|| BadPost::Chat(id.clone())),
            (None, None) => {
                let id = seed::channel_id(seed::CHANNEL);
                threads.channel(&id).ok_or(BadPost::Channel(id))
            }
        }
    }

    /// Tells the subscribers of a thread about a new message. The answer is who is told.
    pub(super) fn announce(&self, thread: &Thread, id: u64, reply_to: Option<u64>) -> Vec<String> {
        let subscriptions = self.graph.subscriptions.watching(&thread.spot, Change::Created);
        if subscriptions.is_empty() {
            return Vec::new();
        }
        let resource = resource(thread, id, reply_to);
        let id = id.to_string();
        self.notify(&subscriptions, Change::Created, &resource, &id, &notification::etag(&id));
        subscriptions.into_iter().map(|subscription| subscription.id.clone()).collect()
    }
}

/// `…/messages('id')`, or `…/messages('parent')/replies('id')`.
fn resource(thread: &Thread, id: u64, reply_to: Option<u64>) -> String {
    let spot = thread.spot.resource();
    match reply_to {
        None => format!("{spot}/messages('{id}')"),
        Some(parent) => format!("{spot}/messages('{parent}')/replies('{id}')"),
    }
}

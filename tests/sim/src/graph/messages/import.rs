//! Posting through the API ("Send chatMessage in a channel or a chat").
//!
//! A user's token posts as that user. A token without a user posts only with
//! `Teamwork.Migrate.All`, and then `from` in the body says who wrote it.

use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::endpoints::{channel_of, chat_of, number};
use super::render::{Author, Draft};
use super::threads::Thread;
use crate::call::{self, Reply};
use crate::graph::errors::GraphError;
use crate::graph::permissions::Operation;
use crate::graph::{JSON, Request};
use crate::seed;

#[derive(Deserialize)]
struct Post {
    body: Body,
    subject: Option<String>,
    from: Option<From>,
    #[serde(default)]
    attachments: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    content_type: Option<String>,
    content: String,
}

#[derive(Deserialize)]
struct From {
    user: Option<User>,
}

#[derive(Deserialize)]
struct User {
    id: String,
}

pub(in crate::graph) fn post_to_channel(
    request: &Request<'_>,
    team: &str,
    channel: &str,
    reply_to: Option<&str>,
) -> Result<Reply, GraphError> {
    request.may(Operation::PostChannelMessage)?;
    let thread = channel_of(request, team, channel)?;
    post(request, &thread, reply_to.map(number).transpose()?)
}

pub(in crate::graph) fn post_to_chat(request: &Request<'_>, chat: &str) -> Result<Reply, GraphError> {
    request.may(Operation::PostChatMessage)?;
    // Whoever posts must be there.
    if let Some(user) = request.bearer.user_id() {
        request.world.graph.chats.must_hold(chat, user)?;
    }
    let thread = chat_of(request, chat)?;
    post(request, &thread, None)
}

fn post(request: &Request<'_>, thread: &Thread, reply_to: Option<u64>) -> Result<Reply, GraphError> {
    let post: Post = serde_json::from_slice(request.call.body)
        .map_err(|error| GraphError::bad_request(format!("Invalid message: {error}.")))?;
    let content_type = post.body.content_type.as_deref().unwrap_or("text");
    if !matches!(content_type, "text" | "html") {
        return Err(GraphError::bad_request("Invalid contentType: use text or html."));
    }
    let lone = post.attachments.iter().find(|attachment| {
        let id = attachment["id"].as_str().unwrap_or_default();
        !post.body.content.contains(&format!("<attachment id=\"{id}\"></attachment>"))
    });
    if lone.is_some() {
        return Err(GraphError::bad_request(
            "Attachment IDs in the message body and attachments do not match.",
        ));
    }
    let from = post.from.and_then(|from| from.user).map(|user| user.id);
    let author = request.bearer.user_id().or(from.as_deref());
    let author = author.ok_or_else(|| GraphError::bad_request("The author is missing: 'from'."))?;
    let user = seed::USERS
        .iter()
        .find(|user| user.object_id() == author)
        .ok_or_else(|| GraphError::bad_request(format!("The author '{author}' does not exist.")))?;
    let name = user.name();
    let draft = Draft {
        author: Author { id: author, name: &name, directory_id: &request.world.graph.places.directory_id },
        subject: post.subject.as_deref(),
        content_type,
        content: &post.body.content,
        attachments: &post.attachments,
        reply_to,
    };
    let missing = || GraphError::not_found("The message to reply to was not found.");
    let id = thread.add(&draft).ok_or_else(missing)?;
    request.world.announce(thread, id, reply_to);
    let answer = thread.answer(id, reply_to).ok_or_else(missing)?;
    Ok(call::raw(StatusCode::CREATED, JSON, answer))
}

//! Reading messages ("Get chatMessage", "List channel messages", "List replies").

use bytes::Bytes;
use http::StatusCode;

use super::threads::{Found, Slice, Thread};
use crate::call::{self, Reply};
use crate::clock;
use crate::graph::errors::GraphError;
use crate::graph::paging::{self, Page};
use crate::graph::permissions::Operation;
use crate::graph::{JSON, Request};

fn no_message() -> GraphError {
    GraphError::not_found("NotFound")
}

pub(super) fn channel_of<'a>(
    request: &Request<'a>,
    team: &str,
    channel: &str,
) -> Result<Found<'a>, GraphError> {
    let graph = &request.world.graph;
    graph.places.team(team)?;
    graph
        .messages
        .channel(channel)
        .ok_or_else(|| GraphError::not_found("No channel found with the given id."))
}

pub(super) fn chat_of<'a>(request: &Request<'a>, chat: &str) -> Result<Found<'a>, GraphError> {
    let found = request.world.graph.messages.chat(chat);
    found.ok_or_else(|| GraphError::not_found("No chat found with the given id."))
}

pub(super) fn number(id: &str) -> Result<u64, GraphError> {
    id.parse().map_err(|_| GraphError::bad_request(format!("Invalid message id '{id}'.")))
}

pub(in crate::graph) fn get_in_channel(
    request: &Request<'_>,
    team: &str,
    channel: &str,
    id: &str,
    parent: Option<&str>,
) -> Result<Reply, GraphError> {
    request.may(Operation::ReadChannelMessages)?;
    let parent = parent.map(number).transpose()?;
    let message = channel_of(request, team, channel)?.answer(number(id)?, parent);
    Ok(call::raw(StatusCode::OK, JSON, message.ok_or_else(no_message)?))
}

/// People read the chats that they are in.
fn own(request: &Request<'_>, chat: &str) -> Result<(), GraphError> {
    match request.bearer.user_id() {
        Some(user) => request.world.graph.chats.must_hold(chat, user),
        None => Ok(()),
    }
}

pub(in crate::graph) fn get_in_chat(
    request: &Request<'_>,
    chat: &str,
    id: &str,
) -> Result<Reply, GraphError> {
    request.may(Operation::ReadChatMessages)?;
    own(request, chat)?;
    let message = chat_of(request, chat)?.answer(number(id)?, None);
    Ok(call::raw(StatusCode::OK, JSON, message.ok_or_else(no_message)?))
}

pub(in crate::graph) fn list_channel(
    request: &Request<'_>,
    team: &str,
    channel: &str,
) -> Result<Reply, GraphError> {
    request.may(Operation::ReadChannelMessages)?;
    let thread = channel_of(request, team, channel)?;
    let page = Page::of(request, 20, 50)?;
    Ok(list(request, &thread, "messages", &thread.page(page.after, None, page.size)))
}

pub(in crate::graph) fn list_chat(request: &Request<'_>, chat: &str) -> Result<Reply, GraphError> {
    request.may(Operation::ReadChatMessages)?;
    own(request, chat)?;
    let thread = chat_of(request, chat)?;
    let page = Page::of(request, 20, 50)?;
    let since = changed_since(request)?;
    Ok(list(request, &thread, "messages", &thread.page(page.after, since, page.size)))
}

/// The time in `$filter=lastModifiedDateTime gt …`, the only filter that is understood.
pub(super) fn changed_since(request: &Request<'_>) -> Result<Option<u64>, GraphError> {
    let Some(filter) = request.call.parameter("$filter") else { return Ok(None) };
    let time = filter.trim().strip_prefix("lastModifiedDateTime gt ").and_then(clock::parse_ms);
    time.map(Some).ok_or_else(|| GraphError::bad_request(format!("The filter '{filter}' is not simulated.")))
}

pub(in crate::graph) fn list_replies(
    request: &Request<'_>,
    team: &str,
    channel: &str,
    parent: &str,
) -> Result<Reply, GraphError> {
    request.may(Operation::ReadChannelMessages)?;
    let thread = channel_of(request, team, channel)?;
    let page = Page::of(request, 20, 50)?;
    let slice = thread.replies(number(parent)?, page.after, page.size).ok_or_else(no_message)?;
    Ok(list(request, &thread, &format!("messages('{parent}')/replies"), &slice))
}

fn list(request: &Request<'_>, thread: &Thread, tail: &str, slice: &Slice) -> Reply {
    let context = request.context(&format!("{}/{tail}", thread.spot.resource()));
    let link = slice.more_after.map(|after| ("nextLink", paging::next_link(request, after)));
    together(&context, link, slice)
}

/// Puts rendered items together without parsing them.
pub(super) fn together(context: &str, link: Option<(&str, String)>, slice: &Slice) -> Reply {
    let mut body = format!(r#"{{"@odata.context":"{context}","@odata.count":{}"#, slice.items.len());
    if let Some((name, link)) = link {
        // A link has no character that JSON would escape.
        body.push_str(&format!(r#","@odata.{name}":"{link}""#));
    }
    let mut body = body.into_bytes();
    body.extend_from_slice(br#","value":["#);
    for (at, item) in slice.items.iter().enumerate() {
        body.extend_from_slice(if at == 0 { b"{" } else { b",{" });
        body.extend_from_slice(item);
    }
    body.extend_from_slice(b"]}");
    call::raw(StatusCode::OK, JSON, Bytes::from(body))
}

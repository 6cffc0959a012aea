//! The chat of a person with the service user.
//!
//! <https://learn.microsoft.com/graph/api/chat-post>, <https://learn.microsoft.com/graph/api/chat-list-messages>

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_sdk::{Failure, Identity, Problem, graph, path, time};

use super::message::Message;
use super::plain::plain;
use crate::conference::Said;

/// What is read at once: Graph gives no more.
const PAGE: &str = "50";
/// Nobody writes more between two looks.
const PAGES: usize = 20;

/// The chat with a person: the one that there is, or a new one.
pub(crate) fn with(person: &str, service: &str) -> Result<String, Failure> {
    #[derive(Deserialize)]
    struct Chat {
        id: String,
    }
    let member = |user: &str| {
        json!({
            "@odata.type": "#microsoft.graph.aadUserConversationMember",
            "roles": ["owner"],
            "user@odata.bind": format!("https://graph.microsoft.com/v1.0/users('{user}')"),
        })
    };
    let body = json!({ "chatType": "oneOnOne", "members": [member(service), member(person)] });
    let request = graph::post("/chats").identity(Identity::Service).json(&body)?;
    let chat: Chat = request.effect_key(format!("chat:{person}")).fetch()?;
    Ok(chat.id)
}

/// Posts a message once, and says when Teams had it. `effect` names it within the event.
pub(crate) fn post(chat: &str, html: &str, effect: String) -> Result<u64, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Posted {
        created_date_time: String,
    }
    let body = json!({ "body": { "contentType": "html", "content": html } });
    let request = graph::post(path(["chats", chat, "messages"])).identity(Identity::Service).json(&body)?;
    let response = request.effect_key(effect).send()?;
    match response.status {
        200..=299 => {
            let posted: Posted = response.json()?;
            Ok(time::millis(&posted.created_date_time).unwrap_or_default())
        }
        // 403 does not pass by itself here: the person or the chat does not take messages of the service user.
        403 | 404 => Err(Failure::permanent(graph::error(&response))),
        _ => Err(response.failure(graph::error(&response))),
    }
}

/// When the service user posted this after `since`, if it did: asked where an answer was lost.
pub(crate) fn posted(chat: &str, html: &str, since: u64, service: &str) -> Result<Option<u64>, Failure> {
    let wanted = plain(html, true).text;
    let same = |message: &Value| {
        let written = message["createdDateTime"].as_str().and_then(time::millis).filter(|at| *at > since)?;
        let by = message["from"]["user"]["id"].as_str()?;
        let content = message["body"]["content"].as_str()?;
        // Teams keeps its own spelling of what it was given.
        let words = plain(content, true).text == wanted;
        (by.eq_ignore_ascii_case(service) && words).then_some(written)
    };
    Ok(newer(chat, since)?.iter().filter_map(same).min())
}

/// What a person wrote, edited or deleted since then, in the order in which it was written.
pub(crate) fn said(chat: &str, person: &str, since: u64) -> Result<Vec<Said>, Failure> {
    let unreadable = |error: serde_json::Error| {
        Failure::permanent(Problem::new("contact-center.unreadable-message", error.to_string()))
    };
    let mut all = Vec::new();
    for message in newer(chat, since)? {
        let message: Message = serde_json::from_value(message).map_err(unreadable)?;
        all.extend(message.said(person));
    }
    all.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
    all.dedup_by(|one, other| one.id == other.id);
    Ok(all)
}

fn newer(chat: &str, since: u64) -> Result<Vec<Value>, Failure> {
    // Of two messages in one millisecond the second may show itself later.
    let since = time::iso(since.saturating_sub(1));
    graph::get(path(["chats", chat, "messages"]))
        .query("$top", PAGE)
        .query("$filter", &format!("lastModifiedDateTime gt {since}"))
        .query("$orderby", "lastModifiedDateTime desc")
        .identity(Identity::Service)
        .all(PAGES)
}

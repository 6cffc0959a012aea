//! Drafts and what is sent.

use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::{Item, endpoints};
use crate::call::{self, Reply};
use crate::graph::errors::GraphError;
use crate::graph::{Request, json as answer, users};
use crate::{clock, ids};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    message: Value,
    #[serde(default = "yes")]
    save_to_sent_items: bool,
}

fn yes() -> bool {
    true
}

pub(super) fn new_id() -> String {
    format!("AAMkAGM{}AAA=", ids::fresh_guid().replace('-', ""))
}

fn invalid(message: String) -> GraphError {
    GraphError::new(StatusCode::BAD_REQUEST, "ErrorInvalidRequest", message)
}

fn parsed<T: serde::de::DeserializeOwned>(request: &Request<'_>) -> Result<T, GraphError> {
    serde_json::from_slice(request.call.body)
        .map_err(|error| invalid(format!("The message cannot be read: {error}.")))
}

/// A message as a client writes it.
fn item(owner: &str, message: &Value) -> Result<Item, GraphError> {
    let now = clock::now_ms();
    let mut item = Item {
        id: new_id(),
        owner: owner.to_owned(),
        folder: "drafts",
        conversation: ids::fresh_guid(),
        subject: String::new(),
        body: ("text".to_owned(), String::new()),
        from: users::named(owner).ok().map(crate::seed::SeedUser::email),
        to: Vec::new(),
        cc: Vec::new(),
        received_ms: now,
        modified_ms: now,
        is_read: true,
        categories: Vec::new(),
    };
    change(&mut item, message)?;
    Ok(item)
}

/// Writes what a client may write.
pub(super) fn change(item: &mut Item, message: &Value) -> Result<(), GraphError> {
    let fields = message.as_object().ok_or_else(|| invalid("The message is no object.".into()))?;
    for (name, value) in fields {
        match name.as_str() {
            "subject" => item.subject = value.as_str().unwrap_or_default().to_owned(),
            "body" => {
                let kind = value["contentType"].as_str().unwrap_or("text").to_ascii_lowercase();
                if kind != "text" && kind != "html" {
                    return Err(invalid(format!("The content type '{kind}' is neither Text nor HTML.")));
                }
                item.body = (kind, value["content"].as_str().unwrap_or_default().to_owned());
            }
            "toRecipients" => item.to = addresses(value)?,
            "ccRecipients" => item.cc = addresses(value)?,
            "isRead" => item.is_read = value.as_bool().unwrap_or(item.is_read),
            "categories" => {
                let all = value.as_array().into_iter().flatten();
                item.categories = all.filter_map(|one| one.as_str().map(str::to_owned)).collect();
            }
            "importance" | "from" | "sender" | "replyTo" | "bccRecipients" | "internetMessageHeaders" => {}
            other if other.starts_with('@') => {}
            other => return Err(invalid(format!("The property '{other}' does not exist or cannot be set."))),
        }
    }
    Ok(())
}

fn addresses(value: &Value) -> Result<Vec<String>, GraphError> {
    let address = |one: &Value| {
        let text = one["emailAddress"]["address"].as_str().filter(|text| text.contains('@'));
        text.map(str::to_owned).ok_or_else(|| {
            let message = "At least one recipient isn't valid.";
            GraphError::new(StatusCode::BAD_REQUEST, "ErrorInvalidRecipients", message)
        })
    };
    value.as_array().into_iter().flatten().map(address).collect()
}

pub(super) fn draft(request: &Request<'_>, owner: &str) -> Result<Reply, GraphError> {
    let item = item(owner, &parsed::<Value>(request)?)?;
    let body = endpoints::shown(&item);
    request.world.graph.mail.0.lock().push(item);
    Ok(answer(StatusCode::CREATED, &body))
}

/// `sendMail`: nothing is left of it but what was sent.
pub(in crate::graph) fn send_mail(request: &Request<'_>, owner: &str) -> Result<Reply, GraphError> {
    endpoints::may_send(request, owner)?;
    let sent: Sent = parsed(request)?;
    let item = item(owner, &sent.message)?;
    deliver(request, item, sent.save_to_sent_items)
}

/// Sends a draft.
pub(super) fn send_draft(request: &Request<'_>, owner: &str, id: &str) -> Result<Reply, GraphError> {
    endpoints::may_send(request, owner)?;
    let item = {
        let mut held = request.world.graph.mail.0.lock();
        let at = held.iter().position(|item| item.owner == owner && item.id == id && item.folder == "drafts");
        held.remove(at.ok_or_else(endpoints::no_item)?)
    };
    deliver(request, item, true)
}

/// Answers a message: to whoever wrote it, in the same conversation. With `draft` it is only written.
pub(super) fn reply(request: &Request<'_>, owner: &str, id: &str, draft: bool) -> Result<Reply, GraphError> {
    if !draft {
        endpoints::may_send(request, owner)?;
    }
    let asked: Value = if request.call.body.is_empty() { Value::Null } else { parsed(request)? };
    let to = {
        let held = request.world.graph.mail.0.lock();
        let found = held.iter().find(|item| item.owner == owner && item.id == id);
        found.ok_or_else(endpoints::no_item)?.clone()
    };
    let mut answer_item = item(owner, &Value::Object(serde_json::Map::new()))?;
    answer_item.subject = format!("RE: {}", to.subject.trim_start_matches("RE: "));
    answer_item.conversation = to.conversation;
    answer_item.to = to.from.into_iter().collect();
    let comment = asked["comment"].as_str().unwrap_or_default();
    answer_item.body = ("html".to_owned(), format!("{comment}<hr>{}", to.body.1));
    if asked["message"].is_object() {
        change(&mut answer_item, &asked["message"])?;
    }
    if draft {
        let body = endpoints::shown(&answer_item);
        request.world.graph.mail.0.lock().push(answer_item);
        return Ok(answer(StatusCode::CREATED, &body));
    }
    deliver(request, answer_item, true)
}

fn deliver(request: &Request<'_>, item: Item, keep: bool) -> Result<Reply, GraphError> {
    if item.to.is_empty() && item.cc.is_empty() {
        let message = "At least one recipient is required.";
        return Err(GraphError::new(StatusCode::BAD_REQUEST, "ErrorInvalidRecipients", message));
    }
    let mut held = request.world.graph.mail.0.lock();
    for address in item.to.iter().chain(&item.cc) {
        if let Ok(user) = users::named(address) {
            held.push(Item {
                id: new_id(),
                owner: user.object_id(),
                folder: "inbox",
                is_read: false,
                received_ms: clock::now_ms(),
                ..item.clone()
            });
        }
    }
    if keep {
        held.push(Item { folder: "sentitems", ..item });
    }
    Ok(call::empty(StatusCode::ACCEPTED))
}

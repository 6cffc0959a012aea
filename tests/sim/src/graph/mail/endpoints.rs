//! Messages and folders.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Item, READ, READ_SHARED, SEND, SEND_SHARED, WRITE, WRITE_SHARED, send};
use crate::call::{self, Reply};
use crate::graph::calendar::{ShareKind, ShareRole};
use crate::graph::errors::GraphError;
use crate::graph::paging::{self, Page};
use crate::graph::permissions::Rule;
use crate::graph::places::with_context;
use crate::graph::{Request, json as answer, users};
use crate::{clock, ids};

/// Answers what is asked of a mailbox.
pub(in crate::graph) fn handle(
    request: &Request<'_>,
    owner: &str,
    area: &str,
    rest: &[&str],
) -> Result<Reply, GraphError> {
    let (get, post) = (request.call.method() == Method::GET, request.call.method() == Method::POST);
    match (area, rest) {
        ("mailFolders", []) if get => folders(request, owner),
        ("mailFolders", [folder, "messages"]) if get => list(request, owner, Some(folder)),
        ("messages", []) if get => list(request, owner, None),
        ("messages", []) if post => {
            may(request, owner, true)?;
            send::draft(request, owner)
        }
        ("messages", [id, "send"]) if post => send::send_draft(request, owner, id),
        ("messages", [id, "reply" | "replyAll"]) if post => send::reply(request, owner, id, false),
        ("messages", [id, "createReply" | "createReplyAll"]) if post => {
            may(request, owner, true)?;
            send::reply(request, owner, id, true)
        }
        ("messages", [id]) | ("mailFolders", [_, "messages", id]) => one(request, owner, id),
        ("messages" | "mailFolders", _) if !get && !post => Err(GraphError::method_not_allowed()),
        _ => Err(GraphError::unknown_segment(rest.last().copied().unwrap_or(area))),
    }
}

fn one(request: &Request<'_>, owner: &str, id: &str) -> Result<Reply, GraphError> {
    let method = request.call.method();
    may(request, owner, method != Method::GET)?;
    let mut held = request.world.graph.mail.0.lock();
    let at = held.iter().position(|item| item.owner == owner && item.id == id).ok_or_else(no_item)?;
    match *method {
        Method::GET => {
            let context = format!("users('{owner}')/messages/$entity");
            Ok(with_context(request, &context, shown(&held[at])))
        }
        Method::PATCH => {
            let fields: Value = serde_json::from_slice(request.call.body)
                .map_err(|error| GraphError::bad_request(format!("The message cannot be read: {error}.")))?;
            send::change(&mut held[at], &fields)?;
            held[at].modified_ms = clock::now_ms();
            Ok(answer(StatusCode::OK, &shown(&held[at])))
        }
        Method::DELETE => {
            held.remove(at);
            Ok(call::empty(StatusCode::NO_CONTENT))
        }
        _ => Err(GraphError::method_not_allowed()),
    }
}

/// Whether the caller may do this in a mailbox: by permission, and in another's by what was shared.
fn may(request: &Request<'_>, owner: &str, write: bool) -> Result<(), GraphError> {
    let rules = if write { [WRITE, WRITE_SHARED] } else { [READ, READ_SHARED] };
    reaches(request, owner, rules, write)
}

/// Whether the caller may send in the name of a mailbox.
pub(super) fn may_send(request: &Request<'_>, owner: &str) -> Result<(), GraphError> {
    reaches(request, owner, [SEND, SEND_SHARED], true)
}

fn reaches(request: &Request<'_>, owner: &str, rules: [Rule; 2], write: bool) -> Result<(), GraphError> {
    let [own, shared] = rules;
    match request.bearer.user_id() {
        Some(user) if user != owner => {
            request.bearer.needs(shared)?;
            match request.world.graph.calendars.role(ShareKind::Mailbox, owner, user) {
                Some(ShareRole::Read) if write => Err(denied()),
                Some(_) => Ok(()),
                None => Err(denied()),
            }
        }
        _ => request.bearer.needs(own),
    }
}

fn denied() -> GraphError {
    let message = "Access is denied. Check credentials and try again.";
    GraphError::new(StatusCode::FORBIDDEN, "ErrorAccessDenied", message)
}

pub(super) fn no_item() -> GraphError {
    let message = "The specified object was not found in the store.";
    GraphError::new(StatusCode::NOT_FOUND, "ErrorItemNotFound", message)
}

fn folders(request: &Request<'_>, owner: &str) -> Result<Reply, GraphError> {
    may(request, owner, false)?;
    let held = request.world.graph.mail.0.lock();
    let folder = |(id, name): (&str, &str)| {
        let mine = || held.iter().filter(|item| item.owner == owner && item.folder == id);
        json!({
            "id": ids::hex_of(&format!("folder/{owner}/{id}")),
            "displayName": name,
            "totalItemCount": mine().count(),
            "unreadItemCount": mine().filter(|item| !item.is_read).count(),
        })
    };
    let all = [("inbox", "Inbox"), ("drafts", "Drafts"), ("sentitems", "Sent Items")];
    let value: Vec<Value> = all.into_iter().map(folder).collect();
    Ok(with_context(request, &format!("users('{owner}')/mailFolders"), json!({"value": value})))
}

/// Newest first, by `$search` over subject and text or by `$filter` of the conversation.
fn list(request: &Request<'_>, owner: &str, folder: Option<&str>) -> Result<Reply, GraphError> {
    may(request, owner, false)?;
    let page = Page::of(request, 10, 1000)?;
    let skip = usize::try_from(page.after.unwrap_or(0)).unwrap_or(usize::MAX);
    let search = request.call.parameter("$search").map(|text| text.trim_matches('"').to_lowercase());
    let filter = request.call.parameter("$filter");
    if search.is_some() && filter.is_some() {
        let message = "The query parameter '$filter' is not supported with '$search'.";
        return Err(GraphError::new(StatusCode::BAD_REQUEST, "SearchWithFilter", message));
    }
    let wanted = match filter.as_deref().map(|filter| (filter, users::equality(filter))) {
        None => None,
        Some((_, Some((field, value)))) if matches!(field.as_str(), "conversationId" | "subject") => {
            Some((field, value))
        }
        Some((filter, _)) => {
            return Err(GraphError::bad_request(format!("The filter '{filter}' is not simulated.")));
        }
    };
    let fits = |item: &&Item| {
        item.owner == owner
            && folder.is_none_or(|folder| folder.eq_ignore_ascii_case(item.folder))
            && search.as_ref().is_none_or(|words| {
                item.subject.to_lowercase().contains(words) || item.body.1.to_lowercase().contains(words)
            })
            && wanted.as_ref().is_none_or(|(field, value)| match field.as_str() {
                "subject" => item.subject == *value,
                _ => item.conversation == *value,
            })
    };
    let held = request.world.graph.mail.0.lock();
    let found: Vec<&Item> = held.iter().rev().filter(fits).collect();
    let value: Vec<Value> = found.iter().skip(skip).take(page.size).map(|item| shown(item)).collect();
    let more = skip + value.len() < found.len();
    let mut body = json!({ "value": value });
    if more {
        body["@odata.nextLink"] = paging::next_link(request, (skip + page.size) as u64).into();
    }
    Ok(with_context(request, &format!("users('{owner}')/messages"), body))
}

/// A message as Graph shows it.
pub(super) fn shown(item: &Item) -> Value {
    let party = |address: &String| {
        let name = users::named(address).map_or_else(|_| address.clone(), crate::seed::SeedUser::name);
        json!({"emailAddress": {"name": name, "address": address}})
    };
    let parties = |all: &[String]| all.iter().map(party).collect::<Vec<_>>();
    let preview: String = item.body.1.chars().take(255).collect();
    json!({
        "id": item.id,
        "createdDateTime": clock::dataverse(item.received_ms),
        "lastModifiedDateTime": clock::dataverse(item.modified_ms),
        "receivedDateTime": clock::dataverse(item.received_ms),
        "sentDateTime": clock::dataverse(item.received_ms),
        "hasAttachments": false,
        "internetMessageId": format!("<{}@lakesidesystems.example>", ids::fingerprint(&item.id)),
        "subject": item.subject,
        "bodyPreview": preview,
        "importance": "normal",
        "parentFolderId": ids::hex_of(&format!("folder/{}/{}", item.owner, item.folder)),
        "conversationId": item.conversation,
        "isRead": item.is_read,
        "isDraft": item.folder == "drafts",
        "categories": item.categories,
        "webLink": format!("https://outlook.office365.com/owa/?ItemID={}&exvsurl=1&viewmodel=ReadMessageItem", item.id),
        "body": {"contentType": item.body.0, "content": item.body.1},
        "sender": item.from.as_ref().map(party),
        "from": item.from.as_ref().map(party),
        "toRecipients": parties(&item.to),
        "ccRecipients": parties(&item.cc),
        "bccRecipients": [],
        "replyTo": [],
    })
}

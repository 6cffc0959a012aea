//! "Create chat".

use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::store::{Chat, Kind, Member};
use crate::call::Reply;
use crate::graph::errors::GraphError;
use crate::graph::permissions::Operation;
use crate::graph::{Request, json as answer, path, users};
use crate::{clock, ids};

/// The most members of a group chat.
const MOST: usize = 250;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    chat_type: String,
    #[serde(default)]
    topic: Option<String>,
    #[serde(default)]
    members: Vec<Value>,
}

pub(in crate::graph) fn create(request: &Request<'_>) -> Result<Reply, GraphError> {
    request.may(Operation::CreateChat)?;
    let asked: Asked = serde_json::from_slice(request.call.body)
        .map_err(|error| GraphError::bad_request(format!("Invalid chat: {error}.")))?;
    let members: Vec<Member> = asked.members.iter().map(member).collect::<Result<_, _>>()?;
    let kind = match asked.chat_type.as_str() {
        "oneOnOne" => Kind::OneOnOne,
        "group" => Kind::Group,
        other => return Err(GraphError::bad_request(format!("Invalid chatType '{other}'."))),
    };
    let mut ids: Vec<_> = members.iter().map(|member| member.user_id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() != members.len() {
        return Err(GraphError::bad_request("Duplicate chat members are specified in the request body."));
    }
    let right = match kind {
        Kind::OneOnOne => members.len() == 2 && asked.topic.is_none(),
        Kind::Group => (2..=MOST).contains(&members.len()),
    };
    if !right {
        return Err(GraphError::bad_request("Invalid number of members or topic for this chatType."));
    }
    if let Some(own) = request.bearer.user_id()
        && !ids.contains(&own)
    {
        return Err(GraphError::bad_request("Creating a chat requires the caller to be one of the members."));
    }
    let graph = &request.world.graph;
    let id = match kind {
        Kind::OneOnOne => format!("19:{}_{}@unq.gbl.spaces", ids[0], ids[1]),
        Kind::Group => format!("19:{}@thread.v2", ids::fresh_guid().replace('-', "")),
    };
    let chat = graph.chats.get(&id).unwrap_or_else(|| {
        let chat = Chat { id, kind, topic: asked.topic, created_ms: clock::now_ms(), members };
        graph.messages.open(&chat.id);
        graph.chats.insert(chat.clone());
        chat
    });
    let mut body = chat.json(&graph.places.directory_id);
    body["@odata.context"] = request.context("chats/$entity").into();
    Ok(answer(StatusCode::CREATED, &body))
}

/// A member as a request gives it.
pub(super) fn member(given: &Value) -> Result<Member, GraphError> {
    let kind = given["@odata.type"].as_str().unwrap_or_default();
    if !kind.eq_ignore_ascii_case("#microsoft.graph.aadUserConversationMember") {
        return Err(GraphError::bad_request("Invalid type of a member."));
    }
    let bound = given["user@odata.bind"].as_str().unwrap_or_default();
    let user = path::cut(bound.split("/v1.0/").nth(1).unwrap_or_default());
    let user = match user.as_slice() {
        [users, id] if users == "users" => users::named(id)?,
        _ => return Err(GraphError::bad_request(format!("Invalid bind property '{bound}'."))),
    };
    let roles: Vec<_> = given["roles"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let [role @ ("owner" | "guest")] = roles.as_slice() else {
        return Err(GraphError::bad_request("Invalid role specified for member."));
    };
    let since = given["visibleHistoryStartDateTime"].as_str().map(str::to_owned);
    Ok(Member { user_id: user.object_id(), role: (*role).to_owned(), since })
}

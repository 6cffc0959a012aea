//! "List members of a chat" and "Add member to a chat".

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::store::{Kind, Member, no_chat};
use crate::call::{self, Reply};
use crate::clock;
use crate::graph::Request;
use crate::graph::errors::GraphError;
use crate::graph::permissions::Operation;
use crate::graph::places::with_context;
use crate::seed::USERS;

const LONG_AGO: &str = "0001-01-01T00:00:00Z";

pub(in crate::graph) fn list(request: &Request<'_>, id: &str) -> Result<Reply, GraphError> {
    request.may(Operation::ReadChatMembers)?;
    let graph = &request.world.graph;
    let chat = graph.chats.get(id).ok_or_else(no_chat)?;
    if let Some(user) = request.bearer.user_id() {
        graph.chats.must_hold(id, user)?;
    }
    let directory = &graph.places.directory_id;
    let value: Vec<_> = chat.members.iter().map(|member| shown(member, id, directory)).collect();
    let body = json!({"@odata.count": value.len(), "value": value});
    Ok(with_context(request, &format!("chats('{id}')/members"), body))
}

/// Answers without a body, and where the member is.
pub(in crate::graph) fn add(request: &Request<'_>, id: &str) -> Result<Reply, GraphError> {
    request.may(Operation::AddChatMember)?;
    let graph = &request.world.graph;
    if let Some(user) = request.bearer.user_id() {
        graph.chats.must_hold(id, user)?;
    }
    let given: Value = serde_json::from_slice(request.call.body)
        .map_err(|error| GraphError::bad_request(format!("Invalid member: {error}.")))?;
    let mut member = super::create::member(&given)?;
    // Unless it is said, nothing of what was said before.
    member.since.get_or_insert_with(|| clock::graph_resource(clock::now_ms()));
    let location =
        format!("/chats('{id}')/members('{}')", member_id(id, &member.user_id, &graph.places.directory_id));
    let added = graph.chats.change(id, |chat| {
        if chat.kind == Kind::OneOnOne {
            return Err(GraphError::bad_request("Members cannot be added to a chat of this type."));
        }
        if chat.holds(&member.user_id) {
            let message = "The user is a member of the chat already.";
            return Err(GraphError::new(StatusCode::CONFLICT, "Conflict", message));
        }
        chat.members.push(member);
        Ok(())
    });
    added.ok_or_else(no_chat)??;
    let mut reply = call::empty(StatusCode::CREATED);
    if let Ok(location) = HeaderValue::try_from(location) {
        reply.headers_mut().insert("location", location);
    }
    Ok(reply)
}

fn shown(member: &Member, chat: &str, directory: &str) -> Value {
    let user = USERS.iter().find(|user| user.object_id() == member.user_id);
    json!({
        "@odata.type": "#microsoft.graph.aadUserConversationMember",
        "id": member_id(chat, &member.user_id, directory),
        "roles": [member.role],
        "displayName": user.map(|user| user.name()),
        "visibleHistoryStartDateTime": member.since.as_deref().unwrap_or(LONG_AGO),
        "userId": member.user_id,
        "email": user.map(|user| user.email()),
        "tenantId": directory,
    })
}

fn member_id(chat: &str, user: &str, directory: &str) -> String {
    STANDARD.encode(format!("MCMjMiMj{directory}##{chat}##{user}"))
}

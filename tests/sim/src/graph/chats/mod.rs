//! Chats and who is in them ("chat resource type").

mod create;
mod members;
mod script;
mod store;

use crate::call::Reply;
use crate::graph::Request;
use crate::graph::errors::GraphError;
use crate::graph::permissions::Operation;
use crate::graph::places::with_context;

pub(super) use create::create;
pub(super) use members::{add as add_member, list as list_members};
pub use script::{BadChat, ChatView, NewChat};
pub(crate) use store::Chats;

pub(super) fn get(request: &Request<'_>, id: &str) -> Result<Reply, GraphError> {
    request.may(Operation::GetChat)?;
    let graph = &request.world.graph;
    let chat = graph.chats.get(id).ok_or_else(store::no_chat)?;
    // People see the chats that they are in.
    if let Some(user) = request.bearer.user_id() {
        graph.chats.must_hold(id, user)?;
    }
    Ok(with_context(request, "chats/$entity", chat.json(&graph.places.directory_id)))
}

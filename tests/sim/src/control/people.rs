//! `/graph/chats`, `/graph/presence` and `/graph/roles`.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use serde::Deserialize;

use super::{Body, Refusal, Shared};
use crate::graph::{ChatView, NewChat};

pub(super) async fn make_chat(
    State(world): Shared,
    Body(chat): Body<NewChat>,
) -> Result<Json<ChatView>, Refusal> {
    world.make_chat(&chat).map(Json).map_err(Refusal::bad)
}

pub(super) async fn chats(State(world): Shared) -> Json<Vec<ChatView>> {
    Json(world.chats())
}

pub(super) async fn leave(
    State(world): Shared,
    Path((chat, user)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    world.leave_chat(&chat, &user).map(|()| StatusCode::NO_CONTENT).map_err(Refusal::missing)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Presence {
    user: String,
    availability: String,
    activity: String,
}

pub(super) async fn presence(State(world): Shared, Body(set): Body<Presence>) -> Result<StatusCode, Refusal> {
    changed(world.set_presence(&set.user, &set.availability, &set.activity), "user")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Roles {
    user: String,
    roles: Vec<String>,
}

pub(super) async fn roles(State(world): Shared, Body(set): Body<Roles>) -> Result<StatusCode, Refusal> {
    changed(world.set_roles(&set.user, &set.roles), "user or role")
}

fn changed(done: bool, what: &str) -> Result<StatusCode, Refusal> {
    if done { Ok(StatusCode::NO_CONTENT) } else { Err(Refusal::bad(format!("there is no such {what}"))) }
}

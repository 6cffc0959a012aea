//! `/graph/chats`, `/graph/presence`, `/graph/roles`, and what belongs to people.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, Refusal, Shared};
use crate::graph::{ChatView, NewChat, NewMail, Share};

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

pub(super) async fn share(State(world): Shared, Body(share): Body<Share>) -> Result<StatusCode, Refusal> {
    world.share(&share).map_err(Refusal::bad)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn deliver_mail(
    State(world): Shared,
    Body(mail): Body<NewMail>,
) -> Result<Json<Value>, Refusal> {
    let id = world.deliver_mail(&mail).map_err(Refusal::bad)?;
    Ok(Json(json!({"id": id})))
}

pub(super) async fn mail(
    State(world): Shared,
    Path(user): Path<String>,
) -> Result<Json<Vec<Value>>, Refusal> {
    world.mail_of(&user).map(Json).map_err(Refusal::missing)
}

pub(super) async fn events(
    State(world): Shared,
    Path(user): Path<String>,
) -> Result<Json<Vec<Value>>, Refusal> {
    world.events_of(&user).map(Json).map_err(Refusal::missing)
}

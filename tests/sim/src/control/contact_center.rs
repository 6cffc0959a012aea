//! `/contact-center/…`.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, Refusal, Shared};
use crate::contact_center::{Begun, ChatShown, Delivered, Webhook};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    #[serde(default = "jane")]
    customer: String,
}

fn jane() -> String {
    "Jane Lee".to_owned()
}

pub(super) async fn begin(State(world): Shared, Body(new): Body<New>) -> Json<Begun> {
    Json(world.begin_customer_chat(&new.customer))
}

pub(super) async fn shown(
    State(world): Shared,
    Path(chat): Path<String>,
) -> Result<Json<ChatShown>, Refusal> {
    let found = world.customer_chat(&chat);
    found.map(Json).ok_or_else(|| Refusal::missing(format!("there is no session {chat}")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Invitation {
    user: String,
}

pub(super) async fn invite(
    State(world): Shared,
    Path(chat): Path<String>,
    Body(invitation): Body<Invitation>,
) -> Result<Json<Value>, Refusal> {
    let party = world.invite_to_customer_chat(&chat, &invitation.user).map_err(Refusal::bad)?;
    Ok(Json(json!({ "party_id": party })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    party: Option<String>,
    text: String,
}

pub(super) async fn say(
    State(world): Shared,
    Path(chat): Path<String>,
    Body(words): Body<Words>,
) -> Result<Json<Value>, Refusal> {
    let said = world.say_in_customer_chat(&chat, words.party.as_deref(), &words.text);
    Ok(Json(json!({ "msg_id": said.map_err(Refusal::bad)? })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    party: Option<String>,
    name: String,
}

pub(super) async fn file(
    State(world): Shared,
    Path(chat): Path<String>,
    Body(file): Body<File>,
) -> Result<StatusCode, Refusal> {
    let sent = world.send_file_in_customer_chat(&chat, file.party.as_deref(), &file.name);
    sent.map(|()| StatusCode::NO_CONTENT).map_err(Refusal::bad)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Agent {
    name: String,
}

pub(super) async fn join(
    State(world): Shared,
    Path(chat): Path<String>,
    Body(agent): Body<Agent>,
) -> Result<Json<Value>, Refusal> {
    let party = world.join_customer_chat(&chat, &agent.name).map_err(Refusal::bad)?;
    Ok(Json(json!({ "party_id": party })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Leaving {
    party: String,
}

pub(super) async fn leave(
    State(world): Shared,
    Path(chat): Path<String>,
    Body(leaving): Body<Leaving>,
) -> Result<StatusCode, Refusal> {
    let left = world.leave_customer_chat(&chat, &leaving.party);
    left.map(|()| StatusCode::NO_CONTENT).map_err(Refusal::bad)
}

pub(super) async fn end(State(world): Shared, Path(chat): Path<String>) -> Result<StatusCode, Refusal> {
    world.end_customer_chat(&chat).map(|()| StatusCode::NO_CONTENT).map_err(Refusal::bad)
}

pub(super) async fn webhook(State(world): Shared, Body(webhook): Body<Webhook>) -> StatusCode {
    world.set_contact_center_webhook(Some(webhook));
    StatusCode::NO_CONTENT
}

pub(super) async fn no_webhook(State(world): Shared) -> StatusCode {
    world.set_contact_center_webhook(None);
    StatusCode::NO_CONTENT
}

pub(super) async fn deliveries(State(world): Shared) -> Json<Vec<Delivered>> {
    Json(world.contact_center_deliveries())
}

pub(super) async fn again(State(world): Shared) -> Json<Value> {
    Json(json!({ "again": world.repeat_contact_center_deliveries() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refused {
    error: Option<String>,
    times: Option<u32>,
}

pub(super) async fn refuse(State(world): Shared, Body(refused): Body<Refused>) -> StatusCode {
    world.refuse_contact_center_tokens(refused.error, refused.times);
    StatusCode::NO_CONTENT
}

pub(super) async fn revoke(State(world): Shared) -> Json<Value> {
    Json(json!({ "revoked": world.revoke_contact_center_tokens() }))
}

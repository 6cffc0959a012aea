//! `/vault/…`.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Body, Refusal, Shared};
use crate::vault::{VaultLimits, VaultUserState};

pub(super) async fn records(
    State(world): Shared,
    Path(object): Path<String>,
) -> Result<Json<Vec<Map<String, Value>>>, Refusal> {
    world.vault_records(&object).map(Json).map_err(Refusal::missing)
}

pub(super) async fn clear(State(world): Shared, Path(object): Path<String>) -> Result<Json<Value>, Refusal> {
    let deleted = world.clear_vault_records(&object).map_err(Refusal::missing)?;
    Ok(Json(json!({"deleted": deleted})))
}

/// What somebody does to a record; the integration user unless `by` is another's id.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    by: Option<String>,
    #[serde(default)]
    fields: Map<String, Value>,
}

pub(super) async fn make(
    State(world): Shared,
    Path(object): Path<String>,
    Body(change): Body<Change>,
) -> Result<Json<Value>, Refusal> {
    let id = world.make_vault_record(&object, change.fields, change.by.as_deref()).map_err(Refusal::bad)?;
    Ok(Json(json!({"id": id})))
}

pub(super) async fn change(
    State(world): Shared,
    Path((object, id)): Path<(String, String)>,
    Body(change): Body<Change>,
) -> Result<StatusCode, Refusal> {
    let changed = world.change_vault_record(&object, &id, change.fields, change.by.as_deref());
    changed.map_err(Refusal::bad)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn delete(
    State(world): Shared,
    Path((object, id)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    world.delete_vault_record(&object, &id).map_err(Refusal::missing)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct User {
    state: VaultUserState,
}

pub(super) async fn user(State(world): Shared, Body(user): Body<User>) -> StatusCode {
    world.set_vault_user(user.state);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refuse {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    message: String,
    times: Option<u32>,
}

pub(super) async fn refuse(State(world): Shared, Body(refuse): Body<Refuse>) -> StatusCode {
    world.refuse_vault_logins(refuse.kind.map(|kind| (kind, refuse.message)), refuse.times);
    StatusCode::NO_CONTENT
}

pub(super) async fn logins(State(world): Shared) -> Json<Value> {
    Json(json!({"logins": world.vault_logins()}))
}

pub(super) async fn end_sessions(State(world): Shared) -> Json<Value> {
    Json(json!({"ended": world.end_vault_sessions()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Clock {
    ahead_s: u64,
}

pub(super) async fn clock(State(world): Shared, Body(clock): Body<Clock>) -> StatusCode {
    world.set_vault_clock(clock.ahead_s);
    StatusCode::NO_CONTENT
}

pub(super) async fn limits(State(world): Shared, Body(limits): Body<VaultLimits>) -> StatusCode {
    world.set_vault_limits(limits);
    StatusCode::NO_CONTENT
}

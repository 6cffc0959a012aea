//! `/dataverse/…`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Body, Refusal, Shared};
use crate::dataverse::{Depth, HookAttempt, NewHook, Protection, UserState};

pub(super) async fn rows(
    State(world): Shared,
    Path(table): Path<String>,
) -> Result<Json<Vec<Value>>, Refusal> {
    world.dataverse_rows(&table).map(Json).map_err(Refusal::missing)
}

pub(super) async fn clear(State(world): Shared, Path(table): Path<String>) -> Result<Json<Value>, Refusal> {
    let deleted = world.clear_dataverse_rows(&table).map_err(Refusal::missing)?;
    Ok(Json(json!({"deleted": deleted})))
}

/// What somebody does to a row. Without `by` it is the first of the seeded users.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    by: Option<String>,
    #[serde(default = "first")]
    depth: u32,
    #[serde(default)]
    fields: Map<String, Value>,
}

fn first() -> u32 {
    1
}

fn somebody(world: &crate::World, by: Option<String>) -> String {
    by.unwrap_or_else(|| world.manifest().tenant.user_id.clone())
}

pub(super) async fn create(
    State(world): Shared,
    Path(table): Path<String>,
    Body(change): Body<Change>,
) -> Result<Json<Value>, Refusal> {
    let by = somebody(&world, change.by);
    let id = world.dataverse_create(&table, &by, &change.fields).map_err(Refusal::bad)?;
    Ok(Json(json!({"id": id})))
}

pub(super) async fn update(
    State(world): Shared,
    Path((table, id)): Path<(String, String)>,
    Body(change): Body<Change>,
) -> Result<StatusCode, Refusal> {
    let by = somebody(&world, change.by);
    world.dataverse_update(&table, &id, &by, change.depth, &change.fields).map_err(Refusal::bad)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn delete(
    State(world): Shared,
    Path((table, id)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    let by = somebody(&world, None);
    world.dataverse_delete(&table, &id, &by).map_err(Refusal::bad)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Roles {
    user: String,
    roles: Vec<String>,
}

pub(super) async fn roles(State(world): Shared, Body(roles): Body<Roles>) -> Result<StatusCode, Refusal> {
    world.set_dataverse_roles(&roles.user, &roles.roles).map_err(Refusal::bad)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Privileges {
    role: String,
    privileges: BTreeMap<String, Option<Depth>>,
}

pub(super) async fn privileges(
    State(world): Shared,
    Body(change): Body<Privileges>,
) -> Result<StatusCode, Refusal> {
    world.set_dataverse_privileges(&change.role, &change.privileges).map_err(Refusal::bad)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApplicationUser {
    state: UserState,
}

pub(super) async fn application_user(State(world): Shared, Body(user): Body<ApplicationUser>) -> StatusCode {
    world.set_dataverse_application_user(user.state);
    StatusCode::NO_CONTENT
}

pub(super) async fn expire_tokens(State(world): Shared) -> StatusCode {
    world.expire_dataverse_delta_tokens();
    StatusCode::NO_CONTENT
}

pub(super) async fn protection(State(world): Shared, Body(limits): Body<Protection>) -> StatusCode {
    world.set_dataverse_protection(limits);
    StatusCode::NO_CONTENT
}

pub(super) async fn hook(State(world): Shared, Body(hook): Body<NewHook>) -> Result<Json<Value>, Refusal> {
    let step = world.register_dataverse_hook(&hook).map_err(Refusal::bad)?;
    Ok(Json(json!({"step": step})))
}

pub(super) async fn hold_hooks(State(world): Shared) -> StatusCode {
    world.hold_dataverse_hooks();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Release {
    #[serde(default)]
    reversed: bool,
}

pub(super) async fn release_hooks(State(world): Shared, Body(release): Body<Release>) -> Json<Value> {
    Json(json!({"released": world.release_dataverse_hooks(release.reversed)}))
}

pub(super) async fn deliveries(State(world): Shared) -> Json<Vec<HookAttempt>> {
    Json(world.dataverse_deliveries())
}

pub(super) async fn repeat(State(world): Shared, Path(operation): Path<u64>) -> Result<StatusCode, Refusal> {
    if world.repeat_dataverse_hook(operation) {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Refusal::missing(format!("there is no operation {operation}")))
}

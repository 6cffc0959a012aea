//! `/salesforce/…`.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, Refusal, Shared};

fn no_type(kind: &str) -> Refusal {
    Refusal::missing(format!("there is no object type {kind}"))
}

pub(super) async fn records(
    State(world): Shared,
    Path(kind): Path<String>,
) -> Result<Json<Vec<Value>>, Refusal> {
    world.salesforce_records(&kind).map(Json).ok_or_else(|| no_type(&kind))
}

pub(super) async fn clear(State(world): Shared, Path(kind): Path<String>) -> Result<Json<Value>, Refusal> {
    let deleted = world.clear_salesforce_records(&kind).ok_or_else(|| no_type(&kind))?;
    Ok(Json(json!({"deleted": deleted})))
}

pub(super) async fn revoke_tokens(State(world): Shared) -> Json<Value> {
    Json(json!({"revoked": world.revoke_salesforce_tokens()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rotation {
    on: bool,
}

pub(super) async fn rotation(State(world): Shared, Body(rotation): Body<Rotation>) -> StatusCode {
    world.set_salesforce_rotation(rotation.on);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    used: u64,
    max: u64,
}

pub(super) async fn limits(State(world): Shared, Body(limits): Body<Limits>) -> StatusCode {
    world.set_salesforce_limits(limits.used, limits.max);
    StatusCode::NO_CONTENT
}

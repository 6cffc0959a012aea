//! `/faults` and `/holds`.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, Refusal, Shared};
use crate::faults::{Fault, FaultState, Held};

pub(super) async fn add(State(world): Shared, Body(fault): Body<Fault>) -> Result<Json<Value>, Refusal> {
    let id = world.add_fault(fault).map_err(Refusal::bad)?;
    Ok(Json(json!({"id": id})))
}

pub(super) async fn list(State(world): Shared) -> Json<Vec<FaultState>> {
    Json(world.faults())
}

pub(super) async fn clear(State(world): Shared) -> StatusCode {
    world.clear_faults();
    StatusCode::NO_CONTENT
}

pub(super) async fn holds(State(world): Shared) -> Json<Vec<Held>> {
    Json(world.holds())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Release {
    #[serde(default)]
    all: bool,
}

pub(super) async fn release(
    State(world): Shared,
    Path(name): Path<String>,
    Body(release): Body<Release>,
) -> Json<Value> {
    Json(json!({"released": world.release(&name, release.all)}))
}

//! `/graph/calls`.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;

use super::{Body, Refusal, Shared};
use crate::graph::{BadCall, CallView, Generated, NewCall};

fn refused(error: BadCall) -> Refusal {
    match error {
        BadCall::Unknown(_) => Refusal::missing(error),
        _ => Refusal::bad(error),
    }
}

pub(super) async fn make(State(world): Shared, Body(call): Body<NewCall>) -> Result<Json<CallView>, Refusal> {
    world.make_call(&call).map(Json).map_err(refused)
}

pub(super) async fn list(State(world): Shared) -> Json<Vec<CallView>> {
    Json(world.calls())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raised {
    #[serde(default = "one")]
    by: i64,
    #[serde(default)]
    stale_reads: u32,
    #[serde(default = "yes")]
    notify: bool,
}

pub(super) async fn raise(
    State(world): Shared,
    Path(id): Path<String>,
    Body(raised): Body<Raised>,
) -> Result<Json<CallView>, Refusal> {
    world.raise_call(&id, raised.by, raised.stale_reads, raised.notify).map(Json).map_err(refused)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Repeated {
    change: String,
    #[serde(default = "once")]
    times: u32,
}

pub(super) async fn repeat(
    State(world): Shared,
    Path(id): Path<String>,
    Body(repeated): Body<Repeated>,
) -> Result<Json<CallView>, Refusal> {
    world.repeat_call(&id, &repeated.change, repeated.times).map(Json).map_err(refused)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Many {
    count: u64,
}

pub(super) async fn generate(State(world): Shared, Body(many): Body<Many>) -> Json<Generated> {
    Json(world.generate_calls(many.count))
}

fn one() -> i64 {
    1
}

fn once() -> u32 {
    1
}

fn yes() -> bool {
    true
}

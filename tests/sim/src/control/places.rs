//! `/graph/channels` and `/graph/onenote`.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde_json::Value;

use super::{Body, Shared};
use crate::graph::{ChannelScript, MadeChannel, OneNoteRules};

pub(super) async fn channels(State(world): Shared) -> Json<Vec<MadeChannel>> {
    Json(world.made_channels())
}

pub(super) async fn script_channels(State(world): Shared, Body(script): Body<ChannelScript>) -> StatusCode {
    world.script_channels(script);
    StatusCode::NO_CONTENT
}

pub(super) async fn onenote_pages(State(world): Shared) -> Json<Vec<Value>> {
    Json(world.onenote_pages())
}

pub(super) async fn onenote_rules(State(world): Shared, Body(rules): Body<OneNoteRules>) -> StatusCode {
    world.set_onenote_rules(rules);
    StatusCode::NO_CONTENT
}

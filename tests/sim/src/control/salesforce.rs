//! `/salesforce/…`.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Body, Refusal, Shared};
use crate::salesforce::{Outbound, OutboundAttempt};

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

fn no_record(kind: &str, id: &str) -> Refusal {
    Refusal::missing(format!("there is no {kind} {id}"))
}

pub(super) async fn change(
    State(world): Shared,
    Path((kind, id)): Path<(String, String)>,
    Body(fields): Body<Map<String, Value>>,
) -> Result<StatusCode, Refusal> {
    world.change_salesforce_record(&kind, &id, fields).ok_or_else(|| no_record(&kind, &id))?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn delete(
    State(world): Shared,
    Path((kind, id)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    world.delete_salesforce_record(&kind, &id).ok_or_else(|| no_record(&kind, &id))?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Conversion {
    opportunity: Option<String>,
}

pub(super) async fn convert(
    State(world): Shared,
    Path(id): Path<String>,
    Body(conversion): Body<Conversion>,
) -> Result<Json<Value>, Refusal> {
    let converted = world.convert_lead(&id, conversion.opportunity.as_deref());
    let opportunity = converted.ok_or_else(|| no_record("Lead", &id))?;
    Ok(Json(json!({"opportunity_id": opportunity})))
}

pub(super) async fn send_outbound(
    State(world): Shared,
    Body(message): Body<Outbound>,
) -> Result<Json<Value>, Refusal> {
    let notifications = world.send_outbound_message(&message).ok_or_else(|| no_type(&message.object))?;
    Ok(Json(json!({"notifications": notifications})))
}

pub(super) async fn outbound(State(world): Shared) -> Json<Vec<OutboundAttempt>> {
    Json(world.outbound_attempts())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Access {
    user_id: String,
    record_id: String,
    read: bool,
    edit: bool,
}

pub(super) async fn access(State(world): Shared, Body(access): Body<Access>) -> StatusCode {
    world.set_salesforce_access(&access.user_id, &access.record_id, access.read, access.edit);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refuse {
    error: Option<String>,
    #[serde(default)]
    error_description: String,
    times: Option<u32>,
}

pub(super) async fn refuse(State(world): Shared, Body(refuse): Body<Refuse>) -> StatusCode {
    let error = refuse.error.map(|error| (error, refuse.error_description));
    world.refuse_salesforce_tokens(error, refuse.times);
    StatusCode::NO_CONTENT
}

pub(super) async fn revoke_refresh_tokens(State(world): Shared) -> Json<Value> {
    Json(json!({"revoked": world.revoke_salesforce_refresh_tokens()}))
}

pub(super) async fn sign_in(State(world): Shared) -> Json<Value> {
    Json(json!({"refresh_token": world.new_salesforce_refresh_token()}))
}

//! `/entra/…`.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, Refusal, Shared};
use crate::entra::{Administrator, AppChange, ConsentChange, Keyboard};

pub(super) async fn consent(State(world): Shared, Body(change): Body<ConsentChange>) -> StatusCode {
    world.set_consent(change);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lifetime {
    seconds: u64,
}

pub(super) async fn token_lifetime(State(world): Shared, Body(lifetime): Body<Lifetime>) -> StatusCode {
    world.set_token_lifetime(lifetime.seconds);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum SecretState {
    Valid,
    Expired,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Secret {
    state: SecretState,
}

pub(super) async fn secret(State(world): Shared, Body(secret): Body<Secret>) -> StatusCode {
    world.set_secret_expired(matches!(secret.state, SecretState::Expired));
    StatusCode::NO_CONTENT
}

pub(super) async fn revoke_tokens(State(world): Shared) -> Json<Value> {
    Json(json!({"revoked": world.revoke_graph_tokens()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refuse {
    code: Option<u32>,
    times: Option<u64>,
}

pub(super) async fn refuse(State(world): Shared, Body(refuse): Body<Refuse>) -> Result<StatusCode, Refusal> {
    world.refuse_tokens(refuse.code, refuse.times).map_err(Refusal::bad)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    user_id: Option<String>,
    scopes: Vec<String>,
}

pub(super) async fn sign_in(
    State(world): Shared,
    Body(sign_in): Body<SignIn>,
) -> Result<Json<Value>, Refusal> {
    let user_id = sign_in.user_id.as_ref().unwrap_or(&world.manifest().tenant.user_id);
    let token = world.sign_in(user_id, &sign_in.scopes).map_err(Refusal::bad)?;
    Ok(Json(json!({"refresh_token": token})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    #[serde(default)]
    does: Keyboard,
}

pub(super) async fn person(State(world): Shared, Body(person): Body<Person>) -> Result<StatusCode, Refusal> {
    world.set_keyboard(person.does).map_err(Refusal::bad)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AtConsent {
    #[serde(default)]
    does: Administrator,
}

pub(super) async fn administrator(State(world): Shared, Body(administrator): Body<AtConsent>) -> StatusCode {
    world.set_administrator(administrator.does);
    StatusCode::NO_CONTENT
}

pub(super) async fn app(State(world): Shared, Body(change): Body<AppChange>) -> StatusCode {
    world.change_app(change);
    StatusCode::NO_CONTENT
}

pub(super) async fn revoke_sign_ins(State(world): Shared) -> Json<Value> {
    Json(json!({"revoked": world.revoke_sign_ins()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Certificate {
    registered: bool,
}

pub(super) async fn certificate(
    State(world): Shared,
    Body(certificate): Body<Certificate>,
) -> Result<Json<Value>, Refusal> {
    let text = world.make_certificate(certificate.registered).map_err(Refusal::bad)?;
    Ok(Json(json!({"certificate": text})))
}

//! `/entra/…`.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, Refusal, Shared};
use crate::entra::ConsentChange;

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

//! `/graph/…`.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use serde::Deserialize;

use super::{Body, Refusal, Shared};
use crate::graph::{
    Attempt, BadNotification, ChangedMessage, EndpointState, Item, LifecycleEvent, NewAttendance, NewMessage,
    NewTranscript, Planted, Posted, Sent, SubscriptionView, Throttle, ThrottleState, Transcribed,
};

pub(super) async fn post_message(
    State(world): Shared,
    Body(message): Body<NewMessage>,
) -> Result<Json<Posted>, Refusal> {
    world.post_message(&message).map(Json).map_err(Refusal::bad)
}

pub(super) async fn hold_meeting(
    State(world): Shared,
    Body(attendance): Body<NewAttendance>,
) -> Result<StatusCode, Refusal> {
    world.hold_meeting(&attendance).map_err(Refusal::bad)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn transcribe(
    State(world): Shared,
    Body(transcript): Body<NewTranscript>,
) -> Result<Json<Transcribed>, Refusal> {
    world.transcribe(&transcript).map(Json).map_err(Refusal::bad)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccessPolicy {
    user_id: String,
    granted: bool,
}

pub(super) async fn access_policy(State(world): Shared, Body(policy): Body<AccessPolicy>) -> StatusCode {
    world.set_access_policy(&policy.user_id, policy.granted);
    StatusCode::NO_CONTENT
}

pub(super) async fn change_message(
    State(world): Shared,
    Path(id): Path<String>,
    Body(changed): Body<ChangedMessage>,
) -> Result<Json<Posted>, Refusal> {
    world.change_message(&id, &changed).map(Json).map_err(Refusal::bad)
}

pub(super) async fn clear_messages(State(world): Shared) -> StatusCode {
    world.clear_messages();
    StatusCode::NO_CONTENT
}

pub(super) async fn forget_delta_tokens(State(world): Shared) -> StatusCode {
    world.forget_delta_tokens();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Notification {
    items: Vec<Item>,
    url: Option<String>,
}

pub(super) async fn notify(
    State(world): Shared,
    Body(notification): Body<Notification>,
) -> Result<Json<Sent>, Refusal> {
    let sent = world.send_notification(&notification.items, notification.url.as_deref()).await;
    sent.map(Json).map_err(Refusal::bad)
}

pub(super) async fn throttle(State(world): Shared, Body(throttles): Body<Vec<Throttle>>) -> StatusCode {
    world.throttle(throttles);
    StatusCode::NO_CONTENT
}

pub(super) async fn throttles(State(world): Shared) -> Json<Vec<ThrottleState>> {
    Json(world.throttles())
}

pub(super) async fn deliveries(State(world): Shared) -> Json<Vec<Attempt>> {
    Json(world.deliveries())
}

pub(super) async fn subscriptions(State(world): Shared) -> Json<Vec<SubscriptionView>> {
    Json(world.subscriptions())
}

fn changed(id: &str, found: bool) -> Result<StatusCode, Refusal> {
    if found {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Refusal::missing(format!("there is no subscription {id}")))
}

pub(super) async fn delete_subscription(
    State(world): Shared,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    changed(&id, world.delete_subscription(&id))
}

pub(super) async fn expire_subscription(
    State(world): Shared,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    changed(&id, world.expire_subscription(&id))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lifecycle {
    event: LifecycleEvent,
}

pub(super) async fn lifecycle(
    State(world): Shared,
    Path(id): Path<String>,
    Body(lifecycle): Body<Lifecycle>,
) -> Result<Json<Sent>, Refusal> {
    world.send_lifecycle(&id, lifecycle.event).await.map(Json).map_err(|error| match error {
        BadNotification::Subscription(id) => Refusal::missing(format!("there is no subscription {id}")),
        other => Refusal::bad(other),
    })
}

pub(super) async fn plant(
    State(world): Shared,
    Body(planted): Body<Planted>,
) -> Result<Json<SubscriptionView>, Refusal> {
    world.plant_subscription(&planted).map(Json).map_err(Refusal::bad)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Clock {
    ahead_s: u64,
}

pub(super) async fn clock(State(world): Shared, Body(clock): Body<Clock>) -> StatusCode {
    world.set_subscription_clock(std::time::Duration::from_secs(clock.ahead_s));
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Quota {
    teams_total: Option<usize>,
}

pub(super) async fn quota(State(world): Shared, Body(quota): Body<Quota>) -> StatusCode {
    world.set_subscription_quota(quota.teams_total);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Endpoints {
    state: Option<EndpointState>,
}

pub(super) async fn endpoints(State(world): Shared, Body(endpoints): Body<Endpoints>) -> StatusCode {
    world.treat_endpoints(endpoints.state);
    StatusCode::NO_CONTENT
}

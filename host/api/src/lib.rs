//! The HTTP face of a host: the admin API under `/api/v1`, the hooks that the outside world calls, and two
//! health answers. The only crate that knows HTTP statuses of ours; what they mean is decided behind it.

mod activity;
mod alerts;
mod auth;
mod browser;
mod connections;
mod datasets;
mod events;
mod extract;
mod health;
mod hooks;
mod installations;
mod packages;
mod people;
mod problem;
mod refusal;
mod replay;
mod schedules;
mod subscriptions;
mod tapes;
mod tenants;
mod view;
mod webhooks;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{delete, get, post, put},
};
use tieline_delivery::Host;

pub use self::{auth::TokenVerifier, problem::ProblemDocument};

/// Every route of the host. The API answers only to `auth`'s token; hooks are guarded by their unguessable
/// address and by what `Host::receive` verifies, health answers say nothing worth guarding.
pub fn router(host: Arc<Host>, auth: TokenVerifier) -> Router {
    let api = Router::new()
        .route("/tenants", get(tenants::list))
        .route("/tenants/{tenant}", put(tenants::apply))
        .route("/tenants/{tenant}/connections", get(connections::list))
        .route("/tenants/{tenant}/connections/{connection}/sign-ins", post(people::sign_in))
        .route("/tenants/{tenant}/connections/{connection}/consents", post(people::consent))
        .route(
            "/tenants/{tenant}/connections/{connection}/people",
            get(people::list).delete(people::sign_everybody_out),
        )
        .route("/tenants/{tenant}/connections/{connection}/people/{user}", delete(people::sign_out))
        .route("/tenants/{tenant}/connections/{connection}/test", post(connections::test))
        .route("/tenants/{tenant}/connections/{connection}/consent", get(connections::consent))
        .route("/tenants/{tenant}/connections/{connection}/consent/accept", post(connections::accept_consent))
        .route("/tenants/{tenant}/installations", get(installations::list))
        .route("/tenants/{tenant}/installations/{installation}/check", post(installations::check))
        .route("/tenants/{tenant}/installations/{installation}/resume", post(installations::resume))
        .route("/tenants/{tenant}/installations/{installation}/actions/{action}", post(installations::act))
        .route("/tenants/{tenant}/installations/{installation}/view", get(view::show))
        .route("/tenants/{tenant}/installations/{installation}/datasets", get(datasets::list))
        .route("/tenants/{tenant}/installations/{installation}/datasets/{table}", get(datasets::show))
        .route(
            "/tenants/{tenant}/installations/{installation}/datasets/{table}/summary",
            get(datasets::summary),
        )
        .route(
            "/tenants/{tenant}/installations/{installation}/datasets/{table}/export",
            get(datasets::export),
        )
        .route(
            "/tenants/{tenant}/installations/{installation}/datasets/{table}/compact",
            post(datasets::compact),
        )
        .route("/tenants/{tenant}/hooks", get(webhooks::list))
        .route("/tenants/{tenant}/installations/{installation}/hooks/{hook}", get(webhooks::show))
        .route("/tenants/{tenant}/installations/{installation}/hooks/{hook}/rotate", post(webhooks::rotate))
        .route("/tenants/{tenant}/subscriptions", get(subscriptions::list))
        .route("/tenants/{tenant}/subscriptions/{subscription}/coverage", get(subscriptions::coverage))
        .route("/tenants/{tenant}/alerts", get(alerts::list))
        .route("/tenants/{tenant}/schedules", get(schedules::list))
        .route("/tenants/{tenant}/events", get(events::list))
        .route("/tenants/{tenant}/events/replay", post(replay::many))
        .route("/tenants/{tenant}/events/{event}", get(events::show))
        .route("/tenants/{tenant}/events/{event}/replay", post(replay::one))
        .route("/tenants/{tenant}/dead-letters", get(replay::dead_letters))
        .route("/tenants/{tenant}/events/{event}/tape", get(tapes::show))
        .route("/tenants/{tenant}/activity", get(activity::list))
        .route("/packages/{digest}", packages::routes(host.doors()))
        .fallback(refusal::no_such_path)
        .method_not_allowed_fallback(refusal::wrong_method)
        .layer(DefaultBodyLimit::max(host.doors().body_bytes))
        // Around the fallbacks too: whoever has no token does not learn which paths exist.
        .layer(middleware::from_fn_with_state(auth, auth::require_token));
    Router::new()
        .nest("/api/v1", api)
        .merge(hooks::routes(host.doors()))
        .merge(browser::routes())
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(refusal::no_such_path)
        .method_not_allowed_fallback(refusal::wrong_method)
        .with_state(host)
}

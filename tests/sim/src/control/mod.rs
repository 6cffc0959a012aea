//! The control API: what [`World`] offers, as plain HTTP and JSON.
//!
//! A request that makes no sense gets 400 and `{"error": "…"}`.

mod body;
mod calls;
mod contact_center;
mod dataverse;
mod entra;
mod faults;
mod graph;
mod people;
mod places;
mod received;
mod salesforce;
mod smtp;
mod vault;

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use http::StatusCode;
use serde_json::json;
use tokio::net::TcpListener;

use crate::world::World;

use body::Body;

type Shared = State<Arc<World>>;

/// A refusal of the control API.
struct Refusal(StatusCode, String);

impl Refusal {
    fn bad(why: impl std::fmt::Display) -> Self {
        Self(StatusCode::BAD_REQUEST, why.to_string())
    }

    fn missing(what: impl std::fmt::Display) -> Self {
        Self(StatusCode::NOT_FOUND, what.to_string())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

pub(crate) async fn serve(listener: TcpListener, world: Arc<World>) {
    let routes = Router::new()
        .route("/manifest", get(manifest))
        .route("/received", get(received::list).delete(received::clear))
        .route("/faults", get(faults::list).post(faults::add).delete(faults::clear))
        .route("/holds", get(faults::holds))
        .route("/holds/{name}/release", post(faults::release))
        .route("/graph/messages", post(graph::post_message).delete(graph::clear_messages))
        .route("/graph/messages/{id}", patch(graph::change_message))
        .route("/graph/transcripts", post(graph::transcribe))
        .route("/graph/attendance", post(graph::hold_meeting))
        .route("/graph/access-policy", post(graph::access_policy))
        .route("/graph/delta-tokens", axum::routing::delete(graph::forget_delta_tokens))
        .route("/graph/notifications", post(graph::notify))
        .route("/graph/calls", get(calls::list).post(calls::make))
        .route("/graph/calls/{id}/versions", post(calls::raise))
        .route("/graph/calls/{id}/notifications", post(calls::repeat))
        .route("/graph/many-calls", post(calls::generate))
        .route("/graph/chats", get(people::chats).post(people::make_chat))
        .route("/graph/chats/{chat}/members/{user}", axum::routing::delete(people::leave))
        .route("/graph/channels", get(places::channels))
        .route("/graph/channels/script", post(places::script_channels))
        .route("/graph/onenote/pages", get(places::onenote_pages))
        .route("/graph/onenote/rules", post(places::onenote_rules))
        .route("/graph/shares", post(people::share))
        .route("/graph/mail", post(people::deliver_mail))
        .route("/graph/mail/{user}", get(people::mail))
        .route("/graph/events/{user}", get(people::events))
        .route("/graph/presence", post(people::presence))
        .route("/graph/roles", post(people::roles))
        .route("/graph/throttles", get(graph::throttles).put(graph::throttle))
        .route("/graph/deliveries", get(graph::deliveries))
        .route("/graph/subscriptions", get(graph::subscriptions).post(graph::plant))
        .route("/graph/subscriptions/{id}", axum::routing::delete(graph::delete_subscription))
        .route("/graph/subscriptions/{id}/expire", post(graph::expire_subscription))
        .route("/graph/subscriptions/{id}/lifecycle", post(graph::lifecycle))
        .route("/graph/clock", post(graph::clock))
        .route("/graph/quota", post(graph::quota))
        .route("/graph/endpoints", post(graph::endpoints))
        .route("/salesforce/records/{type}", get(salesforce::records).delete(salesforce::clear))
        .route("/salesforce/records/{type}/{id}", patch(salesforce::change).delete(salesforce::delete))
        .route("/salesforce/leads/{id}/convert", post(salesforce::convert))
        .route("/salesforce/outbound-messages", get(salesforce::outbound).post(salesforce::send_outbound))
        .route("/salesforce/access", post(salesforce::access))
        .route("/salesforce/refuse", post(salesforce::refuse))
        .route("/salesforce/revoke-refresh-tokens", post(salesforce::revoke_refresh_tokens))
        .route("/salesforce/refresh-tokens", post(salesforce::sign_in))
        .route("/salesforce/revoke-tokens", post(salesforce::revoke_tokens))
        .route("/salesforce/rotation", post(salesforce::rotation))
        .route("/salesforce/limits", post(salesforce::limits))
        .route(
            "/dataverse/records/{table}",
            get(dataverse::rows).post(dataverse::create).delete(dataverse::clear),
        )
        .route(
            "/dataverse/records/{table}/{id}",
            axum::routing::patch(dataverse::update).delete(dataverse::delete),
        )
        .route("/dataverse/roles", post(dataverse::roles))
        .route("/dataverse/privileges", post(dataverse::privileges))
        .route("/dataverse/application-user", post(dataverse::application_user))
        .route("/dataverse/delta-tokens", axum::routing::delete(dataverse::expire_tokens))
        .route("/dataverse/protection", post(dataverse::protection))
        .route("/dataverse/hooks", post(dataverse::hook))
        .route("/dataverse/hooks/hold", post(dataverse::hold_hooks))
        .route("/dataverse/hooks/release", post(dataverse::release_hooks))
        .route("/dataverse/deliveries", get(dataverse::deliveries))
        .route("/dataverse/deliveries/{operation}/again", post(dataverse::repeat))
        .route("/vault/records/{object}", get(vault::records).post(vault::make).delete(vault::clear))
        .route("/vault/records/{object}/{id}", patch(vault::change).delete(vault::delete))
        .route("/vault/user", post(vault::user))
        .route("/vault/refuse", post(vault::refuse))
        .route("/vault/logins", get(vault::logins))
        .route("/vault/sessions", axum::routing::delete(vault::end_sessions))
        .route("/vault/clock", post(vault::clock))
        .route("/vault/limits", post(vault::limits))
        .route("/contact-center/chats", post(contact_center::begin))
        .route("/contact-center/chats/{chat}", get(contact_center::shown))
        .route("/contact-center/chats/{chat}/invite", post(contact_center::invite))
        .route("/contact-center/chats/{chat}/say", post(contact_center::say))
        .route("/contact-center/chats/{chat}/file", post(contact_center::file))
        .route("/contact-center/chats/{chat}/join", post(contact_center::join))
        .route("/contact-center/chats/{chat}/leave", post(contact_center::leave))
        .route("/contact-center/chats/{chat}/end", post(contact_center::end))
        .route("/contact-center/webhook", post(contact_center::webhook).delete(contact_center::no_webhook))
        .route("/contact-center/deliveries", get(contact_center::deliveries))
        .route("/contact-center/deliveries/again", post(contact_center::again))
        .route("/contact-center/refuse", post(contact_center::refuse))
        .route("/contact-center/revoke-tokens", post(contact_center::revoke))
        .route("/smtp/mails", get(smtp::mails).delete(smtp::clear))
        .route("/smtp/faults", post(smtp::fault).delete(smtp::mended))
        .route("/smtp/starttls", post(smtp::starttls))
        .route("/entra/consent", post(entra::consent))
        .route("/entra/token-lifetime", post(entra::token_lifetime))
        .route("/entra/refuse", post(entra::refuse))
        .route("/entra/secret", post(entra::secret))
        .route("/entra/revoke-tokens", post(entra::revoke_tokens))
        .route("/entra/refresh-tokens", post(entra::sign_in))
        .route("/entra/person", post(entra::person))
        .route("/entra/administrator", post(entra::administrator))
        .route("/entra/app", post(entra::app))
        .route("/entra/revoke-sign-ins", post(entra::revoke_sign_ins))
        .route("/entra/certificates", post(entra::certificate))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .merge(crate::collector::routes())
        .with_state(world);
    if let Err(error) = axum::serve(listener, routes).await {
        tracing::error!(%error, "the control API stopped");
    }
}

async fn manifest(State(world): Shared) -> Response {
    Json(world.manifest()).into_response()
}

async fn unknown(uri: http::Uri) -> Refusal {
    Refusal::missing(format!("the control API has no {}", uri.path()))
}

async fn wrong_method(method: http::Method, uri: http::Uri) -> Refusal {
    let why = format!("the control API has no {method} {}", uri.path());
    Refusal(StatusCode::METHOD_NOT_ALLOWED, why)
}

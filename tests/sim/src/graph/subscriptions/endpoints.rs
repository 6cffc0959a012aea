//! `/subscriptions` and what is below it.

use std::sync::Arc;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::life::{Life, Touch};
use super::rules::{self, Wanted};
use super::{Subscription, handshake};
use crate::call::{self, Reply};
use crate::graph::errors::GraphError;
use crate::graph::paging::{self, Page};
use crate::graph::rich::Certificate;
use crate::graph::{Request, json as answer};
use crate::ids;

/// The documentation does not name the size of a page.
const PAGE: usize = 50;

pub(in crate::graph) async fn handle(request: &Request<'_>, rest: &[&str]) -> Result<Reply, GraphError> {
    let method = request.call.method();
    match (method, rest) {
        (&Method::GET, []) => list(request),
        (&Method::POST, []) => create(request).await,
        (&Method::GET, [id]) => {
            let found = request.world.graph.subscriptions.live(id, request.bearer)?;
            Ok(shown(request, StatusCode::OK, &found))
        }
        (&Method::PATCH, [id]) => update(request, id).await,
        (&Method::DELETE, [id]) => {
            let store = &request.world.graph.subscriptions;
            store.live(id, request.bearer)?;
            store.remove(id);
            Ok(call::empty(StatusCode::NO_CONTENT))
        }
        (&Method::POST, [id, "reauthorize"]) => {
            let found = request.world.graph.subscriptions.live(id, request.bearer)?;
            request.may(found.watched.kind.operation())?;
            let store = &request.world.graph.subscriptions;
            store.update(id, |held| held.life.touch(Touch::Reauthorized, store.now_ms()));
            Ok(call::empty(StatusCode::NO_CONTENT))
        }
        (_, [] | [_] | [_, "reauthorize"]) => Err(GraphError::method_not_allowed()),
        (_, [.., last]) => Err(GraphError::unknown_segment(last)),
    }
}

fn shown(request: &Request<'_>, status: StatusCode, subscription: &Subscription) -> Reply {
    let mut body = subscription.json();
    body["@odata.context"] = request.context("subscriptions/$entity").into();
    answer(status, &body)
}

fn list(request: &Request<'_>) -> Result<Reply, GraphError> {
    let page = Page::of(request, PAGE, PAGE)?;
    let now = request.world.graph.subscriptions.now_ms();
    let mut rest = request.world.graph.subscriptions.all();
    rest.retain(|held| {
        held.is_of(request.bearer) && held.expires_ms > now && page.after.is_none_or(|after| held.seq > after)
    });
    let more = rest.len() > page.size;
    rest.truncate(page.size);
    let value: Vec<Value> = rest.iter().map(|held| held.json()).collect();
    let mut body = json!({"@odata.context": request.context("subscriptions"), "value": value});
    if let (true, Some(last)) = (more, rest.last()) {
        body["@odata.nextLink"] = paging::next_link(request, last.seq).into();
    }
    Ok(answer(StatusCode::OK, &body))
}

async fn create(request: &Request<'_>) -> Result<Reply, GraphError> {
    let world = request.world;
    let allow_http = world.options.allow_http_notification_urls;
    let body = rules::object(request.call.body)?;
    let wanted = rules::check(&body, world.graph.subscriptions.now_ms(), allow_http)?;
    request.may(wanted.watched.kind.operation())?;
    exists(request, &wanted)?;
    let new = subscription(request, wanted);
    let store = &world.graph.subscriptions;
    store.admits(&new)?;
    let client = world.graph.courier.client();
    handshake::validate(client, &new.notification_url).await?;
    if let Some(url) = &new.lifecycle_url {
        // The same URL twice is asked twice.
        handshake::validate(client, url).await?;
    }
    // Another request may have subscribed meanwhile.
    let new = store.insert(new)?;
    let mut reply = shown(request, StatusCode::CREATED, &new);
    let location = format!("{}/subscriptions('{}')", request.root(), new.id);
    crate::graph::set(reply.headers_mut(), "location", &location);
    Ok(reply)
}

/// A single channel or chat must be there; of chats, a person watches only their own.
fn exists(request: &Request<'_>, wanted: &Wanted) -> Result<(), GraphError> {
    use crate::graph::messages::Spot;
    let places = &request.world.graph.places;
    let there = match wanted.watched.spot() {
        None => true,
        Some(Spot::Channel { team_id, channel_id }) => {
            places.team(&team_id)?;
            places.channel(&channel_id).is_some()
        }
        Some(Spot::Chat { chat_id }) => match request.bearer.user_id() {
            None => request.world.graph.chats.is_there(&chat_id),
            Some(user) => request.world.graph.chats.has_member(&chat_id, user),
        },
    };
    if there { Ok(()) } else { Err(GraphError::not_found("The subscribed resource was not found.")) }
}

fn subscription(request: &Request<'_>, wanted: Wanted) -> Subscription {
    let creator = request.bearer.user_id().unwrap_or(&request.world.entra.service_principal);
    Subscription {
        id: ids::fresh_guid(),
        seq: 0,
        app_id: request.bearer.app_id.clone(),
        creator_id: creator.to_owned(),
        resource: wanted.resource,
        watched: wanted.watched,
        change_type: wanted.change_type,
        changes: wanted.changes,
        notification_url: wanted.notification_url,
        lifecycle_url: wanted.lifecycle_url,
        client_state: wanted.client_state,
        expires_ms: wanted.expires_ms,
        tls_version: wanted.tls_version,
        query_options: wanted.query_options,
        life: Life::begun(request.world.graph.subscriptions.now_ms()),
        certificate: wanted.certificate,
    }
}

/// Renews a subscription, or moves it to another notification URL. Nothing else can be changed;
/// above all, a lifecycle URL cannot be added later.
async fn update(request: &Request<'_>, id: &str) -> Result<Reply, GraphError> {
    let world = request.world;
    let store = &world.graph.subscriptions;
    let held: Arc<Subscription> = store.live(id, request.bearer)?;
    let kind = held.watched.kind;
    request.may(kind.operation())?;
    let body = rules::object(request.call.body)?;
    const CHANGEABLE: [&str; 4] =
        ["expirationDateTime", "notificationUrl", "encryptionCertificate", "encryptionCertificateId"];
    let fixed = |name: &&String| !CHANGEABLE.contains(&name.as_str()) && !name.starts_with('@');
    if let Some(name) = body.keys().find(fixed) {
        return Err(GraphError::invalid_request(format!("The property '{name}' cannot be updated.")));
    }
    let expires_ms = match rules::text(&body, "expirationDateTime")? {
        None => None,
        Some(wanted) => {
            let has_lifecycle = held.lifecycle_url.is_some();
            Some(rules::expiration(&wanted, kind, has_lifecycle, store.now_ms())?)
        }
    };
    let certificate = Certificate::given(&body)?;
    let url = rules::text(&body, "notificationUrl")?;
    if let Some(url) = &url {
        rules::check_url("notificationUrl", url, world.options.allow_http_notification_urls)?;
        handshake::validate(world.graph.courier.client(), url).await?;
    }
    let now = store.now_ms();
    let updated = store.update(id, |held| {
        if let Some(expires_ms) = expires_ms {
            held.expires_ms = expires_ms;
            held.life.touch(Touch::Renewed, now);
        }
        if let Some(url) = url {
            held.notification_url = url;
        }
        // What was subscribed without the resource stays so.
        if held.certificate.is_some() && certificate.is_some() {
            held.certificate = certificate;
        }
    });
    // It may have been deleted while its new URL was asked.
    let updated = match updated {
        Some(updated) => updated,
        None => store.live(id, request.bearer)?,
    };
    Ok(shown(request, StatusCode::OK, &updated))
}

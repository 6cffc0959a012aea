//! The way of a request through a simulator: read, note, script, handle, answer.

use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use serde_json::Value;

use crate::call::{self, Call, Place, Reply};
use crate::faults::Effect;
use crate::upstream::Upstream;
use crate::world::World;
use crate::{contact_center, dataverse, entra, graph, inbox, salesforce, vault};

/// The connection is to be reset without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is dropped on purpose")]
pub(crate) struct Dropped;

/// Handles one request. On `Dropped` the listener resets the connection.
pub(crate) async fn serve(
    world: &World,
    place: &Place,
    request: Request<Incoming>,
) -> Result<Reply, Dropped> {
    let (parts, body) = request.into_parts();
    let body = if body.is_end_stream() {
        Bytes::new()
    } else {
        body.collect().await.map_err(|_| Dropped)?.to_bytes()
    };
    let call = Call { place, parts: &parts, body: &body };
    let ticket = world.record.arrive(&call);
    let _counted = (place.upstream == Upstream::Dataverse).then(|| world.dataverse_under_way());
    let outcome = match world.faults.effect_on(&call) {
        None => Ok(handle(world, &call).await),
        Some(effect) => suffer(world, &call, effect).await,
    };
    match &outcome {
        Ok(reply) => ticket.answered(reply.status()),
        Err(Dropped) => ticket.dropped(),
    }
    outcome
}

async fn handle(world: &World, call: &Call<'_>) -> Reply {
    match call.place.upstream {
        Upstream::Entra => entra::handle(world, call),
        Upstream::Graph => graph::handle(world, call).await,
        Upstream::Salesforce => salesforce::handle(world, call),
        Upstream::Dataverse => dataverse::handle(world, call),
        Upstream::Vault => vault::handle(world, call).await,
        Upstream::ContactCenter => contact_center::handle(world, call).await,
        Upstream::Inbox => inbox::handle(call),
    }
}

async fn suffer(world: &World, call: &Call<'_>, effect: Effect) -> Result<Reply, Dropped> {
    if let Some(latency) = effect.latency_ms {
        tokio::time::sleep(Duration::from_millis(latency)).await;
    }
    if let Some(name) = &effect.hold {
        world.holds.wait(name, call).await;
    }
    if effect.reset {
        return Err(Dropped);
    }
    if let Some(status) = effect.status {
        return Ok(scripted(world, call, status, &effect));
    }
    let reply = handle(world, call).await;
    if let Some(name) = &effect.hold_after {
        world.holds.wait(name, call).await;
    }
    if effect.answer_then_reset {
        return Err(Dropped);
    }
    Ok(reply)
}

/// An answer from the script, dressed with the headers that the upstream always sends.
fn scripted(world: &World, call: &Call<'_>, status: u16, effect: &Effect) -> Reply {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reply = match &effect.body {
        Some(Value::String(text)) => {
            let text_type = HeaderValue::from_static("text/plain; charset=utf-8");
            call::raw(status, text_type, Bytes::from(text.clone()))
        }
        Some(body) => call::json(status, body),
        None => match call.place.upstream {
            Upstream::Entra => entra::usual_error(call, status),
            Upstream::Graph => graph::usual_error(call, status),
            Upstream::Salesforce => salesforce::usual_error(status),
            Upstream::Dataverse => dataverse::usual_error(status),
            Upstream::Vault => vault::usual_error(status),
            Upstream::ContactCenter => contact_center::usual_error(status),
            Upstream::Inbox => inbox::usual_error(status),
        },
    };
    match call.place.upstream {
        Upstream::Entra | Upstream::ContactCenter | Upstream::Inbox => {}
        Upstream::Graph => graph::dress(call, &mut reply),
        Upstream::Salesforce => salesforce::dress(world, &mut reply),
        Upstream::Dataverse => dataverse::dress(world, &mut reply),
        Upstream::Vault => vault::dress(world, call, &mut reply),
    }
    for (name, value) in &effect.headers {
        if let (Ok(name), Ok(value)) =
            (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str()))
        {
            reply.headers_mut().insert(name, value);
        }
    }
    reply
}

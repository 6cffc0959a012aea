//! `$batch` ("Combine multiple HTTP requests using JSON batching"): up to twenty requests in one, each with its own
//! answer, its own faults and its own throttling.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use http_body_util::BodyExt;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::errors::{GraphError, usual_error};
use crate::call::{Call, Reply};
use crate::world::World;

/// The most requests in a batch.
const MOST: usize = 20;

#[derive(Deserialize)]
struct Batch {
    requests: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    method: String,
    url: String,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    body: Option<Value>,
    #[serde(default)]
    depends_on: Vec<String>,
}

pub(super) async fn handle(world: &World, call: &Call<'_>, version: &str) -> Result<Reply, GraphError> {
    let Ok(batch) = serde_json::from_slice::<Batch>(call.body) else {
        return Err(GraphError::bad_request("Invalid batch payload format."));
    };
    if batch.requests.is_empty() || batch.requests.len() > MOST {
        return Err(GraphError::bad_request(format!(
            "Number of batch request steps must be between 1 and {MOST}."
        )));
    }
    let mut known: HashMap<&str, StatusCode> = HashMap::new();
    let mut responses = Vec::with_capacity(batch.requests.len());
    for item in &batch.requests {
        if known.contains_key(item.id.as_str()) {
            return Err(GraphError::bad_request(format!("Duplicate request id '{}'.", item.id)));
        }
        // Requests stand behind those that they depend on.
        let after: Option<Vec<_>> =
            item.depends_on.iter().map(|id| known.get(id.as_str()).copied()).collect();
        let Some(after) = after else {
            return Err(GraphError::bad_request(format!(
                "Request '{}' depends on an unknown request.",
                item.id
            )));
        };
        let (status, response) = match after.iter().all(StatusCode::is_success) {
            true => carried(world, call, version, item).await?,
            false => failed_dependency(item),
        };
        known.insert(&item.id, status);
        responses.push(response);
    }
    // In any order, says the documentation: so nobody may rely on it.
    responses.reverse();
    Ok(super::json(StatusCode::OK, &json!({ "responses": responses })))
}

fn failed_dependency(item: &Item) -> (StatusCode, Value) {
    let status = StatusCode::FAILED_DEPENDENCY;
    let error = json!({"error": {"code": "FailedDependency", "message": "A request that this one depends on failed."}});
    (status, json!({"id": item.id, "status": status.as_u16(), "headers": {}, "body": error}))
}

async fn carried(
    world: &World,
    outer: &Call<'_>,
    version: &str,
    item: &Item,
) -> Result<(StatusCode, Value), GraphError> {
    let malformed = || GraphError::bad_request(format!("Request '{}' is malformed.", item.id));
    if item.url.contains("://") || item.url.trim_start_matches('/').starts_with("$batch") {
        return Err(malformed());
    }
    let uri = format!("/{version}/{}", item.url.trim_start_matches('/'));
    let request = Request::builder().method(item.method.as_str()).uri(uri).body(());
    let (mut parts, ()) = request.map_err(|_| malformed())?.into_parts();
    parts.headers = headers(outer, item).ok_or_else(malformed)?;
    let body = match &item.body {
        None => Bytes::new(),
        Some(Value::String(text)) => STANDARD.decode(text).map_err(|_| malformed())?.into(),
        Some(body) => Bytes::from(body.to_string()),
    };
    let call = Call { place: outer.place, parts: &parts, body: &body };
    let reply = match world.faults.effect_on(&call).and_then(|effect| Some((effect.status?, effect))) {
        Some((status, effect)) => {
            let mut reply = usual_error(&call, StatusCode::from_u16(status).map_err(|_| malformed())?);
            for (name, value) in &effect.headers {
                if let (Ok(name), Ok(value)) =
                    (http::HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str()))
                {
                    reply.headers_mut().insert(name, value);
                }
            }
            reply
        }
        None => match Box::pin(super::answer(world, &call)).await {
            Ok(reply) => reply,
            Err(error) => error.reply(&call),
        },
    };
    Ok(response(&item.id, reply).await)
}

fn headers(outer: &Call<'_>, item: &Item) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in &item.headers {
        let name = http::HeaderName::try_from(name.as_str()).ok()?;
        headers.insert(name, HeaderValue::try_from(value.as_str()?).ok()?);
    }
    for name in [AUTHORIZATION, HOST] {
        if let Some(value) = outer.headers().get(&name) {
            headers.insert(name, value.clone());
        }
    }
    Some(headers)
}

/// JSON stands as it is, anything else in base64.
async fn response(id: &str, reply: Reply) -> (StatusCode, Value) {
    let (parts, body) = reply.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let headers: Map<String, Value> = parts
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), Value::from(value.to_str().ok()?))))
        .collect();
    let mut response = json!({"id": id, "status": parts.status.as_u16(), "headers": headers});
    if !body.is_empty() {
        response["body"] =
            serde_json::from_slice(&body).unwrap_or_else(|_| Value::from(STANDARD.encode(&body)));
    }
    (parts.status, response)
}

//! `POST /composite`: up to 25 requests in one, which count as one ("Composite"). Each stands by itself; `allOrNone` is
//! not simulated.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Method, StatusCode};
use http_body_util::Full;
use hyper::body::Body;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::errors::ApiError;
use super::{Org, dispatch};
use crate::call::{self, Call, Reply};

const MOST: usize = 25;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    #[serde(default)]
    all_or_none: bool,
    composite_request: Vec<Part>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    method: String,
    url: String,
    reference_id: String,
    #[serde(default)]
    body: Value,
}

pub(super) fn handle(org: &Org, call: &Call<'_>) -> Result<Reply, ApiError> {
    let asked: Asked = serde_json::from_slice(call.body).map_err(ApiError::json)?;
    if asked.all_or_none {
        return Err(ApiError::bad_request("UNSUPPORTED", "allOrNone is not simulated"));
    }
    if asked.composite_request.is_empty() || asked.composite_request.len() > MOST {
        let message = format!("The number of subrequests must be between 1 and {MOST}.");
        return Err(ApiError::bad_request("LIMIT_EXCEEDED", message));
    }
    let mut answers = Map::new();
    let mut shown = Vec::new();
    for part in &asked.composite_request {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !part.reference_id.starts_with(|c: char| c.is_ascii_alphabetic())
            || !part.reference_id.chars().all(plain)
        {
            let message = format!("Invalid reference Id '{}'.", part.reference_id);
            return Err(ApiError::bad_request("INVALID_INPUT", message));
        }
        let (status, body) = one(org, call, part, &answers);
        answers.insert(part.reference_id.clone(), body.clone());
        shown.push(json!({
            "body": body,
            "httpHeaders": {},
            "httpStatusCode": status.as_u16(),
            "referenceId": part.reference_id,
        }));
    }
    Ok(call::json(StatusCode::OK, &json!({ "compositeResponse": shown })))
}

fn one(org: &Org, call: &Call<'_>, part: &Part, answers: &Map<String, Value>) -> (StatusCode, Value) {
    let reply = request(call, part, answers).and_then(|(parts, body)| {
        let inner = Call { place: call.place, parts: &parts, body: &body };
        dispatch(org, &inner)
    });
    let reply = reply.unwrap_or_else(|error| error.reply());
    let status = reply.status();
    let bytes = whole(reply.into_body());
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

/// A body that is whole is there at once.
fn whole(mut body: Full<Bytes>) -> Bytes {
    let mut context = Context::from_waker(Waker::noop());
    match Pin::new(&mut body).poll_frame(&mut context) {
        Poll::Ready(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
        _ => Bytes::new(),
    }
}

fn request(
    call: &Call<'_>,
    part: &Part,
    answers: &Map<String, Value>,
) -> Result<(http::request::Parts, Bytes), ApiError> {
    let bad = || ApiError::bad_request("INVALID_INPUT", "The subrequest is malformed.");
    let url = filled(&part.url, answers)?;
    let body = match &part.body {
        Value::Null => String::new(),
        body => filled(&body.to_string(), answers)?,
    };
    let method: Method = part.method.parse().map_err(|_| bad())?;
    let mut request = http::Request::builder().method(method).uri(url).body(()).map_err(|_| bad())?;
    *request.headers_mut() = call.headers().clone();
    Ok((request.into_parts().0, Bytes::from(body)))
}

/// Puts answers where `@{reference.field}` stands.
fn filled(text: &str, answers: &Map<String, Value>) -> Result<String, ApiError> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("@{") {
        let (reference, tail) = after.split_once('}').unwrap_or((after, ""));
        let (name, field) = reference.split_once('.').unwrap_or((reference, "id"));
        let value = answers.get(name).and_then(|answer| answer[field].as_str()).ok_or_else(|| {
            let message = format!("Invalid reference specified. No value for {reference} found in {name}.");
            ApiError::bad_request("PROCESSING_HALTED", message)
        })?;
        out.push_str(before);
        out.push_str(value);
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

//! Several calls in one request.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Request, wit};
use crate::{CallError, Header, Identity, Response};

/// The most calls in a batch.
const MOST: usize = 20;

/// Sends independent calls in as few requests as Graph allows (`$batch`, up to 20 in each); the answers stand in the
/// order asked. Each call is judged by the permissions of this installation: one that is denied denies those in the
/// same request, and says which it is.
///
/// Sent by themselves are calls whose effect has a name, calls to a whole address, and what has a body that is no
/// JSON. A body in the answer that is no JSON stands in base64.
pub fn batched(requests: impl IntoIterator<Item = Request>) -> Vec<Result<Response, CallError>> {
    send(requests.into_iter().collect(), &mut |request| request.send())
}

fn send(
    requests: Vec<Request>,
    door: &mut dyn FnMut(Request) -> Result<Response, CallError>,
) -> Vec<Result<Response, CallError>> {
    let mut answers: Vec<Option<Result<Response, CallError>>> = requests.iter().map(|_| None).collect();
    let mut batches: Vec<(Kind, Vec<(usize, Request)>)> = Vec::new();
    for (place, request) in requests.into_iter().enumerate() {
        let Some(kind) = kind(&request) else {
            answers[place] = Some(door(request));
            continue;
        };
        match batches.iter_mut().find(|(other, calls)| *other == kind && calls.len() < MOST) {
            Some((_, calls)) => calls.push((place, request)),
            None => batches.push((kind, vec![(place, request)])),
        }
    }
    for (_, mut calls) in batches {
        if calls.len() == 1 {
            if let Some((place, request)) = calls.pop() {
                answers[place] = Some(door(request));
            }
            continue;
        }
        let mut told = unpacked(door(packed(&calls)));
        for (place, _) in calls {
            answers[place] = Some(told(place));
        }
    }
    let unanswered = || Err(CallError::InDoubt("the call was never sent".into()));
    answers.into_iter().map(|answer| answer.unwrap_or_else(unanswered)).collect()
}

/// What calls in one batch have in common.
type Kind = (bool, u8);

/// In which batches a call may be; none when it must be sent by itself.
fn kind(request: &Request) -> Option<Kind> {
    let call = &request.0;
    let json = match &call.body {
        None => true,
        Some(body) => serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok(),
    };
    if call.effect_key.is_some() || !json || call.path.contains("://") || call.path.contains("$batch") {
        return None;
    }
    let identity = match call.identity {
        Identity::App => 0,
        Identity::Service => 1,
        Identity::Actor => 2,
    };
    Some((matches!(call.version, wit::ApiVersion::Beta), identity))
}

/// One request of these; each is named by its place.
fn packed(calls: &[(usize, Request)]) -> Request {
    let items = calls.iter().map(|(place, request)| {
        let call = &request.0;
        let mut item = Map::new();
        item.insert("id".into(), place.to_string().into());
        item.insert("method".into(), call.method.as_str().into());
        item.insert("url".into(), call.path.as_str().into());
        if !call.headers.is_empty() {
            let headers = call.headers.iter().map(|h| (h.name.clone(), Value::from(h.value.as_str())));
            item.insert("headers".into(), Value::Object(headers.collect()));
        }
        if let Some(body) = call.body.as_ref().and_then(|body| serde_json::from_slice::<Value>(body).ok()) {
            item.insert("body".into(), body);
        }
        Value::Object(item)
    });
    let mut batch = Request::new("POST", "/$batch");
    if let Some((_, first)) = calls.first() {
        batch.0.version = first.0.version;
        batch.0.identity = first.0.identity;
    }
    batch.0.body = Some(json!({ "requests": items.collect::<Vec<_>>() }).to_string().into_bytes());
    batch.header("Content-Type", "application/json")
}

/// The answer of each call. One that failed as a whole is the answer of all.
fn unpacked(told: Result<Response, CallError>) -> impl FnMut(usize) -> Result<Response, CallError> {
    #[derive(Deserialize)]
    struct Body {
        responses: Vec<Item>,
    }
    #[derive(Deserialize)]
    struct Item {
        id: String,
        status: u16,
        #[serde(default)]
        headers: HashMap<String, Value>,
        #[serde(default)]
        body: Value,
    }
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let mut items: HashMap<String, Response> = match &told {
        Ok(response) if response.status == 200 => {
            let read = serde_json::from_slice::<Body>(&response.body);
            let responses = read.map(|body| body.responses).unwrap_or_default();
            responses
                .into_iter()
                .map(|Item { id, status, headers, body }| {
                    let headers =
                        headers.into_iter().map(|(name, value)| Header { name, value: text(value) });
                    let body = match body {
                        Value::Null => Vec::new(),
                        Value::String(text) => text.into_bytes(),
                        json => json.to_string().into_bytes(),
                    };
                    (id, Response { status, headers: headers.collect(), body })
                })
                .collect()
        }
        _ => HashMap::new(),
    };
    move |place| match &told {
        Ok(response) if response.status == 200 => items
            .remove(&place.to_string())
            .ok_or_else(|| CallError::InDoubt("the answer of the batch says nothing of this call".into())),
        Ok(response) => Ok(response.clone()),
        Err(error) => Err(error.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{get, post};

    /// Answers each batch with the addresses of its calls, backwards, as Graph may.
    fn echo(seen: &mut Vec<(String, usize)>, request: Request) -> Result<Response, CallError> {
        let body = request.0.body.clone().unwrap_or_default();
        let Ok(Value::Object(batch)) = serde_json::from_slice::<Value>(&body) else {
            seen.push((request.0.path.clone(), 1));
            return Ok(Response {
                status: 200,
                headers: vec![],
                body: format!("\"{}\"", request.0.path).into(),
            });
        };
        let requests = batch["requests"].as_array().unwrap();
        seen.push((request.0.path.clone(), requests.len()));
        let answer = |item: &Value| json!({"id": item["id"], "status": 200, "headers": {"Retry-After": 2}, "body": {"url": item["url"]}});
        let responses: Vec<Value> = requests.iter().rev().map(answer).collect();
        Ok(Response {
            status: 200,
            headers: vec![],
            body: json!({ "responses": responses }).to_string().into(),
        })
    }

    #[test]
    fn packs_by_twenty_and_answers_in_the_order_asked() {
        let mut seen = Vec::new();
        let calls: Vec<_> = (0..43).map(|n| get(format!("/users/{n}"))).collect();
        let answers = send(calls, &mut |request| echo(&mut seen, request));
        assert_eq!(seen.iter().map(|(_, calls)| *calls).collect::<Vec<_>>(), [20, 20, 3]);
        for (place, answer) in answers.into_iter().enumerate() {
            let answer = answer.unwrap();
            assert_eq!(answer.body, format!("{{\"url\":\"/users/{place}\"}}").into_bytes());
            assert_eq!(answer.retry_after(), Some(2_000));
        }
    }

    #[test]
    fn what_differs_in_version_or_identity_or_has_a_name_goes_by_itself() {
        let mut seen = Vec::new();
        let calls = vec![
            get("/a1"),
            get("/a2").beta(),
            get("/a3").identity(Identity::Service),
            post("/a4").effect_key("mine"),
            get("https://graph.microsoft.com/v1.0/a5?$skiptoken=x"),
            get("/a6"),
        ];
        let answers = send(calls, &mut |request| echo(&mut seen, request));
        assert!(answers.iter().all(Result::is_ok));
        seen.sort();
        let paths: Vec<_> = seen.iter().map(|(path, calls)| (path.as_str(), *calls)).collect();
        let whole = "https://graph.microsoft.com/v1.0/a5?$skiptoken=x";
        assert_eq!(paths, [("/$batch", 2), ("/a2", 1), ("/a3", 1), ("/a4", 1), (whole, 1)]);
    }

    #[test]
    fn what_happened_to_the_batch_happened_to_all() {
        let calls = || vec![get("/a1"), get("/a2")];
        let failed = send(calls(), &mut |_| Err(CallError::Throttled(7)));
        assert!(failed.iter().all(|answer| matches!(answer, Err(CallError::Throttled(7)))));
        let refused = send(calls(), &mut |_| Ok(Response { status: 503, headers: vec![], body: vec![] }));
        assert!(refused.iter().all(|answer| answer.as_ref().is_ok_and(|answer| answer.status == 503)));
        let silent =
            send(calls(), &mut |_| Ok(Response { status: 200, headers: vec![], body: b"{}".to_vec() }));
        assert!(silent.iter().all(|answer| matches!(answer, Err(CallError::InDoubt(_)))));
    }
}

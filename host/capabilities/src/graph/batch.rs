//! `$batch`: one POST that carries up to twenty calls. Each is judged by itself, and one that is denied denies all:
//! a guest that is told so has nothing to take apart.

use std::collections::{BTreeMap, HashSet};

use http::Method;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::path::{GraphPath, Kind, is_whole};
use crate::outbound;

/// The most calls that Graph takes in one batch.
const MOST: usize = 20;

/// As Graph reads it; anything else, a field that comes twice among it, is refused, so that nothing is sent that
/// was not judged.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Batch<'a> {
    #[serde(borrow)]
    requests: Vec<Written<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Written<'a> {
    id: String,
    method: String,
    url: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default, borrow)]
    body: Option<&'a RawValue>,
    #[serde(default)]
    depends_on: Vec<String>,
}

/// A call in a batch.
pub(super) struct Item {
    /// What its answer is found by.
    pub(super) id: String,
    pub(super) method: Method,
    pub(super) path: GraphPath,
}

/// Why a batch was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum InvalidBatch {
    #[error("a batch is JSON, `{{\"requests\": [{{\"id\", \"method\", \"url\", …}}]}}`: {0}")]
    Form(String),
    #[error("a batch has 1 to {MOST} requests, not {0}")]
    Size(usize),
    #[error("the batch has two requests with the id `{0}`")]
    Twice(String),
    #[error("request `{id}` of the batch: {why}")]
    Item { id: String, why: String },
}

/// An answer in what Graph answers to a batch.
#[derive(Debug, Deserialize)]
pub(super) struct Answered<'a> {
    pub(super) id: String,
    pub(super) status: u16,
    #[serde(default, borrow)]
    body: Option<&'a RawValue>,
}

impl Answered<'_> {
    /// Its own body; empty where there is none.
    pub(super) fn body(&self) -> &[u8] {
        self.body.map_or(&[], |body| body.get().as_bytes())
    }
}

/// The answers in what Graph answers to a batch, in any order; none where it is something else.
pub(super) fn answered(body: &[u8]) -> Vec<Answered<'_>> {
    #[derive(Deserialize)]
    struct Body<'a> {
        #[serde(borrow)]
        responses: Vec<Answered<'a>>,
    }
    serde_json::from_slice(body).map(|body: Body<'_>| body.responses).unwrap_or_default()
}

/// Whether a path leads to `$batch`.
pub(super) fn is_batch(path: &GraphPath) -> bool {
    let mut segments = path.segments();
    let first =
        segments.next().is_some_and(|s| s.kind == Kind::Plain && s.text.eq_ignore_ascii_case("$batch"));
    first && segments.next().is_none()
}

/// The calls that a batch carries.
///
/// # Errors
/// When Graph could read it differently from us, or not at all.
pub(super) fn items(carrier: &GraphPath, body: &[u8]) -> Result<Vec<Item>, InvalidBatch> {
    let batch: Batch<'_> = serde_json::from_slice(body).map_err(|e| InvalidBatch::Form(e.to_string()))?;
    if batch.requests.is_empty() || batch.requests.len() > MOST {
        return Err(InvalidBatch::Size(batch.requests.len()));
    }
    let mut ids = HashSet::new();
    for request in &batch.requests {
        if !ids.insert(request.id.as_str()) {
            return Err(InvalidBatch::Twice(request.id.clone()));
        }
    }
    batch
        .requests
        .iter()
        .map(|request| {
            let item = item(carrier, request, &ids);
            item.map_err(|why| InvalidBatch::Item { id: request.id.clone(), why })
        })
        .collect()
}

fn item(carrier: &GraphPath, request: &Written<'_>, ids: &HashSet<&str>) -> Result<Item, String> {
    let method = outbound::method(&request.method).map_err(|_| "it has no method of Graph's".to_owned())?;
    if is_whole(&request.url) {
        return Err("its address must be relative to the version root".into());
    }
    let path = GraphPath::parse(&request.url, carrier.version()).map_err(|why| why.to_string())?;
    if is_batch(&path) {
        return Err("a batch carries no batch".into());
    }
    for name in request.headers.keys() {
        outbound::headers::settable(name)?;
    }
    if let Some(other) = request.depends_on.iter().find(|other| !ids.contains(other.as_str())) {
        return Err(format!("it depends on `{other}`, which is not there"));
    }
    if request.body.is_some() && method.is_safe() {
        return Err("a GET has no body".into());
    }
    Ok(Item { id: request.id.clone(), method, path })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::path::Version;
    use serde_json::{Value, json};

    fn read(body: &Value) -> Result<Vec<String>, InvalidBatch> {
        let carrier = GraphPath::parse("/$batch", Version::V1).unwrap();
        let items = items(&carrier, body.to_string().as_bytes())?;
        Ok(items.iter().map(|item| format!("{} {}", item.method, item.path.words())).collect())
    }

    #[test]
    fn takes_a_batch_apart() {
        let batch = json!({"requests": [
            {"id": "1", "method": "GET", "url": "/users/1?$select=id"},
            {"id": "2", "method": "POST", "url": "chats", "headers": {"Content-Type": "application/json"},
             "body": {"chatType": "group"}, "dependsOn": ["1"]}]});
        assert_eq!(read(&batch).unwrap(), ["GET users/1", "POST chats"]);
    }

    #[test]
    fn each_answer_says_what_it_is_to() {
        let body = br#"{"responses": [{"id": "2", "status": 403, "headers": {}, "body": {"error": {"code": "Forbidden"}}},
            {"id": "1", "status": 204}]}"#;
        let said: Vec<_> =
            answered(body).iter().map(|part| (part.id.clone(), part.status, part.body().len())).collect();
        assert_eq!(said, [("2".to_owned(), 403, 32), ("1".to_owned(), 204, 0)]);
        for nonsense in [&b""[..], b"<html>", b"{}", br#"{"responses": [{"id": 1}]}"#] {
            assert!(answered(nonsense).is_empty());
        }
    }

    #[test]
    fn refuses_what_could_be_another_batch_to_graph() {
        let one = |item: Value| json!({"requests": [item]});
        let get = |url: &str| json!({"id": "1", "method": "GET", "url": url});
        for bad in [
            json!([]),
            json!({}),
            json!({"requests": []}),
            json!({"requests": [get("/a1"), get("/a2")]}),
            json!({"Requests": [get("/a1")]}),
            json!({"requests": [get("/a1")], "more": 1}),
            one(json!({"id": "1", "method": "GET"})),
            one(json!({"id": "1", "method": "get", "url": "/users"})),
            one(json!({"id": "1", "method": "TRACE", "url": "/users"})),
            one(json!({"id": "1", "method": "GET", "url": "/users", "Url": "/me/messages"})),
            one(get("https://graph.microsoft.com/v1.0/users")),
            one(get("/users/../me")),
            one(get("/$batch")),
            one(json!({"id": "1", "method": "GET", "url": "/users", "headers": {"Authorization": "x"}})),
            one(json!({"id": "1", "method": "POST", "url": "/users", "headers": {"X-HTTP-Method": "GET"}})),
            one(json!({"id": "1", "method": "GET", "url": "/users", "dependsOn": ["2"]})),
        ] {
            assert!(read(&bad).is_err(), "{bad}");
        }
        let carrier = GraphPath::parse("/$batch", Version::V1).unwrap();
        let twice = br#"{"requests":[{"id":"1","method":"GET","url":"/users","url":"/me/messages"}]}"#;
        assert!(items(&carrier, twice).is_err());
        let many: Vec<Value> =
            (0..21).map(|n| json!({"id": n.to_string(), "method": "GET", "url": "/users"})).collect();
        assert_eq!(read(&json!({"requests": many})).unwrap_err(), InvalidBatch::Size(21));
    }
}

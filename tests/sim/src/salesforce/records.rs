//! Records one at a time ("sObject Basic Information", "sObject Rows").

use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

use super::errors::ApiError;
use super::schema::{Field, Kind};
use super::table::{Record, Table};
use super::validate::{self, Purpose};
use super::{Org, Request};
use crate::call::{self, Reply};
use crate::clock;

pub(super) fn create(request: &Request<'_>, kind: Kind) -> Result<Reply, ApiError> {
    let fields = validate::incoming(request.org, kind, request.call.body, Purpose::Create)?;
    let id = add(request.org, kind, fields);
    Ok(created(request, kind, &id, false))
}

/// Adds a valid record and tells the observer; the answer is its id.
pub(super) fn add(org: &Org, kind: Kind, fields: Map<String, Value>) -> String {
    let table = org.table(kind);
    let id = table.new_id();
    let observer = org.observer.read().clone();
    if let Some(observer) = observer {
        observer(kind.object().name, &id, &fields);
    }
    let record = new_record(&id, fields);
    if let Some(number) = table.number(&id) {
        table.write(|rows| rows.insert(number, record, org.keep_records));
    }
    id
}

pub(super) fn new_record(id: &str, fields: Map<String, Value>) -> Record {
    let now = clock::now_ms();
    Record { id: id.to_owned(), fields, created_ms: now, modified_ms: now, deleted: false }
}

/// 201 with the id. It is written by hand since it is on the hot path and has nothing to escape.
pub(super) fn created(request: &Request<'_>, kind: Kind, id: &str, upserted: bool) -> Reply {
    let tail = if upserted { r#","created":true"# } else { "" };
    let body = format!(r#"{{"id":"{id}","success":true,"errors":[]{tail}}}"#);
    let json = HeaderValue::from_static("application/json;charset=UTF-8");
    let mut reply = call::raw(StatusCode::CREATED, json, Bytes::from(body));
    if let Ok(location) = HeaderValue::from_str(&url(request, kind, id)) {
        reply.headers_mut().insert("location", location);
    }
    reply
}

pub(super) fn url(request: &Request<'_>, kind: Kind, id: &str) -> String {
    format!("{}/sobjects/{}/{id}", request.root, kind.object().name)
}

pub(super) fn get(request: &Request<'_>, kind: Kind, id: &str) -> Result<Reply, ApiError> {
    let table = request.org.table(kind);
    let record = table.get(id).ok_or_else(ApiError::not_found)?;
    if record.deleted {
        return Err(ApiError::deleted());
    }
    Ok(call::json(StatusCode::OK, &shown(request, kind, &record, &asked(request, kind)?)))
}

/// The fields of `?fields=a,b`, or all of them.
fn asked(request: &Request<'_>, kind: Kind) -> Result<Vec<&'static Field>, ApiError> {
    let object = kind.object();
    let Some(names) = request.call.parameter("fields") else {
        return Ok(object.all_fields().collect());
    };
    names
        .split(',')
        .map(str::trim)
        .map(|name| {
            object.field(name).ok_or_else(|| {
                ApiError::bad_request(
                    "INVALID_FIELD",
                    format!("No such column '{name}' on sobject of type {}", object.name),
                )
            })
        })
        .collect()
}

/// A record as JSON, with these fields.
pub(super) fn shown(request: &Request<'_>, kind: Kind, record: &Record, fields: &[&'static Field]) -> Value {
    let table = request.org.table(kind);
    let mut body = Map::new();
    let attributes = json!({"type": kind.object().name, "url": url(request, kind, &record.id)});
    body.insert("attributes".to_owned(), attributes);
    for field in fields {
        let value = table.value(record, field, &request.org.user_id);
        body.insert(field.name.to_owned(), value);
    }
    // A record always comes with its id.
    body.insert("Id".to_owned(), record.id.clone().into());
    Value::Object(body)
}

pub(super) fn update(request: &Request<'_>, kind: Kind, id: &str) -> Result<Reply, ApiError> {
    let table = request.org.table(kind);
    let number = live_number(table, id)?;
    let fields = validate::incoming(request.org, kind, request.call.body, Purpose::Update)?;
    table.write(|rows| rows.update(number, fields)).ok_or_else(ApiError::deleted)?;
    Ok(call::empty(StatusCode::NO_CONTENT))
}

pub(super) fn delete(request: &Request<'_>, kind: Kind, id: &str) -> Result<Reply, ApiError> {
    let table = request.org.table(kind);
    let number = live_number(table, id)?;
    table.write(|rows| rows.delete(number)).ok_or_else(ApiError::deleted)?;
    Ok(call::empty(StatusCode::NO_CONTENT))
}

fn live_number(table: &Table, id: &str) -> Result<u64, ApiError> {
    let record = table.get(id).ok_or_else(ApiError::not_found)?;
    if record.deleted {
        return Err(ApiError::deleted());
    }
    table.number(id).ok_or_else(ApiError::not_found)
}

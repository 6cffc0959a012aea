//! Rows one at a time, and what stands below them ("Create", "Retrieve", "Update and delete", "Upsert", "Conditional
//! operations").

use http::{HeaderName, HeaderValue, Method, StatusCode};
use serde_json::{Map, Value, json};

use super::address::{Key, Segment};
use super::errors::ApiError;
use super::roles::Verb;
use super::rows::{Cell, Changes, Row, Rows};
use super::schema::{Column, Table};
use super::write::{self, Writer};
use super::{Data, Request, collection, expand, functions, payload, shown, value};
use crate::call::{self, Reply};

/// `/accounts` and `/accounts(…)`.
pub(super) fn route(request: &Request<'_>, table: &'static Table, key: &Key) -> Result<Reply, ApiError> {
    match (&request.method, key) {
        (&Method::POST, Key::None) => create(request, table),
        (&Method::GET, Key::None) => collection::list(request, table),
        (&Method::GET, _) => get(request, table, key),
        (&Method::PATCH, Key::Id(_) | Key::Named(_)) => upsert(request, table, key),
        (&Method::DELETE, Key::Id(_) | Key::Named(_)) => delete(request, table, key),
        _ => Err(ApiError::wrong_method(&request.method)),
    }
}

fn create(request: &Request<'_>, table: &'static Table) -> Result<Reply, ApiError> {
    let data = &mut *request.environment.data.write();
    request.caller.may(data, Verb::Create, table)?;
    let body = payload::object(table, request.body)?;
    let changes = payload::changes(&data.rows, table, &body)?;
    let id = add(request, data, table, None, changes)?;
    written(request, data, table, &id, true)
}

/// Adds a row for the caller.
pub(super) fn add(
    request: &Request<'_>,
    data: &mut Data,
    table: &'static Table,
    id: Option<String>,
    changes: Changes,
) -> Result<String, ApiError> {
    write::create(request.environment, data, &Writer::of(&request.caller), table, id, changes)
}

fn get(request: &Request<'_>, table: &'static Table, key: &Key) -> Result<Reply, ApiError> {
    let data = &*request.environment.data.read();
    let row = found(&data.rows, table, key)?;
    request.caller.may_with(data, Verb::Read, table, row)?;
    if request.options.if_none_match.as_deref() == Some(&row.etag()) {
        return Ok(call::empty(StatusCode::NOT_MODIFIED));
    }
    let body = representation(request, data, table, row)?;
    let mut reply = call::json(StatusCode::OK, &body);
    set(&mut reply, "etag", &row.etag());
    Ok(reply)
}

fn representation(
    request: &Request<'_>,
    data: &Data,
    table: &'static Table,
    row: &Row,
) -> Result<Map<String, Value>, ApiError> {
    let options = &request.options;
    collection::known(options)?;
    let columns = shown::selected(table, options.select.as_deref())?;
    let mut body = Map::new();
    body.insert(
        "@odata.context".to_owned(),
        format!("{}/$entity", collection::context(request, table)).into(),
    );
    body.extend(shown::shown(&data.rows, table, row, &columns, &options.prefer));
    if let Some(text) = &options.expand {
        let expansions = expand::read(table, text)?;
        expand::apply(&data.rows, table, row, &expansions, &options.prefer, &mut body)?;
    }
    Ok(body)
}

/// An update, or where there is no such row a creation, as the conditions allow.
fn upsert(request: &Request<'_>, table: &'static Table, key: &Key) -> Result<Reply, ApiError> {
    let data = &mut *request.environment.data.write();
    let body = payload::object(table, request.body)?;
    let options = &request.options;
    let there = match found(&data.rows, table, key) {
        Ok(row) => row.clone(),
        Err(missing) => {
            // `If-Match` is for rows that are there.
            if options.if_match.is_some() {
                return Err(missing);
            }
            request.caller.may(data, Verb::Create, table)?;
            let mut changes = payload::changes(&data.rows, table, &body)?;
            changes.extend(of_key(table, key)?);
            let id = add(request, data, table, None, changes)?;
            return written(request, data, table, &id, true);
        }
    };
    if options.if_none_match.as_deref() == Some("*") {
        return Err(ApiError::duplicate());
    }
    unchanged(options.if_match.as_deref(), &there)?;
    let verb = if body.keys().any(|name| name.starts_with("ownerid")) { Verb::Assign } else { Verb::Write };
    request.caller.may_with(data, verb, table, &there)?;
    let changes = payload::changes(&data.rows, table, &body)?;
    change(request, data, table, &there.id, changes)?;
    written(request, data, table, &there.id, false)
}

/// Changes a row for the caller.
pub(super) fn change(
    request: &Request<'_>,
    data: &mut Data,
    table: &'static Table,
    id: &str,
    changes: Changes,
) -> Result<(), ApiError> {
    write::update(request.environment, data, &Writer::of(&request.caller), table, id, changes)
}

fn delete(request: &Request<'_>, table: &'static Table, key: &Key) -> Result<Reply, ApiError> {
    let data = &mut *request.environment.data.write();
    let row = found(&data.rows, table, key)?.clone();
    unchanged(request.options.if_match.as_deref(), &row)?;
    request.caller.may_with(data, Verb::Delete, table, &row)?;
    write::delete(request.environment, data, &Writer::of(&request.caller), table, &row.id)?;
    Ok(call::empty(StatusCode::NO_CONTENT))
}

/// `/accounts(…)/name`, a bound function, or rows over a many-to-many relationship.
pub(super) fn below(
    request: &Request<'_>,
    table: &'static Table,
    key: &Key,
    segment: &Segment,
) -> Result<Reply, ApiError> {
    if segment.name.starts_with("Microsoft.Dynamics.CRM.") {
        return functions::bound(request, table, key, segment);
    }
    if request.method != Method::GET {
        return Err(ApiError::wrong_method(&request.method));
    }
    let data = &*request.environment.data.read();
    let row = found(&data.rows, table, key)?;
    request.caller.may_with(data, Verb::Read, table, row)?;
    if let Some((kind, rows)) = expand::associated(&data.rows, table, row, &segment.name) {
        return collection::of(request, data, kind, rows);
    }
    let column = table.property(&segment.name).ok_or_else(|| ApiError::no_resource(&segment.name))?;
    match shown::value(row, column) {
        Value::Null => Ok(call::empty(StatusCode::NO_CONTENT)),
        value => {
            let context = format!("{}/$metadata#{}({})/{}", request.root, table.set, row.id, segment.name);
            Ok(call::json(StatusCode::OK, &json!({"@odata.context": context, "value": value})))
        }
    }
}

/// The row of a key, or why there is none.
pub(super) fn found<'a>(rows: &'a Rows, table: &'static Table, key: &Key) -> Result<&'a Row, ApiError> {
    match key {
        Key::Id(id) => rows.get(table.name, id).ok_or_else(|| ApiError::no_row(table, id)),
        Key::Named(pairs) => by_key(rows, table, pairs)?.ok_or_else(|| ApiError::no_key(table)),
        Key::None => Err(ApiError::no_resource(table.set)),
    }
}

/// The row with an alternate key.
pub(super) fn by_key<'a>(
    rows: &'a Rows,
    table: &'static Table,
    pairs: &[(String, String)],
) -> Result<Option<&'a Row>, ApiError> {
    let mut wanted = Vec::new();
    for (name, text) in pairs {
        wanted.push(keyed(table, name, text)?);
    }
    let mut names: Vec<_> = wanted.iter().map(|(column, _)| column.name).collect();
    names.sort_unstable();
    let is_key = |columns: &[&str]| {
        let mut columns = columns.to_vec();
        columns.sort_unstable();
        columns == names
    };
    if names != [table.id] && !table.keys.iter().any(|(_, columns)| is_key(columns)) {
        let message = format!("The key '{}' is no alternate key of {}.", names.join(", "), table.name);
        return Err(ApiError::request(message));
    }
    let has = |row: &&Row| wanted.iter().all(|(column, value)| shown::value(row, column) == *value);
    Ok(rows.all(table.name).find(has))
}

/// The columns that a key sets where it makes a row.
pub(super) fn of_key(table: &'static Table, key: &Key) -> Result<Changes, ApiError> {
    let plain = |value: Value| Some(Cell::Plain(value));
    match key {
        Key::Id(id) => Ok(Changes::from([(table.id, plain(id.clone().into()))])),
        Key::Named(pairs) => {
            let set = pairs.iter().map(|(name, text)| {
                let (column, value) = keyed(table, name, text)?;
                Ok((column.name, plain(value)))
            });
            set.collect()
        }
        Key::None => Ok(Changes::new()),
    }
}

fn keyed(table: &'static Table, name: &str, text: &str) -> Result<(&'static Column, Value), ApiError> {
    let column = table.property(name).ok_or_else(|| ApiError::no_property(name, table.name))?;
    let number = text.parse::<i64>().ok().map(Value::from);
    let value = value::accepted(table, column, &text.into());
    Ok((column, value.or_else(|error| value::accepted(table, column, &number.ok_or(error)?))?))
}

fn unchanged(if_match: Option<&str>, row: &Row) -> Result<(), ApiError> {
    match if_match {
        None | Some("*") => Ok(()),
        Some(etag) if etag == row.etag() => Ok(()),
        Some(_) => Err(ApiError::version_mismatch()),
    }
}

/// 204 with where the row is, or the row itself.
fn written(
    request: &Request<'_>,
    data: &Data,
    table: &'static Table,
    id: &str,
    created: bool,
) -> Result<Reply, ApiError> {
    let mut reply = match data.rows.get(table.name, id).filter(|_| request.options.prefer.representation) {
        Some(row) => {
            let status = if created { StatusCode::CREATED } else { StatusCode::OK };
            let mut reply = call::json(status, &representation(request, data, table, row)?);
            set(&mut reply, "preference-applied", "return=representation");
            reply
        }
        None => call::empty(StatusCode::NO_CONTENT),
    };
    let address = format!("{}/{}({id})", request.root, table.set);
    set(&mut reply, "odata-entityid", &address);
    if created {
        set(&mut reply, "location", &address);
    }
    Ok(reply)
}

fn set(reply: &mut Reply, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(HeaderName::from_static(name), value);
    }
}

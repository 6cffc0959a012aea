//! Several rows in one call, all or nothing ("Bulk operation messages"), and `BulkDelete` by ids.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::address;
use super::errors::ApiError;
use super::roles::Verb;
use super::rows::{Cell, Changes};
use super::schema::{self, Table};
use super::write::{self, Writer};
use super::{Data, Request, payload, records};
use crate::call::{self, Reply};
use crate::ids;

/// What the names of bound operations begin with.
pub(super) const NAMESPACE: &str = "Microsoft.Dynamics.CRM.";

pub(super) fn route(request: &Request<'_>, table: &'static Table, name: &str) -> Result<Reply, ApiError> {
    if request.method != Method::POST {
        return Err(ApiError::wrong_method(&request.method));
    }
    let each = match name.strip_prefix(NAMESPACE) {
        Some("CreateMultiple") => create,
        Some("UpdateMultiple") => update,
        Some("UpsertMultiple") => upsert,
        _ => return Err(ApiError::no_resource(name)),
    };
    let body = payload::object(table, request.body)?;
    let targets = body.get("Targets").and_then(Value::as_array);
    let targets = targets.ok_or_else(|| ApiError::payload(table, "The parameter 'Targets' is missing."))?;
    let data = &mut *request.environment.data.write();
    let before = data.clone();
    let waiting = request.environment.outbox.lock().len();
    let made: Result<Vec<String>, ApiError> =
        targets.iter().map(|target| each(request, data, table, target)).collect();
    match made {
        Ok(ids) if name.ends_with(".CreateMultiple") => {
            let context = format!("{}/$metadata#Microsoft.Dynamics.CRM.CreateMultipleResponse", request.root);
            Ok(call::json(StatusCode::OK, &json!({"@odata.context": context, "Ids": ids})))
        }
        Ok(_) => Ok(call::empty(StatusCode::NO_CONTENT)),
        Err(error) => {
            *data = before;
            request.environment.outbox.lock().truncate(waiting);
            Err(error)
        }
    }
}

fn changes(data: &Data, table: &'static Table, target: &Value) -> Result<Changes, ApiError> {
    let fields = target.as_object().ok_or_else(|| ApiError::payload(table, "A target is no object."))?;
    payload::changes(&data.rows, table, fields)
}

fn create(
    request: &Request<'_>,
    data: &mut Data,
    table: &'static Table,
    target: &Value,
) -> Result<String, ApiError> {
    request.caller.may(data, Verb::Create, table)?;
    let changes = changes(data, table, target)?;
    records::add(request, data, table, None, changes)
}

fn update(
    request: &Request<'_>,
    data: &mut Data,
    table: &'static Table,
    target: &Value,
) -> Result<String, ApiError> {
    let changes = changes(data, table, target)?;
    let Some(Some(Cell::Plain(Value::String(id)))) = changes.get(table.id).cloned() else {
        return Err(ApiError::payload(table, "A target has no primary key."));
    };
    let row = data.rows.get(table.name, &id).ok_or_else(|| ApiError::no_row(table, &id))?;
    request.caller.may_with(data, Verb::Write, table, row)?;
    records::change(request, data, table, &id, changes)?;
    Ok(id)
}

fn upsert(
    request: &Request<'_>,
    data: &mut Data,
    table: &'static Table,
    target: &Value,
) -> Result<String, ApiError> {
    let reference = target["@odata.id"].as_str().unwrap_or_default();
    let segments = address::segments(reference)?;
    let [segment] = segments.as_slice() else {
        return Err(ApiError::payload(table, "A target has no @odata.id."));
    };
    let mut changes = changes(data, table, target)?;
    match records::found(&data.rows, table, &segment.key) {
        Ok(row) => {
            let row = row.clone();
            request.caller.may_with(data, Verb::Write, table, &row)?;
            records::change(request, data, table, &row.id, changes)?;
            Ok(row.id)
        }
        Err(_) => {
            request.caller.may(data, Verb::Create, table)?;
            changes.extend(records::of_key(table, &segment.key)?);
            records::add(request, data, table, None, changes)
        }
    }
}

/// `BulkDelete` with one query that lists ids. Here it is done at once, in place of a system job.
pub(super) fn bulk_delete(request: &Request<'_>) -> Result<Reply, ApiError> {
    let unclear = || ApiError::not_supported("0x80040203", "Only a query for ids is supported here.");
    let body: Value = serde_json::from_slice(request.body).map_err(|_| unclear())?;
    let query = &body["QuerySet"][0];
    let condition = &query["Criteria"]["Conditions"][0];
    let table = query["EntityName"].as_str().and_then(schema::named).ok_or_else(unclear)?;
    if condition["AttributeName"] != table.id || condition["Operator"] != "In" {
        return Err(unclear());
    }
    let wanted = condition["Values"].as_array().ok_or_else(unclear)?;
    let data = &mut *request.environment.data.write();
    for id in wanted.iter().filter_map(|value| value["Value"].as_str()) {
        let Some(row) = data.rows.get(table.name, id).cloned() else { continue };
        request.caller.may_with(data, Verb::Delete, table, &row)?;
        write::delete(request.environment, data, &Writer::of(&request.caller), table, &row.id)?;
    }
    let context = format!("{}/$metadata#Microsoft.Dynamics.CRM.BulkDeleteResponse", request.root);
    Ok(call::json(StatusCode::OK, &json!({"@odata.context": context, "JobId": ids::fresh_guid()})))
}

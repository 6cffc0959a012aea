//! `GET /query` ("Query", "Query More Results").

use std::collections::HashMap;

use http::StatusCode;
use parking_lot::Mutex;
use serde_json::{Value, json};

use super::Request;
use super::errors::ApiError;
use super::schema::Kind;
use super::{access, records, soql};
use crate::call::{self, Reply};
use crate::ids;

/// Results that were too many for one answer, by cursor.
#[derive(Debug, Default)]
pub(super) struct Cursors(Mutex<HashMap<String, Vec<Value>>>);

pub(super) fn query(request: &Request<'_>) -> Result<Reply, ApiError> {
    let text = request
        .call
        .parameter("q")
        .ok_or_else(|| ApiError::bad_request("MALFORMED_QUERY", "A query string has to be specified"))?;
    let query = soql::parse(&text)?;
    let kind = query.kind;
    let made_up = (kind == Kind::UserRecordAccess).then(|| access::table(request.org));
    let table = made_up.as_ref().unwrap_or_else(|| request.org.table(kind));
    let rows = soql::run(&query, table, &request.org.user_id);
    if query.counts() {
        let body = json!({"totalSize": rows.len(), "done": true, "records": []});
        return Ok(call::json(StatusCode::OK, &body));
    }
    let mut found: Vec<Value> = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut shown = records::shown(request, kind, row, &query.fields);
        if !query.fields.iter().any(|field| field.name == "Id") {
            shown.as_object_mut().map(|fields| fields.remove("Id"));
        }
        found.push(shown);
    }
    Ok(page(request, found, None))
}

pub(super) fn more(request: &Request<'_>, cursor: &str) -> Result<Reply, ApiError> {
    let invalid = || ApiError::bad_request("INVALID_QUERY_LOCATOR", "invalid query locator");
    let (name, offset) = cursor.rsplit_once('-').ok_or_else(invalid)?;
    let offset: usize = offset.parse().map_err(|_| invalid())?;
    let found = request.org.cursors.0.lock().get(name).cloned().ok_or_else(invalid)?;
    Ok(page(request, found, Some((name, offset))))
}

/// The part of a result that begins at the offset, and the way to the next one.
fn page(request: &Request<'_>, found: Vec<Value>, cursor: Option<(&str, usize)>) -> Reply {
    let size = batch_size(request);
    let offset = cursor.map_or(0, |(_, offset)| offset);
    let end = offset.saturating_add(size).min(found.len());
    let records = found.get(offset..end).unwrap_or_default();
    let mut body = json!({"totalSize": found.len(), "done": end >= found.len(), "records": records});
    if end < found.len() {
        let name = match cursor {
            Some((name, _)) => name.to_owned(),
            None => {
                let name = format!("01g{}", ids::secret(15));
                request.org.cursors.0.lock().insert(name.clone(), found);
                name
            }
        };
        body["nextRecordsUrl"] = format!("{}/query/{name}-{end}", request.root).into();
    }
    call::json(StatusCode::OK, &body)
}

/// `Sforce-Query-Options: batchSize=200`, between 200 and 2,000.
fn batch_size(request: &Request<'_>) -> usize {
    let options = request.call.header("sforce-query-options").unwrap_or_default();
    let wanted = options
        .split(',')
        .filter_map(|option| option.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("batchSize"))
        .and_then(|(_, size)| size.trim().parse().ok());
    wanted.unwrap_or(2000).clamp(200, 2000)
}

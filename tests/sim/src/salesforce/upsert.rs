//! Records by external id ("Insert or Update (Upsert) a Record Using an External ID").

use http::StatusCode;
use serde_json::json;

use super::errors::ApiError;
use super::records;
use super::schema::Kind;
use super::validate::{self, Purpose};
use super::{Request, table::Record};
use crate::call::{self, Reply};

/// Updates the record with this external id, or creates it. Finding and writing are one step, so
/// that two at once make one record.
pub(super) fn upsert(request: &Request<'_>, kind: Kind, field: &str, value: &str) -> Result<Reply, ApiError> {
    let field = external_id_field(kind, field)?;
    let (org, table) = (request.org, request.org.table(kind));
    let body = request.call.body;
    // Which of the two it will be decides what may be missing. It is looked at again below.
    let purpose = match matches(request, kind, value).len() {
        0 => Purpose::Create,
        _ => Purpose::Update,
    };
    let mut fields = validate::incoming(org, kind, body, purpose)?;
    if fields.contains_key(field) {
        let message = format!("The {field} field should not be specified in the sobject data.");
        return Err(ApiError::bad_request("INVALID_FIELD", message));
    }
    let new_id = table.new_id();
    fields.insert(field.to_owned(), value.into());
    let observer = org.observer.read().clone();
    let outcome = table.write(|rows| {
        let found: Vec<(u64, String)> =
            rows.with_external_id(value).map(|(number, record)| (number, record.id.clone())).collect();
        match found.as_slice() {
            [] => {
                if let Some(number) = table.number(&new_id) {
                    rows.insert(number, records::new_record(&new_id, fields.clone()), org.keep_records);
                }
                Outcome::Created
            }
            [(number, id)] => {
                let number = *number;
                rows.update(number, std::mem::take(&mut fields));
                Outcome::Updated(id.clone())
            }
            several => Outcome::Several(several.iter().map(|(_, id)| id.clone()).collect()),
        }
    });
    match outcome {
        Outcome::Created => {
            if let Some(observer) = observer {
                observer(kind.object().name, &new_id, &fields);
            }
            Ok(records::created(request, kind, &new_id, true))
        }
        Outcome::Updated(id) => Ok(call::json(
            StatusCode::OK,
            &json!({"id": id, "success": true, "errors": [], "created": false}),
        )),
        Outcome::Several(ids) => Ok(choices(request, kind, &ids)),
    }
}

enum Outcome {
    Created,
    Updated(String),
    Several(Vec<String>),
}

/// Reads a record by its external id.
pub(super) fn get(request: &Request<'_>, kind: Kind, field: &str, value: &str) -> Result<Reply, ApiError> {
    external_id_field(kind, field)?;
    let found = matches(request, kind, value);
    match found.as_slice() {
        [] => Err(ApiError::not_found()),
        [one] => records::get(request, kind, &one.id),
        several => {
            let ids: Vec<String> = several.iter().map(|record| record.id.clone()).collect();
            Ok(choices(request, kind, &ids))
        }
    }
}

fn external_id_field(kind: Kind, name: &str) -> Result<&'static str, ApiError> {
    let field = kind.object().field(name).filter(|field| field.external_id);
    field.map(|field| field.name).ok_or_else(ApiError::no_external_id)
}

fn matches(request: &Request<'_>, kind: Kind, value: &str) -> Vec<Record> {
    request
        .org
        .table(kind)
        .read(|rows| rows.with_external_id(value).map(|(_, record)| record.clone()).collect())
}

/// More than one record has this external id: the client must choose.
fn choices(request: &Request<'_>, kind: Kind, ids: &[String]) -> Reply {
    let urls: Vec<String> = ids.iter().map(|id| records::url(request, kind, id)).collect();
    call::json(StatusCode::MULTIPLE_CHOICES, &urls)
}

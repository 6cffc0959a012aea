//! Change tracking ("Use change tracking to synchronize data with external systems").
//!
//! A token holds the version up to which its reader knows the table. How a token that is too old is refused is what
//! clients have seen (`0x80044352`); the status of 400 is theirs, too.

use std::sync::atomic::Ordering;

use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::errors::ApiError;
use super::roles::{Depth, Verb};
use super::rows::Row;
use super::schema::Table;
use super::{Data, Request, collection, shown};
use crate::call::{self, Reply};
use crate::{clock, percent};

/// Days after which a token is no good any more, unless the organisation says otherwise.
pub(super) const EXPIRES_AFTER_DAYS: i64 = 7;

/// Everything, or what has changed since a token; with the next token.
pub(super) fn list(request: &Request<'_>, data: &Data, table: &'static Table) -> Result<Reply, ApiError> {
    let options = &request.options;
    allowed(request, data, table)?;
    for (name, given) in [
        ("$filter", options.filter.is_some()),
        ("$orderby", options.orderby.is_some()),
        ("$expand", options.expand.is_some()),
        ("$top", options.top.is_some()),
    ] {
        if given {
            let message = format!("The query option {name} is not supported with change tracking.");
            return Err(ApiError::request(message));
        }
    }
    let columns = shown::selected(table, options.select.as_deref())?;
    let show = |row: &Row| Value::Object(shown::shown(&data.rows, table, row, &columns, &options.prefer));
    let context = collection::context(request, table);
    let (context, value) = match &options.deltatoken {
        None => (context, data.rows.all(table.name).map(show).collect()),
        Some(token) => {
            let since = since(request, token)?;
            let mut value: Vec<Value> = changed(data, table, since).map(show).collect();
            let deleted = format!("{}/$metadata#{}/$deletedEntity", request.root, table.set);
            let gone = data.rows.gone(table.name).iter().filter(|gone| gone.version > since);
            value.extend(
                gone.map(|gone| json!({"@odata.context": deleted, "id": gone.id, "reason": "deleted"})),
            );
            (format!("{context}/$delta"), value)
        }
    };
    let body =
        json!({"@odata.context": context, "@odata.deltaLink": link(request, data, table), "value": value});
    let mut reply = call::json(StatusCode::OK, &body);
    if options.prefer.track_changes {
        let applied = HeaderValue::from_static("odata.track-changes");
        reply.headers_mut().insert("preference-applied", applied);
    }
    Ok(reply)
}

/// `/accounts/$count?$deltatoken=…`
pub(super) fn count(
    request: &Request<'_>,
    data: &Data,
    table: &'static Table,
    token: &str,
) -> Result<Reply, ApiError> {
    allowed(request, data, table)?;
    let since = since(request, token)?;
    let gone = data.rows.gone(table.name).iter().filter(|gone| gone.version > since).count();
    Ok(collection::number(changed(data, table, since).count() + gone))
}

fn changed<'a>(data: &'a Data, table: &Table, since: u64) -> impl Iterator<Item = &'a Row> {
    data.rows.all(table.name).filter(move |row| row.version > since)
}

/// The table must be tracked, and the reader may read all of it.
fn allowed(request: &Request<'_>, data: &Data, table: &'static Table) -> Result<(), ApiError> {
    if !table.traits.tracked {
        let message = format!(
            "Change tracking is not enabled for entity '{}'. Enable change tracking for the entity to use the \
             odata.track-changes preference.",
            table.name
        );
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "0x80072491", message));
    }
    if request.caller.may(data, Verb::Read, table)? < Depth::Global {
        let message = "Change tracking needs read access to all rows of the table.";
        return Err(ApiError::forbidden("0x80040220", message));
    }
    Ok(())
}

fn link(request: &Request<'_>, data: &Data, table: &Table) -> String {
    let raw = &request.options.raw;
    let before = if raw.is_empty() { String::new() } else { format!("{raw}&") };
    // As in the documentation: `919042!08/22/2017 08:10:44`.
    let token = format!("{}!{}", data.rows.version, clock::delta_token(clock::now_ms()));
    format!("{}/{}?{before}$deltatoken={}", request.root, table.set, percent::encode(&token))
}

fn since(request: &Request<'_>, token: &str) -> Result<u64, ApiError> {
    let version = token.split_once('!').and_then(|(version, _)| version.parse().ok());
    let version: u64 = version.ok_or_else(|| ApiError::request("The delta token is not well formed."))?;
    if version <= request.environment.expired.load(Ordering::SeqCst) {
        return Err(ApiError::expired_version());
    }
    Ok(version)
}

//! Queries and their pages ("Submitting a Query").

use std::collections::HashMap;

use parking_lot::Mutex;
use serde_json::{Value, json};

use super::Request;
use super::errors::{Failure, success};
use super::vql::{self, Found};
use crate::call::Reply;
use crate::ids;

/// More queries than this are not remembered for their further pages.
const REMEMBERED: usize = 100;

/// What queries found, for their further pages.
#[derive(Debug, Default)]
pub(super) struct Cursors(Mutex<HashMap<String, Vec<Value>>>);

pub(super) fn query(request: &Request<'_>) -> Result<Reply, Failure> {
    let form = url::form_urlencoded::parse(request.call.body).find(|(name, _)| name == "q");
    let text = form.map(|(_, text)| text.into_owned()).or_else(|| request.call.parameter("q"));
    let missing = || Failure::new("PARAMETER_REQUIRED", "Missing required parameter [q].");
    let text = text.filter(|text| !text.is_empty()).ok_or_else(missing)?;
    let Found { rows, page_size, offset } = vql::run(&request.vault.data.read(), &vql::parse(&text)?)?;
    let cursor = ids::fresh_guid();
    let reply = page(request, &cursor, &rows, page_size, offset);
    if rows.len() > page_size {
        let mut cursors = request.vault.cursors.0.lock();
        if cursors.len() >= REMEMBERED {
            cursors.clear();
        }
        cursors.insert(cursor, rows);
    }
    Ok(reply)
}

pub(super) fn more(request: &Request<'_>, cursor: &str) -> Result<Reply, Failure> {
    let number = |name| request.call.parameter(name).and_then(|text| text.parse::<usize>().ok());
    let cursors = request.vault.cursors.0.lock();
    let gone = || Failure::data(format!("The query [{cursor}] has expired."));
    let rows = cursors.get(cursor).ok_or_else(gone)?;
    let size = number("pagesize").filter(|size| *size > 0).unwrap_or(1000);
    Ok(page(request, cursor, rows, size, number("pageoffset").unwrap_or(0)))
}

fn page(request: &Request<'_>, cursor: &str, rows: &[Value], size: usize, offset: usize) -> Reply {
    let shown: Vec<&Value> = rows.iter().skip(offset).take(size).collect();
    let link = |offset: usize| format!("{}/query/{cursor}?pagesize={size}&pageoffset={offset}", request.root);
    let mut details =
        json!({"pagesize": size, "pageoffset": offset, "size": shown.len(), "total": rows.len()});
    if offset + shown.len() < rows.len() {
        details["next_page"] = link(offset + size).into();
    }
    if offset > 0 {
        details["previous_page"] = link(offset.saturating_sub(size)).into();
    }
    success(json!({"responseDetails": details, "data": shown}))
}

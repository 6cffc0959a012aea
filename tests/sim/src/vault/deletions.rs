//! Which records were deleted in the last 30 days ("Retrieve Deleted Object Record ID").

use serde_json::{Value, json};

use super::Request;
use super::errors::{Failure, success};
use super::schema::Object;
use super::table::global_id;
use crate::call::Reply;
use crate::clock;

const KEPT_MS: u64 = 30 * 24 * 3600 * 1000;

pub(super) fn list(request: &Request<'_>, object: &'static Object) -> Result<Reply, Failure> {
    let moment = |name: &str| match request.call.parameter(name) {
        None => Ok(None),
        Some(text) => match clock::parse_ms(&text) {
            Some(ms) => Ok(Some(ms)),
            None => Err(Failure::data(format!("The value [{text}] of [{name}] is no date and time."))),
        },
    };
    let number =
        |name, usual: usize| request.call.parameter(name).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let oldest = request.now.saturating_sub(KEPT_MS);
    let from = moment("start_date")?.unwrap_or(0).max(oldest);
    let until = moment("end_date")?.unwrap_or(u64::MAX);
    let (limit, offset) = (number("limit", 1000).min(1000), number("offset", 0));
    let data = request.vault.data.read();
    let deleted: Vec<Value> = data
        .of(object)
        .deleted
        .iter()
        .filter(|(_, at)| (from..=until).contains(at))
        .map(|(id, at)| json!({"id": id, "global_id__sys": global_id(id), "date_deleted": clock::graph_resource(*at)}))
        .collect();
    let page: Vec<&Value> = deleted.iter().skip(offset).take(limit).collect();
    let details = json!({"total": deleted.len(), "size": page.len(), "limit": limit, "offset": offset});
    Ok(success(json!({"responseDetails": details, "data": page})))
}

//! Reading call records.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::filter::Filter;
use super::render;
use super::store::Call;
use crate::call::Reply;
use crate::clock;
use crate::graph::errors::GraphError;
use crate::graph::paging::{self, Page};
use crate::graph::permissions::Operation;
use crate::graph::{Request, json as answer};

/// Records on a page of their list.
const RECORDS: usize = 60;
/// Sessions on a page.
const SESSIONS: u32 = 20;
/// Participants on a page.
const PARTICIPANTS: u32 = 60;

/// Answers what is asked of call records.
pub(in crate::graph) fn handle(request: &Request<'_>, rest: &[&str]) -> Result<Reply, GraphError> {
    request.may(Operation::ReadCallRecords)?;
    match *rest {
        [] => list(request),
        [id] => one(request, &found(request, id)?),
        [id, "sessions"] => sessions(request, &found(request, id)?),
        [id, "sessions", session] => one_session(request, &found(request, id)?, session, None),
        [id, "sessions", session, "segments"] => {
            one_session(request, &found(request, id)?, session, Some("segments"))
        }
        [id, "participants_v2"] => participants(request, &found(request, id)?),
        [id, "organizer_v2"] => {
            let record = render::record(&found(request, id)?, directory(request));
            Ok(answer(StatusCode::OK, &record["organizer_v2"]))
        }
        _ => Err(GraphError::unknown_segment(rest.last().copied().unwrap_or_default())),
    }
}

fn found(request: &Request<'_>, id: &str) -> Result<Call, GraphError> {
    let call = request.world.graph.calls.read(&id.to_ascii_lowercase(), clock::now_ms());
    call.ok_or_else(|| GraphError::not_found("The call record was not found."))
}

fn directory<'a>(request: &Request<'a>) -> &'a str {
    &request.world.graph.places.directory_id
}

fn list(request: &Request<'_>) -> Result<Reply, GraphError> {
    if request.call.parameter("$expand").is_some() {
        return Err(GraphError::bad_request("Expand is not supported for the list of call records."));
    }
    let text = request.call.parameter("$filter");
    let filter = Filter::parse(text.as_deref()).ok_or_else(|| {
        GraphError::bad_request(format!("The filter '{}' is not supported.", text.unwrap_or_default()))
    })?;
    let page = Page::of(request, RECORDS, RECORDS)?;
    let skip = page.after.map_or(0, |after| usize::try_from(after).unwrap_or(usize::MAX));
    let calls = &request.world.graph.calls;
    let range = (filter.from, filter.before);
    let (found, more) = calls.between(range, |call| filter.covers(call), skip, page.size, clock::now_ms());
    let select = request.call.parameter("$select");
    let shown = |call: &Call| {
        let mut record = render::record(call, directory(request));
        if let (Some(select), Some(fields)) = (&select, record.as_object_mut()) {
            *fields = std::mem::take(fields)
                .into_iter()
                .filter(|(name, _)| select.split(',').any(|wanted| wanted.trim() == name))
                .collect::<Map<_, _>>();
        }
        record
    };
    let value: Vec<Value> = found.iter().map(shown).collect();
    let mut body = json!({"@odata.context": request.context("communications/callRecords"), "value": value});
    if more {
        body["@odata.nextLink"] = paging::next_link(request, (skip + found.len()) as u64).into();
    }
    Ok(answer(StatusCode::OK, &body))
}

fn one(request: &Request<'_>, call: &Call) -> Result<Reply, GraphError> {
    let mut record = render::record(call, directory(request));
    record["@odata.context"] = request.context("communications/callRecords/$entity").into();
    if let Some(expand) = request.call.parameter("$expand") {
        let segments = match expand.trim() {
            "sessions" => false,
            "sessions($expand=segments)" => true,
            other => return Err(GraphError::bad_request(format!("The expand '{other}' is not supported."))),
        };
        record["sessions"] = render::sessions(call, directory(request), 0, SESSIONS, segments).into();
        if call.shape.sessions > SESSIONS {
            record["sessions@odata.nextLink"] = more(request, call, "sessions", segments, SESSIONS).into();
        }
    }
    Ok(answer(StatusCode::OK, &record))
}

fn sessions(request: &Request<'_>, call: &Call) -> Result<Reply, GraphError> {
    let segments = request.call.parameter("$expand").is_some_and(|expand| expand == "segments");
    let skip = skip(request)?;
    let value = render::sessions(call, directory(request), skip, SESSIONS, segments);
    let end = skip.saturating_add(SESSIONS);
    let mut body = json!({"value": value});
    if end < call.shape.sessions {
        body["@odata.nextLink"] = more(request, call, "sessions", segments, end).into();
    }
    Ok(answer(StatusCode::OK, &body))
}

fn one_session(
    request: &Request<'_>,
    call: &Call,
    id: &str,
    below: Option<&str>,
) -> Result<Reply, GraphError> {
    let all = render::sessions(call, directory(request), 0, call.shape.sessions, true);
    let session = all.into_iter().find(|one| one["id"] == id);
    let session = session.ok_or_else(|| GraphError::not_found("The session was not found."))?;
    match below {
        None => Ok(answer(StatusCode::OK, &session)),
        Some(below) => Ok(answer(StatusCode::OK, &json!({"value": session[below]}))),
    }
}

fn participants(request: &Request<'_>, call: &Call) -> Result<Reply, GraphError> {
    let skip = skip(request)?;
    let value = render::participants(call, directory(request), skip, PARTICIPANTS);
    let end = skip.saturating_add(PARTICIPANTS);
    let mut body = json!({"value": value});
    if end < call.shape.participants {
        body["@odata.nextLink"] = more(request, call, "participants_v2", false, end).into();
    }
    Ok(answer(StatusCode::OK, &body))
}

fn skip(request: &Request<'_>) -> Result<u32, GraphError> {
    let page = Page::of(request, 1, 1_000)?;
    Ok(page.after.map_or(0, |after| u32::try_from(after).unwrap_or(u32::MAX)))
}

/// The link to the rest of what a record holds, which names the record by an OData key.
fn more(request: &Request<'_>, call: &Call, what: &str, segments: bool, after: u32) -> String {
    let expand = if segments { "$expand=segments&" } else { "" };
    let token = paging::token(u64::from(after));
    let root = request.root();
    format!("{root}/communications/callRecords('{}')/{what}?{expand}$skiptoken={token}", call.id)
}

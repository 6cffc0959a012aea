//! "Create onlineMeeting", "createOrGet", "Update onlineMeeting", "Delete onlineMeeting".

use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::endpoints::{no_meeting, reachable, whole};
use super::{Meeting, WRITE};
use crate::call::{self, Reply};
use crate::clock;
use crate::graph::errors::GraphError;
use crate::graph::{Request, json as answer, users};

/// Half an hour, unless it is said.
const USUAL_MS: u64 = 1_800_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    #[serde(default)]
    start_date_time: Option<String>,
    #[serde(default)]
    end_date_time: Option<String>,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    participants: Option<Value>,
    #[serde(default)]
    external_id: Option<String>,
}

fn asked(request: &Request<'_>) -> Result<Asked, GraphError> {
    serde_json::from_slice(request.call.body)
        .map_err(|error| GraphError::bad_request(format!("Invalid online meeting: {error}.")))
}

fn time(text: Option<&str>) -> Result<Option<u64>, GraphError> {
    let Some(text) = text else { return Ok(None) };
    match clock::parse_ms(text) {
        Some(ms) => Ok(Some(ms)),
        None => Err(GraphError::bad_request(format!("Invalid date and time '{text}'."))),
    }
}

/// Object ids of those who are invited, by id or address.
fn invited(participants: Option<&Value>) -> Result<Vec<String>, GraphError> {
    let all = participants.and_then(|all| all["attendees"].as_array()).map(Vec::as_slice).unwrap_or_default();
    let one = |attendee: &Value| {
        let id = attendee["identity"]["user"]["id"].as_str().or_else(|| attendee["upn"].as_str());
        let id = id.ok_or_else(|| GraphError::bad_request("An attendee has neither an id nor an upn."))?;
        Ok(users::named(id)?.object_id())
    };
    all.iter().map(one).collect()
}

/// Makes a meeting. With `once` it is made once for an external id, and found again after that.
pub(super) fn create(request: &Request<'_>, user: &str, once: bool) -> Result<Reply, GraphError> {
    request.bearer.needs(WRITE)?;
    reachable(request, user)?;
    let asked = asked(request)?;
    let start = time(asked.start_date_time.as_deref())?.unwrap_or_else(clock::now_ms);
    let end = time(asked.end_date_time.as_deref())?.unwrap_or(start + USUAL_MS);
    if end <= start {
        return Err(GraphError::bad_request("The end of a meeting must be after its start."));
    }
    let mut held = request.world.graph.meetings.held.lock();
    if once {
        let external = asked.external_id.as_deref().filter(|id| !id.is_empty());
        let external = external.ok_or_else(|| GraphError::bad_request("externalId is required."))?;
        let same = |one: &&Meeting| one.organizer == user && one.external.as_deref() == Some(external);
        if let Some(there) = held.iter().find(same) {
            return Ok(answer(StatusCode::OK, &whole(there)));
        }
    }
    let meeting = Meeting {
        attendees: invited(asked.participants.as_ref())?,
        external: asked.external_id,
        ..Meeting::new(user, &asked.subject.unwrap_or_default(), start, end)
    };
    let mut body = whole(&meeting);
    body["@odata.context"] = request.context(&format!("users('{user}')/onlineMeetings/$entity")).into();
    held.push(meeting);
    Ok(answer(StatusCode::CREATED, &body))
}

/// Only who invited may change it.
pub(super) fn change(request: &Request<'_>, user: &str, id: &str) -> Result<Reply, GraphError> {
    request.bearer.needs(WRITE)?;
    reachable(request, user)?;
    let asked = asked(request)?;
    let mut held = request.world.graph.meetings.held.lock();
    let meeting = held.iter_mut().find(|one| one.id == id && one.organizer == user).ok_or_else(no_meeting)?;
    if let Some(subject) = asked.subject {
        meeting.subject = subject;
    }
    meeting.start_ms = time(asked.start_date_time.as_deref())?.unwrap_or(meeting.start_ms);
    meeting.end_ms = time(asked.end_date_time.as_deref())?.unwrap_or(meeting.end_ms);
    if asked.participants.is_some() {
        meeting.attendees = invited(asked.participants.as_ref())?;
    }
    Ok(answer(StatusCode::OK, &whole(meeting)))
}

pub(super) fn delete(request: &Request<'_>, user: &str, id: &str) -> Result<Reply, GraphError> {
    request.bearer.needs(WRITE)?;
    reachable(request, user)?;
    let mut held = request.world.graph.meetings.held.lock();
    let before = held.len();
    held.retain(|one| !(one.id == id && one.organizer == user));
    if held.len() == before { Err(no_meeting()) } else { Ok(call::empty(StatusCode::NO_CONTENT)) }
}

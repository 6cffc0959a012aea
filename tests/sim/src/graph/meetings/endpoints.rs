//! Reading meetings ("Get onlineMeeting", "Get callTranscript", "onlineMeeting: getAllTranscripts").

use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode};
use serde_json::{Value, json};

use super::{Meeting, Transcript, attendance, create};
use crate::call::{self, Reply};
use crate::clock;
use crate::graph::errors::GraphError;
use crate::graph::permissions::Operation;
use crate::graph::{Request, json as answer, users};
use crate::seed::USERS;

/// Answers what is asked of a user's meetings.
pub(in crate::graph) fn handle(
    request: &Request<'_>,
    user: &str,
    rest: &[&str],
) -> Result<Reply, GraphError> {
    match (request.call.method(), rest) {
        (&Method::POST, [] | ["createOrGet"]) => return create::create(request, user, !rest.is_empty()),
        (&Method::PATCH, [id]) => return create::change(request, user, id),
        (&Method::DELETE, [id]) => return create::delete(request, user, id),
        (&Method::GET, [id, "attendanceReports", tail @ ..]) => {
            return attendance::handle(request, user, id, tail);
        }
        (&Method::GET, _) => {}
        _ => return Err(GraphError::method_not_allowed()),
    }
    let meetings = &request.world.graph.meetings;
    let needed = if rest.len() > 1 || rest.first().is_some_and(|first| first.starts_with("getAll")) {
        Operation::ReadTranscripts
    } else {
        Operation::ReadMeetings
    };
    request.may(needed)?;
    reachable(request, user)?;
    let held = meetings.held.lock();
    let invited = request.bearer.user_id().is_some();
    let mine =
        || held.iter().filter(|one| one.organizer.eq_ignore_ascii_case(user) || (invited && one.is_of(user)));
    let found = |id: &str| mine().find(|meeting| meeting.id == id).ok_or_else(no_meeting);
    match rest {
        [] => {
            let wanted = join_filter(request)?;
            let value: Vec<Value> = mine().filter(|one| one.join_url == wanted).map(whole).collect();
            Ok(answer(StatusCode::OK, &json!({"value": value})))
        }
        [all] if all.starts_with("getAllTranscripts") => {
            let (from, to) = (time(all, "startDateTime="), time(all, "endDateTime="));
            let inside = |transcript: &&Transcript| {
                from.is_none_or(|from| transcript.created_ms >= from)
                    && to.is_none_or(|to| transcript.created_ms <= to)
            };
            let listed = mine().flat_map(|meeting| {
                meeting.transcripts.iter().filter(inside).map(|transcript| shown(meeting, transcript))
            });
            let value: Vec<Value> = listed.collect();
            Ok(answer(StatusCode::OK, &json!({"@odata.count": value.len(), "value": value})))
        }
        [meeting] => Ok(answer(StatusCode::OK, &whole(found(meeting)?))),
        [meeting, "transcripts"] => {
            let meeting = found(meeting)?;
            let value: Vec<_> = meeting.transcripts.iter().map(|one| shown(meeting, one)).collect();
            Ok(answer(StatusCode::OK, &json!({"@odata.count": value.len(), "value": value})))
        }
        [meeting, "transcripts", id, content @ ..] => {
            let meeting = found(meeting)?;
            let transcript = meeting.transcripts.iter().find(|one| one.id == *id).ok_or_else(no_meeting)?;
            match content {
                [] => Ok(answer(StatusCode::OK, &shown(meeting, transcript))),
                ["content"] => text(request, transcript),
                _ => Err(GraphError::unknown_segment(content[0])),
            }
        }
        _ => Err(GraphError::unknown_segment(rest[0])),
    }
}

/// Whether the caller may look at somebody's meetings at all: an app by policy, people at their own.
pub(super) fn reachable(request: &Request<'_>, user: &str) -> Result<(), GraphError> {
    match request.bearer.user_id() {
        Some(own) if own.eq_ignore_ascii_case(user) => Ok(()),
        Some(_) => {
            Err(GraphError::forbidden("Application is not allowed to perform operations on this user."))
        }
        None if request.world.graph.meetings.closed.lock().contains(&user.to_ascii_lowercase()) => {
            Err(GraphError::forbidden("No application access policy found for this app"))
        }
        None => Ok(()),
    }
}

/// The address in `$filter=JoinWebUrl eq '…'`, without which meetings are not listed.
fn join_filter(request: &Request<'_>) -> Result<String, GraphError> {
    let filter = request.call.parameter("$filter").unwrap_or_default();
    match users::equality(&filter) {
        Some((field, value)) if field.eq_ignore_ascii_case("joinWebUrl") => Ok(value),
        _ => Err(GraphError::bad_request(
            "Filter expression expected - /onlineMeetings?$filter=JoinWebUrl eq '{joinWebUrl}'.",
        )),
    }
}

pub(super) fn no_meeting() -> GraphError {
    GraphError::not_found("Meeting or transcript not found.")
}

/// Only `text/vtt` is left of the formats.
fn text(request: &Request<'_>, transcript: &Transcript) -> Result<Reply, GraphError> {
    let format = request.call.parameter("$format");
    let accepted = request.call.header("accept").unwrap_or_default();
    if format.as_deref() != Some("text/vtt") && !accepted.contains("text/vtt") {
        return Err(GraphError::bad_request("The requested format is not supported."));
    }
    let vtt = Bytes::from(transcript.vtt.clone());
    Ok(call::raw(StatusCode::OK, HeaderValue::from_static("text/vtt"), vtt))
}

fn shown(meeting: &Meeting, transcript: &Transcript) -> Value {
    json!({
        "id": transcript.id,
        "meetingId": meeting.id,
        "callId": crate::ids::guid_of(&transcript.id),
        "createdDateTime": clock::graph_resource(transcript.created_ms),
        "endDateTime": clock::graph_resource(transcript.created_ms + 1_800_000),
        "contentCorrelationId": crate::ids::guid_of(&meeting.id),
        "transcriptContentUrl": format!(
            "https://graph.microsoft.com/v1.0/users/{}/onlineMeetings/{}/transcripts/{}/content",
            meeting.organizer, meeting.id, transcript.id
        ),
        "meetingOrganizer": {"application": null, "device": null, "user": {
            "id": meeting.organizer, "displayName": null, "userIdentityType": "aadUser",
        }},
    })
}

pub(super) fn whole(meeting: &Meeting) -> Value {
    let participant = |id: &String| {
        let user = USERS.iter().find(|user| user.object_id() == *id);
        json!({
            "upn": user.map(crate::seed::SeedUser::email),
            "role": "presenter",
            "identity": {"application": null, "device": null, "user": {
                "id": id, "displayName": user.map(crate::seed::SeedUser::name),
            }},
        })
    };
    json!({
        "id": meeting.id,
        "subject": meeting.subject,
        "joinWebUrl": meeting.join_url,
        "startDateTime": clock::graph_resource(meeting.start_ms),
        "endDateTime": clock::graph_resource(meeting.end_ms),
        "chatInfo": {"threadId": meeting.thread, "messageId": "0", "replyChainMessageId": null},
        "externalId": meeting.external,
        "participants": {
            "organizer": participant(&meeting.organizer),
            "attendees": meeting.attendees.iter().map(participant).collect::<Vec<_>>(),
        },
    })
}

/// A time in the arguments of a function.
fn time(call: &str, name: &str) -> Option<u64> {
    let (_, rest) = call.split_once(name)?;
    clock::parse_ms(rest.split([',', ')']).next()?)
}

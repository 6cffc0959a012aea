//! Reading meetings ("Get onlineMeeting", "Get callTranscript", "onlineMeeting: getAllTranscripts").

use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::{Meeting, Transcript};
use crate::call::{self, Reply};
use crate::clock;
use crate::graph::errors::GraphError;
use crate::graph::permissions::Operation;
use crate::graph::{Request, json as answer};
use crate::seed::USERS;

/// Answers what is asked of a user's meetings.
pub(in crate::graph) fn handle(
    request: &Request<'_>,
    user: &str,
    rest: &[&str],
) -> Result<Reply, GraphError> {
    let meetings = &request.world.graph.meetings;
    let needed = if rest.len() > 1 || rest[0].starts_with("getAll") {
        Operation::ReadTranscripts
    } else {
        Operation::ReadMeetings
    };
    request.may(needed)?;
    if request.bearer.user_id().is_none() && meetings.closed.lock().contains(&user.to_ascii_lowercase()) {
        return Err(GraphError::forbidden("No application access policy found for this app"));
    }
    let held = meetings.held.lock();
    let mine = || held.iter().filter(|meeting| meeting.organizer.eq_ignore_ascii_case(user));
    let found = |id: &str| mine().find(|meeting| meeting.id == id).ok_or_else(no_meeting);
    match rest {
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

fn no_meeting() -> GraphError {
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

fn whole(meeting: &Meeting) -> Value {
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
        "startDateTime": meeting.transcripts.first().map(|first| clock::graph_resource(first.created_ms)),
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

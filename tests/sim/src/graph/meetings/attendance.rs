//! Who was there ("List meetingAttendanceReports", "Get meetingAttendanceReport").

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::endpoints::{no_meeting, reachable};
use super::{ARTEFACTS, BadMeeting, Meeting};
use crate::call::Reply;
use crate::clock;
use crate::graph::errors::GraphError;
use crate::graph::{Request, json as answer, users};
use crate::ids;
use crate::world::World;

/// A meeting that was held.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAttendance {
    /// Which: its id, or where to join it.
    pub meeting_id: String,
    /// Object ids or addresses of those who were there, and for how many seconds.
    pub attended: Vec<(String, u64)>,
}

pub(super) fn handle(
    request: &Request<'_>,
    user: &str,
    id: &str,
    rest: &[&str],
) -> Result<Reply, GraphError> {
    request.bearer.needs(ARTEFACTS)?;
    reachable(request, user)?;
    let held = request.world.graph.meetings.held.lock();
    let meeting = held.iter().find(|one| one.id == id && one.is_of(user)).ok_or_else(no_meeting)?;
    // Until it was held there is none.
    let report = (!meeting.attendance.is_empty()).then(|| report(meeting));
    match rest {
        [] => {
            let mut value: Vec<Value> = report.into_iter().collect();
            value
                .iter_mut()
                .for_each(|one| drop(one.as_object_mut().map(|one| one.remove("attendanceRecords"))));
            Ok(answer(StatusCode::OK, &json!({ "value": value })))
        }
        [wanted] => {
            let mut found = report.filter(|one| one["id"] == **wanted).ok_or_else(no_meeting)?;
            let expanded = request.call.parameter("$expand").is_some_and(|text| text == "attendanceRecords");
            if !expanded && let Some(fields) = found.as_object_mut() {
                fields.remove("attendanceRecords");
            }
            Ok(answer(StatusCode::OK, &found))
        }
        [wanted, "attendanceRecords"] => {
            let found = report.filter(|one| one["id"] == **wanted).ok_or_else(no_meeting)?;
            Ok(answer(StatusCode::OK, &json!({"value": found["attendanceRecords"]})))
        }
        _ => Err(GraphError::unknown_segment(rest[0])),
    }
}

fn report(meeting: &Meeting) -> Value {
    let record = |(user, seconds): &(String, u64)| {
        let known = users::named(user).ok();
        let (joined, left) = (meeting.start_ms, meeting.start_ms + seconds * 1000);
        json!({
            "id": user,
            "emailAddress": known.map(crate::seed::SeedUser::email),
            "totalAttendanceInSeconds": seconds,
            "role": if *user == meeting.organizer { "Organizer" } else { "Attendee" },
            "identity": {"id": user, "displayName": known.map(crate::seed::SeedUser::name), "tenantId": null},
            "attendanceIntervals": [{
                "joinDateTime": clock::graph_resource(joined),
                "leaveDateTime": clock::graph_resource(left),
                "durationInSeconds": seconds,
            }],
        })
    };
    json!({
        "id": ids::guid_of(&format!("attendance/{}", meeting.id)),
        "totalParticipantCount": meeting.attendance.len(),
        "meetingStartDateTime": clock::graph_resource(meeting.start_ms),
        "meetingEndDateTime": clock::graph_resource(meeting.end_ms),
        "attendanceRecords": meeting.attendance.iter().map(record).collect::<Vec<_>>(),
    })
}

impl World {
    /// Holds a meeting: from now on there is a report of who was there.
    pub fn hold_meeting(&self, new: &NewAttendance) -> Result<(), BadMeeting> {
        let who = |(id, seconds): &(String, u64)| {
            let user = users::named(id).map_err(|_| BadMeeting::User(id.clone()))?;
            Ok((user.object_id(), *seconds))
        };
        let attendance = new.attended.iter().map(who).collect::<Result<_, _>>()?;
        let mut held = self.graph.meetings.held.lock();
        let named = |one: &&mut Meeting| [&one.id, &one.join_url].contains(&&new.meeting_id);
        let meeting = held.iter_mut().find(named);
        meeting.ok_or_else(|| BadMeeting::Meeting(new.meeting_id.clone()))?.attendance = attendance;
        Ok(())
    }
}

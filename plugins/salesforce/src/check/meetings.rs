//! Can transcripts be read?

use tieline_sdk::{Stage, graph};

use super::{Ill, stage};
use crate::config::Config;

/// Lists the meetings' transcripts of each organiser. Of everybody's nothing can be listed; the subscription tells.
pub(super) fn stages(config: &Config) -> Vec<Stage> {
    let organizers = config.meetings.iter().flat_map(|settings| &settings.organizers);
    organizers.map(|organizer| stage(&format!("transcripts of {organizer}"), listed(organizer))).collect()
}

fn listed(organizer: &str) -> Result<(), Ill> {
    let of = tieline_sdk::encode(organizer);
    let path = format!("/users/{of}/onlineMeetings/getAllTranscripts(meetingOrganizerUserId='{of}')");
    let response =
        graph::get(path).query("$top", "1").send().map_err(|error| Ill::Failed(error.problem()))?;
    let problem = graph::error(&response);
    match response.status {
        200 => Ok(()),
        403 => Err(Ill::Failed(problem.remedy(
            "this needs the application permissions OnlineMeetings.Read.All and OnlineMeetingTranscript.Read.All with \
             admin consent, and an application access policy for the organiser (New- and \
             Grant-CsApplicationAccessPolicy), which takes effect within 30 minutes",
        ))),
        404 => Err(Ill::Failed(problem.remedy("compare the organiser's id with Entra's object id"))),
        _ => Err(Ill::Failed(problem)),
    }
}

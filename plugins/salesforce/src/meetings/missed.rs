//! Transcripts that may not have been announced.

use serde::{Deserialize, Serialize};
use tieline_sdk::{Failure, Gap, encode, graph, log};

use super::source::Source;
use crate::run::emit;
use tieline_sdk::time::iso;

/// A transcript that was found.
pub(crate) const TRANSCRIPT: &str = "transcript";

/// Lists are read so far: a run may emit a hundred events.
const PAGES: usize = 4;
const AT_MOST: usize = 90;

/// The body of a [`TRANSCRIPT`] event.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Transcript {
    pub(crate) resource: String,
}

/// Lists what was transcribed in a gap, and hands on each transcript. Only of single organisers: Graph cannot list
/// those of everybody.
///
/// <https://learn.microsoft.com/graph/api/onlinemeeting-getalltranscripts>
pub(crate) fn missed(gap: &Gap) -> Result<(), Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Listed {
        id: String,
        meeting_id: String,
    }
    let Some(organizer) = organizer_of(&gap.resource) else {
        log::warn("transcripts of this time cannot be listed: name organisers to have them found", []);
        return Ok(());
    };
    let of = encode(organizer);
    let path = format!(
        "/users/{of}/onlineMeetings/getAllTranscripts(meetingOrganizerUserId='{of}',startDateTime={},endDateTime={})",
        iso(gap.from),
        iso(gap.to)
    );
    let listed: Vec<Listed> = graph::get(path).all(PAGES)?;
    if listed.len() > AT_MOST {
        log::warn("more transcripts were missed than can be read at once; the latest are left out", []);
    }
    for Listed { id, meeting_id } in listed.iter().take(AT_MOST) {
        let source = Source { organizer: organizer.to_owned(), meeting: meeting_id, transcript: id };
        let body = Transcript { resource: source.resource() };
        emit(TRANSCRIPT, &body, None, Some(format!("{TRANSCRIPT} {id}")))?;
    }
    Ok(())
}

/// The organiser in `/users/{id}/onlineMeetings/getAllTranscripts`.
fn organizer_of(resource: &str) -> Option<&str> {
    let mut segments = resource.trim_start_matches('/').split('/');
    segments.next().filter(|first| first.eq_ignore_ascii_case("users"))?;
    segments.next()
}

/// Whether a subscription with this resource is one of transcripts.
pub(crate) fn is_transcripts(resource: &str) -> bool {
    resource.to_ascii_lowercase().ends_with("/onlinemeetings/getalltranscripts")
}

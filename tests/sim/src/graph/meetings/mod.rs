//! Online meetings and their transcripts.

mod attendance;
mod create;
mod endpoints;
mod script;

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use parking_lot::Mutex;

use super::permissions::{Rule, Workload};
use crate::{ids, percent};

pub use attendance::NewAttendance;
pub(super) use endpoints::handle;
pub use script::{BadMeeting, NewTranscript, Transcribed};

/// All meetings that were transcribed, and whose the app may not look at.
#[derive(Debug, Default)]
pub(super) struct Meetings {
    held: Mutex<Vec<Meeting>>,
    /// Users without an application access policy.
    closed: Mutex<HashSet<String>>,
}

/// What it needs to make, change and delete meetings.
const WRITE: Rule = Rule {
    workload: Workload::Teams,
    application: &["OnlineMeetings.ReadWrite.All"],
    delegated: &["OnlineMeetings.ReadWrite"],
};

/// What it needs to read who was there.
const ARTEFACTS: Rule = Rule {
    workload: Workload::Teams,
    application: &["OnlineMeetingArtifact.Read.All"],
    delegated: &["OnlineMeetingArtifact.Read.All"],
};

impl Meeting {
    /// A meeting of somebody's that nothing has happened in yet.
    fn new(organizer: &str, subject: &str, start_ms: u64, end_ms: u64) -> Self {
        let thread = format!("19:meeting_{}@thread.v2", ids::secret(24));
        Self {
            id: STANDARD.encode(format!("1*{organizer}*0**{thread}")),
            organizer: organizer.to_owned(),
            subject: subject.to_owned(),
            attendees: Vec::new(),
            join_url: format!("https://teams.microsoft.com/l/meetup-join/{}/0", percent::encode(&thread)),
            thread,
            external: None,
            start_ms,
            end_ms,
            attendance: Vec::new(),
            transcripts: Vec::new(),
        }
    }

    /// Whether somebody may look at it: who invited and who was invited.
    fn is_of(&self, user: &str) -> bool {
        self.organizer.eq_ignore_ascii_case(user)
            || self.attendees.iter().any(|one| one.eq_ignore_ascii_case(user))
    }
}

impl Meetings {
    /// Makes a meeting for an event of a calendar; the answer is where to join.
    pub(super) fn of_event(
        &self,
        organizer: &str,
        subject: &str,
        times: (u64, u64),
        attendees: Vec<String>,
    ) -> String {
        let meeting = Meeting { attendees, ..Meeting::new(organizer, subject, times.0, times.1) };
        let url = meeting.join_url.clone();
        self.held.lock().push(meeting);
        url
    }
}

#[derive(Clone, Debug)]
struct Meeting {
    id: String,
    organizer: String,
    subject: String,
    attendees: Vec<String>,
    join_url: String,
    /// Its chat.
    thread: String,
    /// A name that whoever made it gave it.
    external: Option<String>,
    start_ms: u64,
    end_ms: u64,
    /// Who was there, and for how many seconds.
    attendance: Vec<(String, u64)>,
    transcripts: Vec<Transcript>,
}

#[derive(Clone, Debug)]
struct Transcript {
    id: String,
    created_ms: u64,
    vtt: String,
}

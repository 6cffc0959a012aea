//! Online meetings and their transcripts.

mod endpoints;
mod script;

use std::collections::HashSet;

use parking_lot::Mutex;

pub(super) use endpoints::handle;
pub use script::{BadMeeting, NewTranscript, Transcribed};

/// All meetings that were transcribed, and whose the app may not look at.
#[derive(Debug, Default)]
pub(super) struct Meetings {
    held: Mutex<Vec<Meeting>>,
    /// Users without an application access policy.
    closed: Mutex<HashSet<String>>,
}

#[derive(Clone, Debug)]
struct Meeting {
    id: String,
    organizer: String,
    subject: String,
    attendees: Vec<String>,
    join_url: String,
    transcripts: Vec<Transcript>,
}

#[derive(Clone, Debug)]
struct Transcript {
    id: String,
    created_ms: u64,
    vtt: String,
}

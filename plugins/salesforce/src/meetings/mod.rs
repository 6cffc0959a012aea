//! What people promise each other in meetings becomes Tasks of whoever promised.
//!
//! A transcript is announced ([`source`]) → what was said ([`vtt`], [`sentences`]) → who is to do what until when
//! ([`items`], [`due`]) → which record the meeting belongs to ([`record`]) → one Task each, owned by the Salesforce user
//! who that person is ([`people`]). All of it is pure but the calls in `capture` and `missed`.

mod capture;
pub mod due;
pub mod items;
mod missed;
pub mod people;
pub mod record;
pub mod sentences;
pub mod source;
pub mod vtt;

pub(crate) use capture::capture;
pub(crate) use missed::{TRANSCRIPT, Transcript, is_transcripts, missed};

use crate::config::Meetings;

/// The Graph resources to subscribe to: transcripts of these organisers' meetings, or of all.
pub(crate) fn resources(meetings: &Meetings) -> Vec<String> {
    match meetings.organizers.as_slice() {
        [] => vec!["/communications/onlineMeetings/getAllTranscripts".to_owned()],
        organizers => {
            organizers.iter().map(|id| format!("/users/{id}/onlineMeetings/getAllTranscripts")).collect()
        }
    }
}

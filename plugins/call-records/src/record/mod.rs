//! A call as Graph tells it. Fields that nobody reads are left out; nearly every other one may be null.
//!
//! <https://learn.microsoft.com/graph/api/resources/callrecords-callrecord>

mod identity;
mod media;
mod session;

use serde::Deserialize;

pub use identity::{Identity, Kind};
pub use media::{Device, Media, Network, Stream};
pub use session::{Endpoint, FailureInfo, Feedback, Segment, Session, UserAgent};

/// A call, with the first page of its sessions.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallRecord {
    /// Its id.
    pub id: String,
    /// Grows with every change.
    pub version: i64,
    /// `groupCall`, `peerToPeer` or `unknown`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// `audio`, `video`, `videoBasedScreenSharing`, `data`, `screenSharing`.
    pub modalities: Option<Vec<String>>,
    /// When the first one joined.
    pub start_date_time: Option<String>,
    /// When the last one left.
    pub end_date_time: Option<String>,
    /// When this version was made.
    pub last_modified_date_time: Option<String>,
    /// The meeting, if it was one.
    pub join_web_url: Option<String>,
    /// As it was before `organizer_v2`.
    pub organizer: Option<Identity>,
    /// Who called or invited.
    #[serde(rename = "organizer_v2")]
    pub organizer_v2: Option<Participant>,
    /// The first of its sessions.
    #[serde(default)]
    pub sessions: Vec<Session>,
    /// Where the others are.
    #[serde(rename = "sessions@odata.nextLink")]
    pub more_sessions: Option<String>,
}

/// Somebody in a call.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Participant {
    /// An id of the directory; of a telephone, its number.
    pub id: Option<String>,
    /// Who it is.
    pub identity: Option<Identity>,
}

impl CallRecord {
    /// Who called or invited.
    pub fn organized_by(&self) -> Option<&Identity> {
        self.organizer_v2
            .as_ref()
            .and_then(|organizer| organizer.identity.as_ref())
            .or(self.organizer.as_ref())
    }
}

/// A page of a list.
#[derive(Debug, Deserialize)]
pub struct Page<T> {
    /// What stands on it.
    pub value: Vec<T>,
    /// The next one, whole.
    #[serde(rename = "@odata.nextLink")]
    pub next: Option<String>,
}

//! The row of a call. What it says of all its sessions is counted while they are read.

use serde::{Deserialize, Serialize};

use super::{Session, Stream, Version, joined, moment, owned, seconds};
use crate::config::People;
use crate::record::{CallRecord, Kind};

/// A call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    #[serde(flatten)]
    version: Version,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_modified: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modalities: Option<String>,
    is_meeting: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    organizer_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organizer_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organizer_kind: Option<String>,
    #[serde(flatten)]
    tally: Tally,
}

/// What is said of all parts of a call together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    participants: u64,
    sessions: u64,
    sessions_failed: u64,
    /// Every session failed, so that nobody was connected.
    failed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_stage: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_reason: Option<String>,
    streams: u64,
    poor_streams: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    worst_mos: Option<f64>,
}

impl Call {
    /// A call, as long as nothing of its parts was read.
    pub fn new(version: Version, record: &CallRecord, people: People) -> Self {
        let (start, end) = (record.start_date_time.as_deref(), record.end_date_time.as_deref());
        let organizer = record.organized_by();
        Self {
            version,
            start: moment(start),
            end: moment(end),
            duration_s: seconds(start, end),
            last_modified: moment(record.last_modified_date_time.as_deref()),
            kind: owned(record.kind.as_deref()),
            modalities: joined(record.modalities.as_deref()),
            is_meeting: record.join_web_url.as_deref().is_some_and(|url| !url.is_empty()),
            organizer_id: people.id(organizer, None),
            organizer_name: people.name(organizer),
            organizer_kind: organizer.and_then(|who| who.kind()).map(Kind::as_str).map(str::to_owned),
            tally: Tally::default(),
        }
    }

    /// Which version of which call this is.
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// Counts participants.
    pub fn joined_by(&mut self, participants: usize) {
        self.tally.participants += participants as u64;
    }

    /// Counts a session, with its streams. The first failure is the call's, if all others failed too.
    pub fn counts(&mut self, session: &Session, streams: &[Stream]) {
        let tally = &mut self.tally;
        tally.sessions += 1;
        if session.failed() {
            tally.sessions_failed += 1;
            if tally.failure_reason.is_none() && tally.failure_stage.is_none() {
                (tally.failure_stage, tally.failure_reason) = session.failure();
            }
        }
        tally.failed = tally.sessions == tally.sessions_failed;
        tally.streams += streams.len() as u64;
        tally.poor_streams += streams.iter().filter(|stream| stream.is_poor()).count() as u64;
        let scores = streams.iter().filter_map(Stream::mos).chain(tally.worst_mos);
        tally.worst_mos = scores.reduce(f64::min);
    }
}

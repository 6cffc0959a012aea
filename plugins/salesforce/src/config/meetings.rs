//! What people promise each other in meetings.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Priority;

/// Which meetings are read, and what in them is an action item.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Meetings {
    /// Whose meetings: the Entra object ids of organisers. Empty: those of everybody.
    #[serde(default)]
    pub organizers: Vec<String>,
    /// A sentence with one of these is an action item of the participant that it names, else of the speaker.
    #[serde(default = "default_assignments")]
    pub assignments: Vec<String>,
    /// A sentence with one of these is an action item of the speaker.
    #[serde(default = "default_promises")]
    pub promises: Vec<String>,
    /// A sentence with one of these is an action item of the participant that it names; if it names nobody, of nobody.
    #[serde(default = "default_requests")]
    pub requests: Vec<String>,
    /// Which record a meeting belongs to, by its subject. The first that fits; before ids and names in the subject.
    #[serde(default)]
    pub records: Vec<MeetingRecord>,
    /// Who is who in transcripts, beside the meeting's participants: a speaker's name, and the Salesforce user who
    /// owns their Tasks.
    #[serde(default)]
    pub speakers: BTreeMap<String, String>,
    /// Tasks whose due date nobody said are due after so many days. None: they have none.
    #[serde(default)]
    pub due_in_days: Option<u32>,
    /// Priority of the Tasks.
    #[serde(default)]
    pub priority: Priority,
}

/// A record whose meetings are known by their subject.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MeetingRecord {
    /// Words or phrases, one of which the subject must contain.
    pub subject: Vec<String>,
    /// The Opportunity or Account.
    pub record_id: String,
}

fn default_assignments() -> Vec<String> {
    ["action item", "to do", "todo"].map(str::to_owned).to_vec()
}

fn default_promises() -> Vec<String> {
    ["i will", "i'll", "let me take"].map(str::to_owned).to_vec()
}

fn default_requests() -> Vec<String> {
    ["can you", "could you", "would you", "please"].map(str::to_owned).to_vec()
}

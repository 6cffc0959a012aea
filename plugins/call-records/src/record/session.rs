//! A session: two ends of a call that are connected; and its segments, in which nothing about the connection changed.

use serde::Deserialize;

use super::{Identity, Media};

/// Two ends that are connected.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Its id; that of the call when there are only two ends.
    pub id: String,
    /// Who connected.
    pub caller: Option<Endpoint>,
    /// To whom.
    pub callee: Option<Endpoint>,
    /// Why it failed; none: it did not.
    pub failure_info: Option<FailureInfo>,
    /// Whether it was made to test something.
    pub is_test: Option<bool>,
    /// As in a call.
    pub modalities: Option<Vec<String>>,
    /// When it began.
    pub start_date_time: Option<String>,
    /// When it ended.
    pub end_date_time: Option<String>,
    /// The first of its segments.
    #[serde(default)]
    pub segments: Vec<Segment>,
    /// Where the others are.
    #[serde(rename = "segments@odata.nextLink")]
    pub more_segments: Option<String>,
}

/// An end: somebody's software, or a service.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Endpoint {
    /// What software it is.
    pub user_agent: Option<UserAgent>,
    /// Whose it is; none of a service.
    pub identity: Option<Identity>,
    /// What they said of the call.
    pub feedback: Option<Feedback>,
}

/// Software at an end: a client's, or a service's with its role.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UserAgent {
    /// As it calls itself.
    pub header_value: Option<String>,
    /// `2.1.0.0`
    pub application_version: Option<String>,
    /// `windows`, `macOS`, `iOS`, `android`, `web`, …
    pub platform: Option<String>,
    /// `teams`, `skypeForBusiness`, …
    pub product_family: Option<String>,
    /// Of a service: `mediationServer`, `trunk`, …
    pub role: Option<String>,
}

/// What somebody said of a call.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Feedback {
    /// `notRated`, `bad`, `poor`, `fair`, `good`, `excellent`.
    pub rating: Option<String>,
}

/// Why a session failed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FailureInfo {
    /// `callSetup`, `midcall` or `unknown`.
    pub stage: Option<String>,
    /// In words.
    pub reason: Option<String>,
}

/// A part of a session.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Segment {
    /// Its id.
    pub id: Option<String>,
    /// As in the session.
    pub caller: Option<Endpoint>,
    /// As in the session.
    pub callee: Option<Endpoint>,
    /// When it began.
    pub start_date_time: Option<String>,
    /// What was sent.
    pub media: Option<Vec<Media>>,
}

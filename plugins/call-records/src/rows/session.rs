//! The row of a session.

use serde::Serialize;

use super::{End, Version, joined, moment, owned, seconds};
use crate::config::People;
use crate::record::{self, Endpoint};

/// A session.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Session {
    #[serde(flatten)]
    version: Version,
    session_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modalities: Option<String>,
    is_test: bool,
    failed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_stage: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_reason: Option<String>,
    segments: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    caller_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caller_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caller_kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caller_product: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caller_platform: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caller_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caller_user_agent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caller_rating: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callee_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callee_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callee_kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callee_product: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callee_platform: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callee_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callee_user_agent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callee_rating: Option<String>,
}

impl Session {
    /// Reads it. All its segments are there.
    pub fn of(version: &Version, session: &record::Session, people: People) -> Self {
        let (start, end) = (session.start_date_time.as_deref(), session.end_date_time.as_deref());
        let (caller, callee) =
            (End::of(session.caller.as_ref(), people), End::of(session.callee.as_ref(), people));
        let failure = session.failure_info.as_ref();
        Self {
            version: version.clone(),
            session_id: session.id.clone(),
            start: moment(start),
            end: moment(end),
            duration_s: seconds(start, end),
            modalities: joined(session.modalities.as_deref()),
            is_test: session.is_test.unwrap_or(false),
            failed: failure.is_some(),
            failure_stage: failure.and_then(|failure| owned(failure.stage.as_deref())),
            failure_reason: failure.and_then(|failure| owned(failure.reason.as_deref())),
            segments: session.segments.len() as u64,
            caller_id: caller.id,
            caller_name: caller.name,
            caller_kind: caller.kind,
            caller_product: caller.product,
            caller_platform: caller.platform,
            caller_version: caller.version,
            caller_user_agent: caller.user_agent,
            caller_rating: rating(session.caller.as_ref()),
            callee_id: callee.id,
            callee_name: callee.name,
            callee_kind: callee.kind,
            callee_product: callee.product,
            callee_platform: callee.platform,
            callee_version: callee.version,
            callee_user_agent: callee.user_agent,
            callee_rating: rating(session.callee.as_ref()),
        }
    }

    pub(super) fn failed(&self) -> bool {
        self.failed
    }

    /// The stage and the reason.
    pub(super) fn failure(&self) -> (Option<String>, Option<String>) {
        (self.failure_stage.clone(), self.failure_reason.clone())
    }
}

fn rating(endpoint: Option<&Endpoint>) -> Option<String> {
    owned(endpoint?.feedback.as_ref()?.rating.as_deref()).filter(|rating| rating != "notRated")
}

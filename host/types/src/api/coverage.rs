//! How complete what a subscription brought is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{InstallationId, Timestamp};

/// The coverage of a resource for one installation: stretches in order, without a hole and without overlap, up
/// to the last time that Graph confirmed the subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Coverage {
    /// For whom.
    pub installation: InstallationId,
    /// What is watched.
    pub resource: String,
    /// Oldest first; at most ninety days.
    pub stretches: Vec<CoverageStretch>,
}

/// A time of one coverage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CoverageStretch {
    /// Begin.
    pub from: Timestamp,
    /// End.
    pub to: Timestamp,
    /// How it is covered.
    pub state: CoverageState,
    /// Why there was a gap, if there was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How a time is covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CoverageState {
    /// The connector asked the upstream itself what there was: the gap's event is handled.
    Confirmed,
    /// The subscription stood at both ends, and nothing adverse was seen.
    Presumed,
    /// Notifications may have been lost, and the connector has not caught up on them.
    Open,
}

//! Hooks of connectors, which other systems call.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{InstallationId, Problem, Timestamp, Verification, secret::ShownSecret};

/// A hook in a list. Neither its address nor its secret: whoever has both can call it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HookSummary {
    /// Whose connector it calls.
    pub installation: InstallationId,
    /// The connector's own name for it.
    pub key: String,
    /// How callers prove themselves.
    pub verification: Verification,
    /// When its address was made.
    pub made: Timestamp,
    /// When its secret, or an address that is as good as one, was last made anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotated: Option<Timestamp>,
    /// Until then what was before that is taken too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_until: Option<Timestamp>,
    /// Events that were taken since the host's start.
    pub taken: u64,
    /// Calls since the host's start that did not prove themselves.
    pub refused: u64,
    /// When one was last taken, if any was since the host's start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_taken: Option<Timestamp>,
}

/// A hook with all that a person must put into the system that is to call it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HookDetail {
    /// As in the list.
    #[serde(flatten)]
    pub hook: HookSummary,
    /// Where to call. As good as a secret where there is no other.
    pub address: ShownSecret,
    /// What proves the caller; absent where the address alone does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<ShownSecret>,
    /// Why the address cannot be called from elsewhere, if it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// A request to make a hook's secret anew.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RotateRequest {
    /// For so many seconds the old one is taken too: time to put the new one into the system that calls.
    pub overlap_s: u64,
}

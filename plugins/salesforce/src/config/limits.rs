//! How much of the organisation's API this connector may help to use up.

use serde::Deserialize;

/// When work that can wait waits.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Work that can wait pauses when so much of the day's API requests is used, in per cent; 1 to 100.
    pub pause_at_percent: u8,
    /// While it pauses, Salesforce is asked every so many seconds whether it may go on; at least 1.
    pub look_again_seconds: u64,
    /// What goes on all the same. What a person asks for always does.
    pub critical: Vec<Use>,
}

/// What this connector is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// Messages of a deal become Tasks.
    DealDesk,
    /// Competitors are noticed.
    Competitors,
    /// Hand-overs are told.
    Handoff,
    /// Action items of meetings become Tasks.
    Meetings,
    /// Agreed stages are proposed.
    Stages,
}

impl Limits {
    /// Whether this goes on while other work pauses.
    pub fn is_critical(&self, what: Use) -> bool {
        self.critical.contains(&what)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { pause_at_percent: 80, look_again_seconds: 900, critical: vec![Use::DealDesk] }
    }
}

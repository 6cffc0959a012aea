//! Stages that people agree on.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::teams::place::Place;

/// A channel or chat in which the stage of an Opportunity is agreed.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StageRule {
    /// Name of the rule; no two rules share one.
    pub name: String,
    /// Team of the channel.
    #[serde(default)]
    pub team_id: Option<String>,
    /// Channel to watch.
    #[serde(default)]
    pub channel_id: Option<String>,
    /// Chat to watch, in place of team and channel.
    #[serde(default)]
    pub chat_id: Option<String>,
    /// The Opportunity.
    pub opportunity_id: String,
    /// The organisation's stages, each with words or phrases that say that it is agreed.
    pub stages: BTreeMap<String, Vec<String>>,
}

impl StageRule {
    /// The channel or chat; none if the rule names neither, or both.
    pub fn place(&self) -> Option<Place<'_>> {
        Place::named(self.team_id.as_deref(), self.channel_id.as_deref(), self.chat_id.as_deref())
    }
}

//! Rules about what people say in a channel or chat.

use serde::Deserialize;

use crate::teams::place::Place;

/// Messages of one channel or chat that become Tasks of one Opportunity.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DealDesk {
    /// Name of the rule; no two rules share one. Keep it: it is part of how a logged message is recognised.
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
    /// What people call the channel or chat; stands in the Task.
    #[serde(default)]
    pub channel_name: Option<String>,
    /// The Opportunity.
    pub opportunity_id: String,
    /// Words or phrases, one of which the message must contain. None: every message is logged.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Subject of the Task.
    #[serde(default)]
    pub subject: Option<String>,
    /// Priority of the Task.
    #[serde(default)]
    pub priority: Priority,
}

/// A competitor to notice in one channel or chat.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Competitor {
    /// Name of the rule, and what is written to the field; no two rules share one.
    pub name: String,
    /// How people call the competitor: words or phrases.
    pub names: Vec<String>,
    /// Team of the channel.
    #[serde(default)]
    pub team_id: Option<String>,
    /// Channel to watch.
    #[serde(default)]
    pub channel_id: Option<String>,
    /// Chat to watch, in place of team and channel.
    #[serde(default)]
    pub chat_id: Option<String>,
    /// What people call the channel or chat; stands in the Task.
    #[serde(default)]
    pub channel_name: Option<String>,
    /// The Opportunity.
    pub opportunity_id: String,
    /// What happens then.
    #[serde(default)]
    pub then: Then,
    /// Subject of the Task.
    #[serde(default)]
    pub subject: Option<String>,
    /// Priority of the Task.
    #[serde(default)]
    pub priority: Priority,
}

/// What happens when a competitor is named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// A Task is created.
    #[default]
    Task,
    /// This field of the Opportunity is set to the rule's name. Competitors that one message names together are
    /// joined by a semicolon, as a multi-select picklist wants them; the latest message wins.
    Field(String),
}

/// The standard priorities of a Task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[allow(missing_docs)]
pub enum Priority {
    High,
    #[default]
    Normal,
    Low,
}

impl DealDesk {
    /// The channel or chat; none if the rule names neither, or both.
    pub fn place(&self) -> Option<Place<'_>> {
        Place::named(self.team_id.as_deref(), self.channel_id.as_deref(), self.chat_id.as_deref())
    }
}

impl Competitor {
    /// The channel or chat; none if the rule names neither, or both.
    pub fn place(&self) -> Option<Place<'_>> {
        Place::named(self.team_id.as_deref(), self.channel_id.as_deref(), self.chat_id.as_deref())
    }
}

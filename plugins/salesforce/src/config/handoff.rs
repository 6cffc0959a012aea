//! Whom to tell that a deal is theirs now.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::salesforce::id;
use crate::teams::place::Place;

/// What becomes of Leads that are converted and of Opportunities that reach a stage.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Handoffs {
    /// Ask Salesforce every so many seconds what has changed; each time is one or two API requests. None: nobody asks.
    #[serde(default)]
    pub poll_seconds: Option<u64>,
    /// The organisation whose outbound messages are taken: its id, `00D…`. None: none are. Both may be given; nothing
    /// is told twice.
    #[serde(default)]
    pub organization_id: Option<String>,
    /// Address of the organisation's pages, for links: `https://acme.my.salesforce.com`. None: Salesforce is asked.
    #[serde(default)]
    pub pages: Option<String>,
    /// API name of the Opportunity's field with the annual recurring revenue.
    #[serde(default = "default_revenue_field")]
    pub revenue_field: String,
    /// API name of the Opportunity's field with the next step.
    #[serde(default = "default_next_step_field")]
    pub next_step_field: String,
    /// What is told where.
    pub rules: Vec<Handoff>,
}

/// One kind of hand-over.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Handoff {
    /// Name of the rule; no two rules share one. Keep it: it is part of how a hand-over that was told is recognised.
    pub name: String,
    /// What is a hand-over.
    pub when: When,
    /// Team of the pipeline channel.
    #[serde(default)]
    pub team_id: Option<String>,
    /// Pipeline channel, in which the hand-overs of everybody else are told.
    #[serde(default)]
    pub channel_id: Option<String>,
    /// Pipeline chat, in place of team and channel.
    #[serde(default)]
    pub chat_id: Option<String>,
    /// Where account executives are told of their own: by the id of their Salesforce user.
    #[serde(default)]
    pub owners: BTreeMap<String, Where>,
}

/// What is a hand-over.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// A Lead was converted.
    LeadConverted,
    /// An Opportunity reached this stage, by the name that the organisation gave it.
    Stage(String),
}

/// A channel or a chat.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Where {
    /// Team of the channel.
    #[serde(default)]
    pub team_id: Option<String>,
    /// The channel.
    #[serde(default)]
    pub channel_id: Option<String>,
    /// The chat, in place of team and channel.
    #[serde(default)]
    pub chat_id: Option<String>,
}

impl Where {
    /// The channel or chat; none if neither is named, or both.
    pub fn place(&self) -> Option<Place<'_>> {
        Place::named(self.team_id.as_deref(), self.channel_id.as_deref(), self.chat_id.as_deref())
    }
}

impl Handoff {
    /// The pipeline channel or chat.
    pub fn pipeline(&self) -> Option<Place<'_>> {
        Place::named(self.team_id.as_deref(), self.channel_id.as_deref(), self.chat_id.as_deref())
    }

    /// Where the owner of a record is told: in their own place, else in the pipeline.
    pub fn place_for(&self, owner: &str) -> Option<Place<'_>> {
        let own = self.owners.iter().find(|(known, _)| id::same(known, owner));
        own.and_then(|(_, place)| place.place()).or_else(|| self.pipeline())
    }

    /// The stage that makes an Opportunity a hand-over.
    pub fn stage(&self) -> Option<&str> {
        match &self.when {
            When::Stage(stage) => Some(stage),
            When::LeadConverted => None,
        }
    }
}

fn default_revenue_field() -> String {
    "Amount".to_owned()
}

fn default_next_step_field() -> String {
    "NextStep".to_owned()
}

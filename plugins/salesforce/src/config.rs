//! The configuration of an installation, as an operator writes it. `config.schema.json` is made from these types.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::place::Place;

/// Which conversations belong to which deals, and who is who.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Version of the Salesforce REST API: v46.0 or later.
    #[serde(default = "default_api_version")]
    pub api_version: String,
    /// API name of a unique external-id text field of Task, such as Teams_Message_Id__c. With it every Task is
    /// written by upsert, so that Salesforce itself guarantees that there is one per message and rule.
    #[serde(default)]
    pub external_id_field: Option<String>,
    /// Rules that log messages as Tasks.
    #[serde(default)]
    pub deal_desk: Vec<DealDesk>,
    /// Rules that notice when a competitor is named.
    #[serde(default)]
    pub competitors: Vec<Competitor>,
    /// Who is who: the Entra object id of a sender, and the id of the Salesforce user who owns their Tasks.
    #[serde(default)]
    pub owners: BTreeMap<String, String>,
    /// The Salesforce user or queue that owns the Tasks of everybody else. Without it, such Tasks belong to the
    /// integration user.
    #[serde(default)]
    pub default_owner: Option<String>,
    /// After an interruption, replies are looked for under posts that were written, changed or replied to in so many
    /// days before it; 1 to 240.
    #[serde(default = "default_look_back")]
    pub reply_look_back_days: u32,
}

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

impl Config {
    /// The places that rules watch, each once, in the order of the rules.
    pub fn places(&self) -> Vec<Place<'_>> {
        let rules = self.deal_desk.iter().map(DealDesk::place);
        let named = rules.chain(self.competitors.iter().map(Competitor::place)).flatten();
        named.fold(vec![], |mut places, place| {
            if !places.contains(&place) {
                places.push(place);
            }
            places
        })
    }

    /// Whether any rule watches this place.
    pub fn watches(&self, place: Place<'_>) -> bool {
        self.deal_desk.iter().any(|rule| rule.place() == Some(place))
            || self.competitors.iter().any(|rule| rule.place() == Some(place))
    }
}

/// The current version at the time of writing (Summer '26).
fn default_api_version() -> String {
    "v67.0".to_owned()
}

/// Conversations that were silent for a week seldom wake up.
fn default_look_back() -> u32 {
    7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_reads_is_refused() {
        let typo = r#"{"deal_desk":[{"name":"a","chat_id":"c","opportunity_id":"006","keyword":["x"]}]}"#;
        assert!(serde_json::from_str::<Config>(typo).is_err());
    }

    /// The operator's form and the API check configurations against this file. To renew it, run this test with
    /// `TIELINE_BLESS=1`.
    #[test]
    fn the_schema_file_is_that_of_the_types() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/config.schema.json");
        let schema = serde_json::to_string_pretty(&schemars::schema_for!(Config)).unwrap() + "\n";
        if std::env::var_os("TIELINE_BLESS").is_some() {
            std::fs::write(file, &schema).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(file).unwrap_or_default(),
            schema,
            "run this test with TIELINE_BLESS=1"
        );
    }
}

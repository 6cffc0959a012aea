//! The configuration of an installation, as an operator writes it. `config.schema.json` is made from these types.

mod handoff;
mod limits;
mod meetings;
mod rules;
mod stages;

use std::collections::BTreeMap;

use serde::Deserialize;
use tieline_sdk::Identity;

use crate::teams::place::Place;

pub use handoff::{Handoff, Handoffs, When, Where};
pub use limits::{Limits, Use};
pub use meetings::{MeetingRecord, Meetings};
pub use rules::{Competitor, DealDesk, Priority, Then};
pub use stages::StageRule;

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
    /// Rules that propose a stage when people agree on it.
    #[serde(default)]
    pub stages: Vec<StageRule>,
    /// Tells account executives of deals that are theirs now.
    #[serde(default)]
    pub handoff: Option<Handoffs>,
    /// Makes Tasks of what people promise in meetings.
    #[serde(default)]
    pub meetings: Option<Meetings>,
    /// Who reads messages.
    #[serde(default)]
    pub read_as: Reader,
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
    /// When work pauses to leave API requests to others.
    #[serde(default)]
    pub limits: Limits,
}

/// Who reads messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reader {
    /// The app, with application permissions: it reads every channel and chat.
    #[default]
    App,
    /// The connection's service user, with delegated permissions: only where they are a member of the team or chat. That
    /// something was written is still told to the app.
    Service,
}

impl Reader {
    /// As calls and subscriptions want it.
    pub fn identity(self) -> Identity {
        match self {
            Self::App => Identity::App,
            Self::Service => Identity::Service,
        }
    }
}

impl Config {
    /// The places that rules watch, each once, in the order of the rules.
    pub fn places(&self) -> Vec<Place<'_>> {
        self.watched().fold(vec![], |mut places, (place, _)| {
            if !places.contains(&place) {
                places.push(place);
            }
            places
        })
    }

    /// Whether any rule watches this place.
    pub fn watches(&self, place: Place<'_>) -> bool {
        self.watched().any(|(its, _)| its == place)
    }

    /// What the rules of the place call it.
    pub fn name_of(&self, place: Place<'_>) -> Option<&str> {
        self.watched().filter(|(its, _)| *its == place).find_map(|(_, name)| name)
    }

    /// Every rule's place, with what it calls it.
    fn watched(&self) -> impl Iterator<Item = (Place<'_>, Option<&str>)> {
        let desks = self.deal_desk.iter().map(|rule| (rule.place(), rule.channel_name.as_deref()));
        let rivals = self.competitors.iter().map(|rule| (rule.place(), rule.channel_name.as_deref()));
        let stages = self.stages.iter().map(|rule| (rule.place(), None));
        desks.chain(rivals).chain(stages).filter_map(|(place, name)| Some((place?, name)))
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

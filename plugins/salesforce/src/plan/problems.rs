//! What can be wrong with a configuration although its shape is right.

use std::collections::BTreeSet;

use tieline_sdk::Problem;

use crate::config::{Config, Then};
use crate::notification::is_id;
use crate::place::Place;

/// Leaves room for the message in an external id, which holds 255 characters.
const NAME_LIMIT: usize = 80;
const LONGEST_LOOK_BACK: u32 = 240;

/// Every problem, each with a JSON pointer to its field.
pub(super) fn all(config: &Config) -> Vec<Problem> {
    let mut found = Found { problems: vec![], names: BTreeSet::new() };
    if !is_api_version(&config.api_version) {
        found.add(
            "/api_version",
            "this is no version of the Salesforce API",
            "write it like v67.0; v46.0 or later",
        );
    }
    if config.external_id_field.as_deref().is_some_and(|field| !is_field(field)) {
        found.add(
            "/external_id_field",
            "this is no field name",
            "write its API name, like Teams_Message_Id__c",
        );
    }
    if !(1..=LONGEST_LOOK_BACK).contains(&config.reply_look_back_days) {
        let remedy = "give 1 to 240 days: Graph lists the changes of the last eight months";
        found.add("/reply_look_back_days", "this is no number of days that can be looked back", remedy);
    }
    for (index, rule) in config.deal_desk.iter().enumerate() {
        let at = format!("/deal_desk/{index}");
        found.rule(&at, &rule.name, rule.place(), &rule.opportunity_id);
        found.phrases(&format!("{at}/keywords"), &rule.keywords);
    }
    for (index, rule) in config.competitors.iter().enumerate() {
        let at = format!("/competitors/{index}");
        found.rule(&at, &rule.name, rule.place(), &rule.opportunity_id);
        found.phrases(&format!("{at}/names"), &rule.names);
        if rule.names.is_empty() {
            found.add(&format!("{at}/names"), "the competitor has no name to look for", "give at least one");
        }
        if matches!(&rule.then, Then::Field(field) if !is_field(field)) {
            let remedy = "write the API name of a field of Opportunity, like MainCompetitors__c";
            found.add(&format!("{at}/then/field"), "this is no field name", remedy);
        }
    }
    for (sender, owner) in &config.owners {
        if !is_owner(owner) {
            found.owner(&format!("/owners/{}", sender.replace('~', "~0").replace('/', "~1")));
        }
    }
    if config.default_owner.as_deref().is_some_and(|owner| !is_owner(owner)) {
        found.owner("/default_owner");
    }
    found.problems
}

struct Found<'a> {
    problems: Vec<Problem>,
    names: BTreeSet<&'a str>,
}

impl<'a> Found<'a> {
    fn add(&mut self, field: &str, message: &str, remedy: &str) {
        self.problems.push(Problem::new("salesforce.invalid-config", message).remedy(remedy).at(field));
    }

    /// What both kinds of rules have in common.
    fn rule(&mut self, at: &str, name: &'a str, place: Option<Place<'_>>, opportunity: &str) {
        let plain = !name.trim().is_empty() && !name.chars().any(|c| c.is_control() || c == ']');
        if !plain || name.chars().count() > NAME_LIMIT {
            let remedy = "give it one of at most 80 characters, without line breaks and ]";
            self.add(&format!("{at}/name"), "the rule has no usable name", remedy);
        } else if !self.names.insert(name) {
            self.add(&format!("{at}/name"), "another rule has this name", "give each rule its own");
        }
        let ids: &[&str] = match &place {
            Some(Place::Channel { team, channel }) => &[*team, *channel],
            Some(Place::Chat { chat }) => &[*chat],
            None => &[],
        };
        if ids.is_empty() {
            self.add(
                at,
                "the rule does not name one place",
                "give either team_id and channel_id, or chat_id",
            );
        } else if !ids.iter().all(|id| is_id(id)) {
            self.add(
                at,
                "an id of the place is malformed",
                "copy team, channel and chat ids as Graph writes them",
            );
        }
        if !is_record(opportunity, &["006"]) {
            let remedy = "ids of Opportunities start with 006 and have 15 or 18 characters";
            self.add(&format!("{at}/opportunity_id"), "this is no id of an Opportunity", remedy);
        }
    }

    fn phrases(&mut self, at: &str, phrases: &[String]) {
        for (index, phrase) in phrases.iter().enumerate() {
            if phrase.trim().is_empty() {
                self.add(&format!("{at}/{index}"), "this is empty and would never be found", "remove it");
            }
        }
    }

    fn owner(&mut self, at: &str) {
        let remedy = "ids of users start with 005, those of queues with 00G; they have 15 or 18 characters";
        self.add(at, "this is no id of a Salesforce user or queue", remedy);
    }
}

/// Users, and queues that own Tasks.
fn is_owner(id: &str) -> bool {
    is_record(id, &["005", "00G"])
}

fn is_record(id: &str, prefixes: &[&str]) -> bool {
    matches!(id.len(), 15 | 18)
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && prefixes.iter().any(|prefix| id.starts_with(prefix))
}

/// Upserts answer with the record's id since v46.0.
fn is_api_version(version: &str) -> bool {
    let number = version.strip_prefix('v').and_then(|version| version.strip_suffix(".0"));
    number.is_some_and(|number| number.len() <= 3 && number.parse::<u16>().is_ok_and(|number| number >= 46))
}

fn is_field(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.len() <= 80
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(json: &str) -> Vec<String> {
        let config: Config = serde_json::from_str(json).unwrap();
        all(&config).into_iter().filter_map(|problem| problem.field).collect()
    }

    #[test]
    fn each_problem_points_at_its_field() {
        let cases = [
            (r#"{"api_version":"59"}"#, vec!["/api_version"]),
            (r#"{"api_version":"v31.0"}"#, vec!["/api_version"]),
            (r#"{"external_id_field":"Task Id"}"#, vec!["/external_id_field"]),
            (r#"{"reply_look_back_days":0}"#, vec!["/reply_look_back_days"]),
            (r#"{"reply_look_back_days":241}"#, vec!["/reply_look_back_days"]),
            (
                r#"{"default_owner":"006000000000001","owners":{"a/b":"me"}}"#,
                vec!["/owners/a~1b", "/default_owner"],
            ),
            (
                r#"{"deal_desk":[{"name":"","opportunity_id":"x","keywords":["ok"," "]}]}"#,
                vec![
                    "/deal_desk/0/name",
                    "/deal_desk/0",
                    "/deal_desk/0/opportunity_id",
                    "/deal_desk/0/keywords/1",
                ],
            ),
            (
                r#"{"deal_desk":[{"name":"a","chat_id":"c","opportunity_id":"006000000000001"}],
                    "competitors":[{"name":"a","names":[],"team_id":"t/..","channel_id":"c","chat_id":null,
                                    "opportunity_id":"006000000000001","then":{"field":"1"}}]}"#,
                vec![
                    "/competitors/0/name",
                    "/competitors/0",
                    "/competitors/0/names",
                    "/competitors/0/then/field",
                ],
            ),
            (
                r#"{"deal_desk":[{"name":"a","chat_id":"c","team_id":"t","channel_id":"c","opportunity_id":"006000000000001"}]}"#,
                vec!["/deal_desk/0"],
            ),
        ];
        for (json, expected) in cases {
            assert_eq!(fields(json), expected, "{json}");
        }
    }

    #[test]
    fn a_sound_configuration_has_none() {
        let sound = r#"{"api_version":"v59.0","external_id_field":"Teams_Message_Id__c","default_owner":"005000000000001AAA",
            "owners":{"6a1c":"00G000000000001"},
            "deal_desk":[{"name":"acme","chat_id":"19:x@thread.v2","opportunity_id":"006000000000001AAA","keywords":["blocker"]}]}"#;
        assert_eq!(fields(sound), Vec::<String>::new());
        assert_eq!(fields("{}"), Vec::<String>::new());
    }
}

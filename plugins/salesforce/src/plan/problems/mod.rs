//! What can be wrong with a configuration although its shape is right.

mod handoff;
mod meetings;
mod rules;

use std::collections::BTreeSet;

use tieline_sdk::Problem;

use crate::config::Config;
use crate::salesforce::id;
use crate::teams::place::Place;
use crate::teams::source::is_id;

const LONGEST_LOOK_BACK: u32 = 240;

/// Users, and queues that own Tasks.
const OWNERS: &[&str] = &["005", "00G"];
const OPPORTUNITY: &[&str] = &["006"];

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
    if let Some(field) = &config.external_id_field {
        found.field("/external_id_field", field, "write its API name, like Teams_Message_Id__c");
    }
    if !(1..=LONGEST_LOOK_BACK).contains(&config.reply_look_back_days) {
        let remedy = "give 1 to 240 days: Graph lists the changes of the last eight months";
        found.add("/reply_look_back_days", "this is no number of days that can be looked back", remedy);
    }
    if !(1..=100).contains(&config.limits.pause_at_percent) {
        found.add("/limits/pause_at_percent", "this is no share", "give 1 to 100 per cent");
    }
    if config.limits.look_again_seconds == 0 {
        found.add("/limits/look_again_seconds", "this is no time to wait", "give at least a second");
    }
    rules::all(config, &mut found);
    for (sender, owner) in &config.owners {
        found.id(&format!("/owners/{}", pointer(sender)), owner, OWNERS);
    }
    if let Some(owner) = &config.default_owner {
        found.id("/default_owner", owner, OWNERS);
    }
    if let Some(handoffs) = &config.handoff {
        handoff::all(handoffs, &mut found);
    }
    if let Some(settings) = &config.meetings {
        meetings::all(settings, &mut found);
    }
    found.problems
}

struct Found<'a> {
    problems: Vec<Problem>,
    names: BTreeSet<&'a str>,
}

/// Leaves room for the message in an external id, which holds 255 characters.
const NAME_LIMIT: usize = 80;

impl<'a> Found<'a> {
    fn add(&mut self, field: &str, message: &str, remedy: &str) {
        self.problems.push(Problem::new("salesforce.invalid-config", message).remedy(remedy).at(field));
    }

    /// A rule's name, which no other rule has.
    fn name(&mut self, at: &str, name: &'a str) {
        let plain = !name.trim().is_empty() && !name.chars().any(|c| c.is_control() || c == ']');
        if !plain || name.chars().count() > NAME_LIMIT {
            let remedy = "give it one of at most 80 characters, without line breaks and ]";
            self.add(&format!("{at}/name"), "the rule has no usable name", remedy);
        } else if !self.names.insert(name) {
            self.add(&format!("{at}/name"), "another rule has this name", "give each rule its own");
        }
    }

    /// A channel or chat.
    fn place(&mut self, at: &str, place: Option<Place<'_>>) {
        let ids: &[&str] = match &place {
            Some(Place::Channel { team, channel }) => &[*team, *channel],
            Some(Place::Chat { chat }) => &[*chat],
            None => &[],
        };
        if ids.is_empty() {
            let remedy = "give either team_id and channel_id, or chat_id";
            self.add(at, "this does not name one place", remedy);
        } else if !ids.iter().all(|id| is_id(id)) {
            let remedy = "copy team, channel and chat ids as Graph writes them";
            self.add(at, "an id of the place is malformed", remedy);
        }
    }

    /// The id of a record of certain types.
    fn id(&mut self, at: &str, id: &str, prefixes: &[&str]) {
        if let Err(wrong) = id::check(id, prefixes) {
            self.add(at, wrong.message(), wrong.remedy());
        }
    }

    /// The API name of a field.
    fn field(&mut self, at: &str, name: &str, remedy: &str) {
        if !is_field(name) {
            self.add(at, "this is no field name", remedy);
        }
    }

    /// Words to look for.
    fn phrases(&mut self, at: &str, phrases: &[String]) {
        for (index, phrase) in phrases.iter().enumerate() {
            if phrase.trim().is_empty() {
                self.add(&format!("{at}/{index}"), "this is empty and would never be found", "remove it");
            }
        }
    }
}

/// A name as a part of a JSON pointer.
fn pointer(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
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

    #[test]
    fn hand_overs_meetings_and_stages_are_looked_at_too() {
        let json = r#"{
            "limits":{"pause_at_percent":101,"look_again_seconds":0},
            "stages":[{"name":"s","chat_id":"19:x@thread.v2","opportunity_id":"006000000000001","stages":{"Won/Lost":[""]}},
                      {"name":"t","chat_id":"19:x@thread.v2","opportunity_id":"006000000000001","stages":{}}],
            "handoff":{"poll_seconds":0,"organization_id":"005000000000001","pages":"ftp://x","revenue_field":"A R R","rules":[
                {"name":"s","when":{"stage":" "}},
                {"name":"u","when":"lead_converted","owners":{"006000000000001":{"chat_id":"19:x@thread.v2","team_id":"t"}}}]},
            "meetings":{"organizers":["a/b"],"promises":[" "],"assignments":[],"requests":[],
                "records":[{"subject":[],"record_id":"005000000000001"}],"speakers":{"Ada":"x"}}}"#;
        let wanted = [
            "/limits/pause_at_percent",
            "/limits/look_again_seconds",
            "/stages/0/stages/Won~1Lost/0",
            "/stages/1/stages",
            "/handoff/poll_seconds",
            "/handoff/organization_id",
            "/handoff/pages",
            "/handoff/revenue_field",
            "/handoff/rules/0/name",
            "/handoff/rules/0/when/stage",
            "/handoff/rules/0",
            "/handoff/rules/1/owners/006000000000001",
            "/handoff/rules/1/owners/006000000000001",
            "/meetings/organizers/0",
            "/meetings/promises/0",
            "/meetings/records/0/subject",
            "/meetings/records/0/record_id",
            "/meetings/speakers/Ada",
        ];
        assert_eq!(fields(json), wanted);
        let nobody = r#"{"handoff":{"rules":[]},"meetings":{"assignments":[],"promises":[],"requests":[]}}"#;
        assert_eq!(fields(nobody), ["/handoff", "/handoff/rules", "/meetings"]);
    }

    #[test]
    fn an_id_whose_checksum_does_not_fit_is_named() {
        let config: Config = serde_json::from_str(
            r#"{"deal_desk":[{"name":"a","chat_id":"c","opportunity_id":"006000000000001AAB"}]}"#,
        )
        .unwrap();
        let problems = all(&config);
        assert!(problems[0].message.contains("last three characters"), "{problems:?}");
    }
}

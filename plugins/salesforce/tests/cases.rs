//! The tables of `cases/messages/`: a configuration, a message as Graph tells it, and what it becomes.

// The crate is a test; clippy knows tests by their attribute, not by their folder.
#![allow(clippy::unwrap_used)]

mod table;

use serde::Deserialize;
use serde_json::Value;
use tieline_salesforce::stage::agreed;
use tieline_salesforce::tasks::{owner, task::task_for};
use tieline_salesforce::teams::{message::ChatMessage, source::Source};
use tieline_salesforce::{Config, competitors, deal_desk};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the case shows.
    about: String,
    config: Config,
    resource: String,
    message: Value,
    tasks: Vec<Value>,
    updates: Vec<Value>,
    #[serde(default)]
    stages: Vec<Value>,
}

#[test]
fn every_case_becomes_what_it_says() {
    for (file, case) in table::cases::<Case>("messages") {
        let (tasks, updates, stages) = outcome(&case);
        assert_eq!(tasks, case.tasks, "{file}: {}", case.about);
        assert_eq!(updates, case.updates, "{file}: {}", case.about);
        assert_eq!(stages, case.stages, "{file}: {}", case.about);
    }
}

fn outcome(case: &Case) -> (Vec<Value>, Vec<Value>, Vec<Value>) {
    let source = Source::parse(&case.resource).unwrap();
    let message: ChatMessage = serde_json::from_value(case.message.clone()).unwrap();
    let Some(message) = message.by_a_person() else { return (vec![], vec![], vec![]) };
    let mut rules = deal_desk::wanted(&case.config, source.place, &message.text);
    let (mentions, updates) = competitors::wanted(&case.config, source.place, &message.text);
    rules.extend(mentions);
    let owner = owner::in_table(&case.config, &message.sender).map(str::to_owned);
    let tasks = rules.iter().map(|rule| task_for(&message, &source, rule, owner.clone()));
    (
        tasks.map(|task| serde_json::to_value(task).unwrap()).collect(),
        updates.iter().map(|u| serde_json::to_value(u).unwrap()).collect(),
        agreed::wanted(&case.config, source.place, &message.text)
            .iter()
            .map(|agreed| serde_json::to_value(agreed).unwrap())
            .collect(),
    )
}

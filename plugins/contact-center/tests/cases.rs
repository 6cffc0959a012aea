//! The tables of `cases/`: what people write in Teams and what a customer reads of it; conferences, step by step.

// The crate is a test; clippy knows tests by their attribute, not by their folder.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tieline_contact_center::Config;
use tieline_contact_center::conference::{Effect, Input, Person, Stage, Told, step};
use tieline_contact_center::teams::message::Message;
use tieline_contact_center::teams::plain::plain;

fn cases<T: DeserializeOwned>(folder: &str) -> Vec<(String, T)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases").join(folder);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let read = |path: &Path| match serde_json::from_slice(&fs::read(path).unwrap()) {
        Ok(case) => case,
        Err(error) => panic!("{}: {error}", path.display()),
    };
    files.iter().map(|path| (path.display().to_string(), read(path))).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// What the case shows.
    about: String,
    person: String,
    message: Value,
    /// None: it is not something that the person said.
    text: Option<String>,
    #[serde(default)]
    files: usize,
}

#[test]
fn every_message_is_read_as_it_was_meant() {
    for (file, case) in cases::<Written>("messages") {
        let shown = format!("{file}: {}", case.about);
        let message: Message = serde_json::from_value(case.message).unwrap();
        let said = message.said(&case.person);
        assert_eq!(said.as_ref().map(|said| said.text.clone()), case.text, "{shown}");
        assert_eq!(said.map_or(0, |said| said.files), case.files, "{shown}");
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    /// What the case shows.
    about: String,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    config: Value,
    steps: Vec<Happening>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Happening {
    /// Seconds since the beginning.
    #[serde(default)]
    at: u64,
    happens: Input,
    /// What is done, in words: see `said`.
    then: Vec<String>,
    /// `invited`, `joined` or `over`.
    is: String,
}

fn yes() -> bool {
    true
}

#[test]
fn every_conference_goes_as_it_is_told() {
    for (file, case) in cases::<Story>("conferences") {
        let config: Config = match case.config {
            Value::Null => Config::default(),
            given => serde_json::from_value(given).unwrap(),
        };
        let person = Person { name: "Omar Haddad".into(), enabled: case.enabled };
        let mut open = None;
        for (number, happening) in case.steps.iter().enumerate() {
            let shown = format!("{file}, step {}: {}", number + 1, case.about);
            let (after, effects) = step(open, &person, &happening.happens, &config, happening.at * 1_000);
            assert_eq!(effects.iter().map(said).collect::<Vec<_>>(), happening.then, "{shown}");
            let is = after.as_ref().map_or("over", |open| match open.stage {
                Stage::Invited { .. } => "invited",
                Stage::Joined => "joined",
            });
            assert_eq!(is, happening.is, "{shown}");
            open = after;
        }
    }
}

/// An effect in words.
fn said(effect: &Effect) -> String {
    match effect {
        Effect::Post { html, .. } => format!("post: {}", plain(html, true).text.replace('\n', " | ")),
        Effect::Wake { at } => format!("wake: {} s", at / 1_000),
        Effect::Sleep => "sleep".to_owned(),
        Effect::Forget { seat } => format!("forget: {}", seat.party),
        Effect::Tell { seat, told } => match told {
            Told::Joined { name, text } => format!("tell {}: {name} is there: {text}", seat.party),
            Told::Left { reason, text } => {
                let reason = serde_json::to_value(reason).unwrap();
                let text = text.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
                format!("tell {}: left, {}{text}", seat.party, reason.as_str().unwrap())
            }
            Told::Message { id, text } => format!("tell {}: {id}: {text}", seat.party),
        },
    }
}

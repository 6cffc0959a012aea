//! The tables of `cases/`: what a case gives its channel and its notes for names, what people read on pages of OneNote, and
//! what Vault's answers mean.

// The crate is a test; clippy knows tests by their attribute, not by their folder.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tieline_sdk::{Failure, Response, time};
use tieline_vault::channel::name::Wanted;
use tieline_vault::notes::{html, scheme::Names};
use tieline_vault::settings::problems;
use tieline_vault::{Config, vault};

fn cases<T: DeserializeOwned>(folder: &str) -> Vec<(String, T)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases").join(folder);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let read = |path: &Path| serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    files.iter().map(|path| (path.display().to_string(), read(path))).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    /// What the case shows.
    about: String,
    config: Config,
    case: Case,
    day: String,
    channel: String,
    notebook: String,
    section: String,
    second_section: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    number: String,
    title: String,
}

#[test]
fn every_case_gives_the_names_that_it_says() {
    for (file, named) in cases::<Named>("names") {
        let shown = format!("{file}: {}", named.about);
        assert!(problems(&named.config).is_empty(), "{shown}: {:?}", problems(&named.config));
        let Case { id, number, title } = &named.case;
        let channel = Wanted::of(&named.config, id, number, title).unwrap();
        assert_eq!(channel.name, named.channel, "{shown}");
        let notes = Names::of(&named.config, number, title, time::day(&named.day).unwrap()).unwrap();
        let sections = (notes.notebook.clone(), notes.nth_section(1), notes.nth_section(2));
        assert_eq!(sections, (named.notebook, named.section, named.second_section), "{shown}");
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    /// What the case shows.
    about: String,
    html: String,
    text: String,
}

#[test]
fn every_page_is_read_as_it_says() {
    for (file, note) in cases::<Note>("notes") {
        assert_eq!(html::text(&note.html), note.text, "{file}: {}", note.about);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answered {
    /// What the case shows.
    about: String,
    status: u16,
    /// JSON, or text that is none.
    body: Value,
    code: String,
    /// Whether it is tried again.
    again: bool,
}

#[test]
fn every_answer_of_vault_means_what_it_says() {
    for (file, case) in cases::<Answered>("answers") {
        let shown = format!("{file}: {}", case.about);
        let body = case.body.as_str().map_or_else(|| case.body.to_string(), str::to_owned);
        let response = Response { status: case.status, headers: vec![], body: body.into_bytes() };
        let failure = vault::problems::failure(&response);
        assert_eq!(failure.problem().code, case.code, "{shown}");
        assert_eq!(matches!(failure, Failure::Retry(_)), case.again, "{shown}");
    }
}

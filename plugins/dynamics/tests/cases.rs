//! The tables of `cases/`: what Dataverse posts and what people read of it, views and the context cards they make.

// The crate is a test; clippy knows tests by their attribute, not by their folder.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tieline_dynamics::dataverse::metadata::Table;
use tieline_dynamics::dataverse::record::Record;
use tieline_dynamics::dataverse::views::columns;
use tieline_dynamics::settings::review::card_fields;
use tieline_dynamics::updates::context::{Context, Happened};

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
struct Webhook {
    /// What the case shows.
    about: String,
    body: Value,
    table: String,
    record: String,
    depth: u32,
    by: String,
    at: u64,
    /// What people read of each field, null where the label must be looked up; none at all where the body was cut.
    texts: Option<BTreeMap<String, Option<String>>>,
}

#[test]
fn every_call_of_dataverse_is_read_as_it_says() {
    for (file, case) in cases::<Webhook>("webhooks") {
        let shown = format!("{file}: {}", case.about);
        let context = Context::read(case.body.to_string().as_bytes()).unwrap();
        let Happened::Updated(update) = context.happened(1) else { panic!("{shown}") };
        assert_eq!((&update.table, &update.record), (&case.table, &case.record), "{shown}");
        assert_eq!((context.depth(), update.at), (case.depth, case.at), "{shown}");
        assert_eq!(update.by, Some(case.by), "{shown}");
        let texts =
            update.changes.map(|changes| changes.into_iter().map(|c| (c.attribute, c.text)).collect());
        assert_eq!(texts, case.texts, "{shown}");
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Card {
    /// What the case shows.
    about: String,
    table: Table,
    layout: String,
    row: Map<String, Value>,
    facts: Vec<(String, String)>,
    skipped: Vec<String>,
}

#[test]
fn every_view_makes_the_card_that_it_says() {
    for (file, case) in cases::<Card>("cards") {
        let shown = format!("{file}: {}", case.about);
        let fields = card_fields(&case.table, &columns(&case.layout));
        let record = Record::new(case.row);
        let fact =
            |field: &String| Some((case.table.label_of(field).to_owned(), record.text(&case.table, field)?));
        let facts: Vec<_> = fields.shown.iter().filter_map(fact).collect();
        assert_eq!(facts, case.facts, "{shown}");
        let skipped: Vec<_> = fields.skipped.into_iter().map(|(field, _)| field).collect();
        assert_eq!(skipped, case.skipped, "{shown}");
    }
}

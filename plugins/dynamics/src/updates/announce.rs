//! Tells the chats of a record what changed: one message an update, in the order of the updates.

use serde_json::Value;
use tieline_sdk::{Failure, alert, log};

use super::change::{Change, Update, print, readable, unlabelled};
use super::message::{News, message};
use super::told;
use crate::connect::link::{self, Link};
use crate::dataverse::Dataverse;
use crate::dataverse::metadata::Table;
use crate::dataverse::record::Record;
use crate::settings::{Config, Settings, review};
use crate::teams::message as teams;

/// Handles an update.
pub(crate) fn announce(config: &Config, update: &Update) -> Result<(), Failure> {
    let links = link::of_record(&update.table, &update.record)?;
    let Some(settings) = config.settings(&update.table).filter(|_| config.enabled && !links.is_empty())
    else {
        return Ok(());
    };
    let dataverse = Dataverse { version: &config.api_version };
    let Some(table) = dataverse.table(settings.table)? else { return Ok(()) };
    let watched = tellable(&settings, &table)?;
    let mut known = told::of(&update.table, &update.record)?;
    let fresh =
        |change: &Change| watched.contains(&change.attribute.as_str()) && !known.knows(change, update.at);
    if update.changes.as_ref().is_some_and(|changes| !changes.iter().any(fresh)) {
        return Ok(());
    }
    let Some(record) = dataverse.record(&table, &update.record, &watched)? else {
        log::info("the record is gone", [("record", update.record.as_str())]);
        return Ok(());
    };
    let changes = update.changes.clone().unwrap_or_else(|| as_it_is(&table, &record, &watched));
    let news: Vec<_> = changes.into_iter().filter(fresh).collect();
    if news.is_empty() {
        return Ok(());
    }
    let who = update.by.as_deref().map(|by| dataverse.name_of(by)).transpose()?.flatten();
    let said = message(&News {
        kind: &table.label,
        title: &record.title(&table),
        who: who.as_deref(),
        fields: news
            .iter()
            .map(|change| (table.label_of(&change.attribute), worded(change, &table, &record)))
            .collect(),
        link: &config.link(&table.name, &update.record),
    });
    post(&links, &said)?;
    for change in &news {
        known.learn(&change.attribute, &change.print, update.at);
    }
    told::keep(&update.table, &update.record, &known)
}

/// Those of the watched attributes that can be told; the others are an alert until the settings are mended.
fn tellable<'a>(settings: &Settings<'a>, table: &Table) -> Result<Vec<&'a str>, Failure> {
    let (good, bad) = review::told(table, &settings.watched);
    let key = format!("settings/{}", settings.table);
    match bad.first() {
        Some(problem) => alert::warn(&key, problem)?,
        None => alert::clear(&key)?,
    }
    Ok(good)
}

fn as_it_is(table: &Table, record: &Record, watched: &[&str]) -> Vec<Change> {
    let change =
        |name: &&str| Change::new(name, &record.value(table, name), record.text(table, name).as_deref());
    watched.iter().map(change).collect()
}

/// The label that came with the change, or that the record has while its value is still this one.
fn worded(change: &Change, table: &Table, record: &Record) -> String {
    if let Some(text) = &change.text {
        return text.clone();
    }
    let value = record.value(table, &change.attribute);
    match record.text(table, &change.attribute).filter(|_| print(&value) == change.print) {
        Some(label) => readable(&label),
        None if value == Value::Null => "another value".to_owned(),
        None => format!(
            "another value (now {})",
            record.text(table, &change.attribute).unwrap_or_else(|| unlabelled(&value))
        ),
    }
}

/// Posts to each connected chat. One that cannot be posted to keeps no other from being told.
fn post(links: &[Link], said: &Value) -> Result<(), Failure> {
    let mut passing = None;
    for link in links {
        let key = format!("post/{}", link.place.id());
        match teams::post(&link.place, said, format!("update:{}", link.place.id())) {
            Ok(()) => alert::clear(&key)?,
            Err(Failure::Permanent(problem)) => alert::warn(&key, &problem)?,
            Err(failure) => passing = passing.or(Some(failure)),
        }
    }
    passing.map_or(Ok(()), Err)
}

//! Change tracking: asks each watched table what changed since last time.
//!
//! A token is good for seven days. An older one makes the upstream answer with everything, or refuse; either way what
//! people know already is told apart by its fingerprint, so that they hear of what they missed and of nothing else.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tieline_sdk::events::{self, NewEvent};
use tieline_sdk::{Failure, Problem, alert, clock, log, storage};

use super::tracked::Page;
use super::{GONE, UPDATE, emit, told};
use crate::connect::link;
use crate::dataverse::metadata::Table;
use crate::dataverse::{Dataverse, problems};
use crate::settings::Config;

/// Key of the recurring timer in the plan.
pub(crate) const KEY: &str = "changes";
/// Goes on with a table.
pub(crate) const MORE: &str = "more-changes";
/// Rows of a page: each may become an event, and a run emits a hundred at most.
const PAGE: usize = 40;
/// Pages read in a run.
const PAGES: usize = 20;
const PREFER: &str = "odata.track-changes,odata.maxpagesize=40,odata.include-annotations=\"OData.Community.Display.V1.FormattedValue,Microsoft.Dynamics.CRM.lookuplogicalname\"";

/// Where a table's changes go on: kept between rounds, and handed on within one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    table: String,
    /// The fields that the link was made for.
    watched: Vec<String>,
    link: String,
}

/// Asks every table that is watched and has connected records.
pub(crate) fn all(config: &Config) -> Result<(), Failure> {
    for settings in config.tables() {
        if config.enabled && !settings.watched.is_empty() && !link::of_table(settings.table)?.is_empty() {
            round(config, settings.table, None)?;
        }
    }
    Ok(())
}

/// Goes on where an earlier run stopped.
pub(crate) fn go_on(config: &Config, body: &str) -> Result<(), Failure> {
    let cursor: Cursor = serde_json::from_str(body)
        .map_err(|error| Failure::permanent(Problem::new("dynamics.unreadable-event", error.to_string())))?;
    let table = cursor.table.clone();
    round(config, &table, Some(cursor))
}

fn round(config: &Config, name: &str, cursor: Option<Cursor>) -> Result<(), Failure> {
    let Some(settings) = config.settings(name) else { return Ok(()) };
    let dataverse = Dataverse { version: &config.api_version };
    let Some(table) = dataverse.table(name)? else { return Ok(()) };
    if !tracked(&table)? {
        return Ok(());
    }
    let watched = told::tellable(&table, &settings.watched);
    if watched.is_empty() {
        return Ok(());
    }
    let key = format!("changes/{name}");
    let same = |cursor: &Cursor| cursor.watched.iter().map(String::as_str).eq(watched.iter().copied());
    let kept = match cursor {
        Some(cursor) => Some(cursor),
        None => storage::get_json::<Cursor>(&key)?,
    };
    let mut at = kept.filter(same).map_or_else(|| from_the_beginning(&table, &watched), |cursor| cursor.link);
    let links = link::of_table(name)?;
    let connected: BTreeSet<String> = links.into_iter().map(|link| link.record).collect();
    let own = dataverse.own_user()?;
    let mut emitted = 0;
    for _ in 0..PAGES {
        let page = page(&dataverse, &mut at, &table, &watched)?;
        let (next, delta) = (page.next.clone(), page.delta.clone());
        emitted += tell(page, &table, &watched, &connected, &own)?;
        let here = |link: String| Cursor {
            table: name.to_owned(),
            watched: watched.iter().map(|attribute| (*attribute).to_owned()).collect(),
            link,
        };
        match (next, delta) {
            (Some(next), _) if emitted + PAGE > 90 => return hand_on(&here(next)),
            (Some(next), _) => at = next,
            (None, Some(link)) => return storage::put_json(&key, &here(link), None),
            (None, None) => {
                let problem = Problem::new("dynamics.no-delta-link", "the last page of changes has no link");
                return Err(Failure::retry(problem));
            }
        }
    }
    let watched = watched.iter().map(|attribute| (*attribute).to_owned()).collect();
    hand_on(&Cursor { table: name.to_owned(), watched, link: at })
}

/// A page; if the token in the link has expired, the first one of everything.
fn page(
    dataverse: &Dataverse<'_>,
    at: &mut String,
    table: &Table,
    watched: &[&str],
) -> Result<Page, Failure> {
    let response = dataverse.read(at, PREFER)?;
    let old = at.contains("://");
    match response.status {
        200..=299 => response.json(),
        400 | 404 | 410 | 412 if old => {
            log::warn(
                "the change token is not good any more: everything is read",
                [("table", table.name.as_str())],
            );
            *at = from_the_beginning(table, watched);
            let response = dataverse.read(at, PREFER)?;
            if response.is_success() { response.json() } else { Err(problems::failure(&response)) }
        }
        _ => Err(problems::failure(&response)),
    }
}

/// Makes events of what is news; how many.
fn tell(
    page: Page,
    table: &Table,
    watched: &[&str],
    connected: &BTreeSet<String>,
    own: &str,
) -> Result<usize, Failure> {
    let mut emitted = 0;
    let seen = page.seen(table, watched, connected, own, clock::now());
    for (update, etag) in seen.updated {
        let mut known = told::of(&update.table, &update.record)?;
        let unknown: Vec<_> = update.changes.iter().flatten().filter(|c| !known.has(&c.attribute)).collect();
        // A field that is watched since a moment ago: what it holds is where news begin.
        if !unknown.is_empty() {
            unknown.into_iter().for_each(|change| known.learn(&change.attribute, &change.print, update.at));
            told::keep(&update.table, &update.record, &known)?;
        }
        let news = |change: &super::change::Change| !known.knows(change, update.at);
        if update.changes.iter().flatten().any(news) {
            let dedupe = etag.map(|etag| format!("version/{}/{etag}", update.record));
            emit(UPDATE, (&update.table, &update.record), &update, dedupe)?;
            emitted += 1;
        }
    }
    for record in seen.deleted {
        emit(GONE, (&table.name, &record), &(&table.name, &record), Some(format!("deleted/{record}")))?;
        emitted += 1;
    }
    Ok(emitted)
}

fn from_the_beginning(table: &Table, watched: &[&str]) -> String {
    let mut select: Vec<_> = watched.iter().map(|attribute| table.read_as(attribute)).collect();
    select.extend(["modifiedon".to_owned(), "_modifiedby_value".to_owned()]);
    select.sort_unstable();
    select.dedup();
    format!("{}?$select={}", table.set, select.join(","))
}

fn tracked(table: &Table) -> Result<bool, Failure> {
    let key = format!("tracking/{}", table.name);
    if table.tracks_changes {
        alert::clear(&key)?;
        return Ok(true);
    }
    let message = format!("change tracking is off for {}, so its updates cannot be asked for", table.name);
    let remedy = "turn Track changes on in the table's properties, or set updates.poll_seconds to null";
    alert::warn(&key, &Problem::new("dynamics.tracking-off", message).remedy(remedy))?;
    Ok(false)
}

fn hand_on(cursor: &Cursor) -> Result<(), Failure> {
    let body = serde_json::to_string(cursor)
        .map_err(|error| Failure::permanent(Problem::new("dynamics.internal", error.to_string())))?;
    let ordering_key = Some(format!("changes/{}", cursor.table));
    Ok(events::emit(&NewEvent { type_: MORE.to_owned(), body, ordering_key, dedupe_key: None })?)
}

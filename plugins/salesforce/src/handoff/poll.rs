//! Asks Salesforce what has changed.

use tieline_sdk::{Failure, storage};

use super::cursor::{Cursor, Step};
use super::record::{LEAD_FIELDS, Row, opportunity_fields};
use super::spread::{Candidate, spread};
use crate::config::{Handoffs, Use, When};
use crate::pause;
use crate::run::Run;
use tieline_sdk::time::{self, iso};

/// The timer of the plan.
pub(crate) const TIMER: &str = "handoff";

/// Salesforce lists so many records in an answer.
const MOST: usize = 2_000;
/// Answers read in one run. What is left is read when the timer fires again.
const PAGES: usize = 10;

/// Reads what changed since the last time, and hands on what may be a hand-over.
pub(crate) fn poll(run: &Run<'_>, handoffs: &Handoffs) -> Result<(), Failure> {
    if !run.config.limits.is_critical(Use::Handoff) && pause::stands()? {
        return Ok(());
    }
    let mut found = vec![];
    if handoffs.rules.iter().any(|rule| rule.stage().is_some()) {
        let fields = opportunity_fields(handoffs);
        found.extend(changed(
            run,
            &Object { name: "Opportunity", fields: &fields, only: "" },
            |row, cursor| reached(handoffs, row, cursor),
        )?);
    }
    if handoffs.rules.iter().any(|rule| rule.when == When::LeadConverted) {
        let leads = Object { name: "Lead", fields: LEAD_FIELDS, only: "IsConverted = true AND " };
        found.extend(changed(run, &leads, converted)?);
    }
    spread(found)
}

/// What is asked for.
struct Object<'a> {
    name: &'static str,
    fields: &'a str,
    /// A condition, with `AND` behind it.
    only: &'a str,
}

/// The records that changed since the cursor and are wanted, and moves the cursor.
fn changed(
    run: &Run<'_>,
    object: &Object<'_>,
    wanted: impl Fn(&Row, &Cursor) -> Option<Candidate>,
) -> Result<Vec<Candidate>, Failure> {
    let key = format!("cursor/{}", object.name);
    let Some(mut cursor) = storage::get_json::<Cursor>(&key)? else {
        storage::put_json(&key, &Cursor::begin(latest(run, object)?), None)?;
        return Ok(vec![]);
    };
    let before = cursor;
    let mut found = vec![];
    for _ in 0..PAGES {
        let since =
            format!("SystemModstamp >= {} ORDER BY SystemModstamp, Id LIMIT {MOST}", iso(cursor.from));
        let page = rows(run, object, &since)?;
        let stamps: Vec<_> = page.iter().filter_map(Row::stamp).collect();
        found.extend(page.iter().filter_map(|row| wanted(row, &before)));
        match cursor.after(&stamps, MOST) {
            Step::Done(next) => {
                cursor = next;
                break;
            }
            Step::More(next) => cursor = next,
            Step::Moment(moment, next) => {
                let whole = rows(run, object, &format!("SystemModstamp = {} ORDER BY Id", iso(moment)))?;
                found.extend(whole.iter().filter_map(|row| wanted(row, &before)));
                cursor = next;
            }
        }
    }
    if cursor != before {
        storage::put_json(&key, &cursor, None)?;
    }
    Ok(found)
}

fn rows(run: &Run<'_>, object: &Object<'_>, condition: &str) -> Result<Vec<Row>, Failure> {
    let Object { name, fields, only } = object;
    run.salesforce.query(&format!("SELECT {fields} FROM {name} WHERE {only}{condition}"))
}

/// The latest change that there is, by Salesforce's clock.
fn latest(run: &Run<'_>, object: &Object<'_>) -> Result<Option<u64>, Failure> {
    let soql = format!("SELECT SystemModstamp FROM {} ORDER BY SystemModstamp DESC LIMIT 1", object.name);
    Ok(run.salesforce.query::<Row>(&soql)?.first().and_then(Row::stamp))
}

/// An Opportunity that reached a rule's stage after all this began.
fn reached(handoffs: &Handoffs, row: &Row, cursor: &Cursor) -> Option<Candidate> {
    let stage = row.text("StageName")?;
    let wanted =
        handoffs.rules.iter().filter_map(|rule| rule.stage()).any(|rule| rule.eq_ignore_ascii_case(stage));
    let when = row.reached();
    let news = when.and_then(time::of_salesforce).is_none_or(|when| when > cursor.begun);
    (wanted && news).then(|| Candidate::new("Opportunity", row.id(), when))
}

/// A Lead that was converted on the day when all this began, or later: Salesforce does not tell the hour.
fn converted(row: &Row, cursor: &Cursor) -> Option<Candidate> {
    let when = row.text("ConvertedDate");
    let day = time::day(&iso(cursor.begun));
    let news = when.and_then(time::day).is_none_or(|when| day.is_none_or(|begun| when >= begun));
    news.then(|| Candidate::new("Lead", row.id(), when))
}

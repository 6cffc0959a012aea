//! Tells of one hand-over, once.

use tieline_sdk::{Failure, log, storage};

use super::record::{LEAD_FIELDS, Row, opportunity_fields};
use super::spread::Candidate;
use super::words::{Facts, html};
use crate::config::{Handoff, Handoffs, Use, When};
use crate::pause::{self, Work};
use crate::run::Run;
use crate::salesforce::soql::quoted;
use crate::salesforce::{id, pages};
use crate::teams::post::Post;

/// What was told is remembered for longer than anybody asks.
const REMEMBERED_FOR: u64 = 400 * 24 * 3_600_000;

/// Reads the record as it is now, and posts what the rules want, unless it was posted.
pub(crate) fn tell(
    run: &Run<'_>,
    handoffs: &Handoffs,
    candidate: &Candidate,
    waited: bool,
) -> Result<(), Failure> {
    if !waited && !run.config.limits.is_critical(Use::Handoff) && pause::stands()? {
        let Candidate { object, id, .. } = candidate.clone();
        return pause::wait(&Work::Handover { object, id });
    }
    match candidate.object.as_str() {
        "Opportunity" => opportunity(run, handoffs, &candidate.id),
        _ => lead(run, handoffs, &candidate.id),
    }
}

fn opportunity(run: &Run<'_>, handoffs: &Handoffs, id: &str) -> Result<(), Failure> {
    let Some(row) = read(run, &opportunity_fields(handoffs), "Opportunity", id)? else { return Ok(()) };
    let stage = row.text("StageName").unwrap_or_default();
    let reached = row.reached().unwrap_or_default();
    for rule in
        handoffs.rules.iter().filter(|rule| rule.stage().is_some_and(|of| of.eq_ignore_ascii_case(stage)))
    {
        let what = format!("Opportunity reached {stage}");
        once(run, rule, id, reached, |run| post(run, handoffs, rule, &what, ("Opportunity", &row)))?;
    }
    Ok(())
}

fn lead(run: &Run<'_>, handoffs: &Handoffs, id: &str) -> Result<(), Failure> {
    let Some(lead) = read(run, LEAD_FIELDS, "Lead", id)? else { return Ok(()) };
    let Some(reached) = lead.text("ConvertedDate") else { return Ok(()) };
    for rule in handoffs.rules.iter().filter(|rule| rule.when == When::LeadConverted) {
        once(run, rule, id, reached, |run| {
            let company = lead.text("Company").or_else(|| lead.text("Name")).unwrap_or_default();
            let what = format!("Lead converted: {company}");
            match lead.text("ConvertedOpportunityId") {
                Some(deal) => match read(run, &opportunity_fields(handoffs), "Opportunity", deal)? {
                    Some(deal) => post(run, handoffs, rule, &what, ("Opportunity", &deal)),
                    None => Ok(()),
                },
                // Converted without a deal: the account is all that there is.
                None => post(run, handoffs, rule, &what, ("Account", &account(&lead)?)),
            }
        })?;
    }
    Ok(())
}

/// What can be said of an account that a Lead became.
fn account(lead: &Row) -> Result<Row, Failure> {
    let row = serde_json::json!({
        "Id": lead.text("ConvertedAccountId"), "Name": lead.text("Company"), "OwnerId": lead.text("OwnerId"),
    });
    crate::run::read(&row.to_string())
}

/// Does it unless it was done for this rule, record and time.
fn once(
    run: &Run<'_>,
    rule: &Handoff,
    record: &str,
    reached: &str,
    tell: impl FnOnce(&Run<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let key = format!("handed/{}/{}/{reached}", rule.name, id::short(record));
    if storage::get(&key)?.is_some() {
        return Ok(());
    }
    tell(run)?;
    storage::put_json(&key, &run.at, Some(REMEMBERED_FOR))
}

fn post(
    run: &Run<'_>,
    handoffs: &Handoffs,
    rule: &Handoff,
    what: &str,
    (object, row): (&str, &Row),
) -> Result<(), Failure> {
    let owner = row.text("OwnerId").unwrap_or_default();
    let Some(place) = rule.place_for(owner) else {
        log::warn("nowhere to tell of a hand-over", [("rule", rule.name.as_str()), ("owner", owner)]);
        return Ok(());
    };
    let origin = match &handoffs.pages {
        Some(origin) => origin.clone(),
        None => pages::origin(&run.salesforce)?,
    };
    let link = pages::of(&origin, object, row.id());
    let owner_name = name_of_user(run, owner)?;
    let facts = Facts {
        what,
        name: row.text("Name").unwrap_or(row.id()),
        link: &link,
        owner: owner_name.as_deref(),
        revenue: row.shown(&handoffs.revenue_field),
        close_date: row.shown("CloseDate"),
        next_step: row.shown(&handoffs.next_step_field),
    };
    let effect = format!("handoff:{}:{}", rule.name, row.id());
    let html = html(&facts);
    let reader = run.config.read_as.identity();
    let known_by = [link.as_str(), what];
    Post { place, html: &html, known_by: &known_by, since: run.at, reader }.send(effect, run.in_doubt)
}

fn read(run: &Run<'_>, fields: &str, object: &str, id: &str) -> Result<Option<Row>, Failure> {
    let soql = format!("SELECT {fields} FROM {object} WHERE Id = {}", quoted(id));
    let found = run.salesforce.query::<Row>(&soql)?.pop();
    if found.is_none() {
        log::info("a record that changed is not there any more", [("object", object), ("id", id)]);
    }
    Ok(found)
}

/// Queues own Leads, too; they have no name here.
fn name_of_user(run: &Run<'_>, owner: &str) -> Result<Option<String>, Failure> {
    if !owner.starts_with("005") {
        return Ok(None);
    }
    let soql = format!("SELECT Name FROM User WHERE Id = {}", quoted(owner));
    let row = run.salesforce.query::<Row>(&soql)?.pop();
    Ok(row.and_then(|row| row.text("Name").map(str::to_owned)))
}

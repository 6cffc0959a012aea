//! Are the records there that the configuration names, and may they be written?

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;
use tieline_sdk::{Failure, Problem};

use super::Ill;
use crate::config::{Config, Then};
use crate::salesforce::Salesforce;
use crate::salesforce::id::short;
use crate::salesforce::soql::list;

/// Ids in one query, which keeps its address far below the 16 KB that Salesforce takes.
const IDS_PER_QUERY: usize = 200;

/// Reads every Opportunity of a rule, with the fields that rules set.
pub(super) fn opportunities(config: &Config, salesforce: &Salesforce<'_>) -> Result<(), Ill> {
    let desks = config.deal_desk.iter().map(|rule| rule.opportunity_id.as_str());
    let rivals = config.competitors.iter().map(|rule| rule.opportunity_id.as_str());
    let stages = config.stages.iter().map(|rule| rule.opportunity_id.as_str());
    let ids: BTreeSet<_> = desks.chain(rivals).chain(stages).collect();
    let set = config.competitors.iter().filter_map(|rule| match &rule.then {
        Then::Field(field) => Some(field.as_str()),
        Then::Task => None,
    });
    let fields: BTreeSet<_> = std::iter::once("Id").chain(set).collect();
    let select: Vec<_> = fields.into_iter().collect();
    let found = existing(salesforce, &select.join(", "), "Opportunity", &ids)?;
    missing(&ids, &found, "rules name Opportunities that do not exist or cannot be seen")
}

/// The field exists, and Salesforce takes it for upserts.
pub(super) fn external_id_field(config: &Config, salesforce: &Salesforce<'_>) -> Result<(), Ill> {
    #[derive(Deserialize)]
    struct Describe {
        fields: Vec<Field>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Field {
        name: String,
        #[serde(default)]
        external_id: bool,
        #[serde(default)]
        createable: bool,
    }
    let Some(name) = &config.external_id_field else { return Ok(()) };
    let task: Describe = salesforce.get(["sobjects", "Task", "describe"])?;
    match task.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name)) {
        Some(field) if field.external_id && field.createable => Ok(()),
        Some(_) => Err(Ill::Failed(
            Problem::new("salesforce.not-an-external-id", format!("{name} is not a writable external id"))
                .remedy("mark the field as external id and let the integration user edit it")
                .at("/external_id_field"),
        )),
        None => Err(Ill::Failed(
            Problem::new("salesforce.no-such-field", format!("Task has no field {name}"))
                .remedy("create it as a unique text field that is an external id, or remove it here")
                .at("/external_id_field"),
        )),
    }
}

/// Every user whom the configuration names is active. Queues are not users and are left out.
pub(super) fn owners(config: &Config, salesforce: &Salesforce<'_>) -> Result<(), Ill> {
    let voices = config.meetings.iter().flat_map(|settings| settings.speakers.values());
    let named = config.owners.values().chain(&config.default_owner).chain(voices).map(String::as_str);
    let ids: BTreeSet<_> = named.filter(|id| id.starts_with("005")).collect();
    let found = existing(salesforce, "Id, IsActive", "User", &ids)?;
    missing(&ids, &found, "the configuration names users who do not exist or are inactive")
}

/// Whether Salesforce tells what a person may do with a record.
pub(super) fn rights(config: &Config, salesforce: &Salesforce<'_>) -> Result<(), Ill> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct User {
        id: String,
    }
    let Some(rule) = config.stages.first() else { return Ok(()) };
    let someone: Vec<User> = salesforce.query("SELECT Id FROM User WHERE IsActive = true LIMIT 1")?;
    let Some(user) = someone.first() else { return Ok(()) };
    let soql = format!(
        "SELECT RecordId, HasEditAccess FROM UserRecordAccess WHERE UserId = {} AND RecordId = {}",
        list([user.id.as_str()]),
        list([rule.opportunity_id.as_str()])
    );
    salesforce.query::<Value>(&soql)?;
    Ok(())
}

/// The ids, in their 15 characters, of those records that exist and are not inactive.
fn existing(
    salesforce: &Salesforce<'_>,
    select: &str,
    object: &str,
    ids: &BTreeSet<&str>,
) -> Result<BTreeSet<String>, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Record {
        id: String,
        #[serde(default)]
        is_active: Option<bool>,
    }
    let mut found = BTreeSet::new();
    let ids: Vec<_> = ids.iter().copied().collect();
    for some in ids.chunks(IDS_PER_QUERY) {
        let soql = format!("SELECT {select} FROM {object} WHERE Id IN ({})", list(some.iter().copied()));
        let records: Vec<Record> = salesforce.query(&soql)?;
        let active = records.into_iter().filter(|record| record.is_active != Some(false));
        found.extend(active.map(|record| short(&record.id).to_owned()));
    }
    Ok(found)
}

fn missing(ids: &BTreeSet<&str>, found: &BTreeSet<String>, what: &str) -> Result<(), Ill> {
    let missing: Vec<_> = ids.iter().copied().filter(|id| !found.contains(short(id))).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let problem = Problem::new("salesforce.missing-records", format!("{what}: {}", missing.join(", ")));
    Err(Ill::Failed(problem.remedy("correct the ids, or let the integration user see the records")))
}

//! The staged test of an installation: can everything be read and written that the rules need? Reads only.

use std::collections::BTreeSet;

use serde::Deserialize;
use tieline_sdk::{CallError, Failure, Problem, Response, Stage, graph};

use crate::config::{Config, Then};
use crate::plan;
use crate::salesforce::Salesforce;
use crate::soql::list;

/// Ids in one query, which keeps its address far below the 16 KB that Salesforce takes.
const IDS_PER_QUERY: usize = 200;

/// Every stage, in the order in which they should be mended. What depends on a failed stage is skipped.
pub(crate) fn check(config: &Config) -> Vec<Stage> {
    if let Err(problems) = plan::plan(config) {
        return problems.into_iter().map(|problem| Stage::failed("configuration", problem)).collect();
    }
    let mut stages = vec![Stage::ok("configuration")];
    stages.extend(places(config));
    let salesforce = Salesforce { version: &config.api_version };
    let sign_in = stage("salesforce", limits(&salesforce));
    let signed_in = sign_in.verdict != tieline_sdk::Verdict::Failed;
    stages.push(sign_in);
    for (name, ask) in [
        ("opportunities", opportunities as fn(&Config, &Salesforce<'_>) -> Result<(), Ill>),
        ("external id field", external_id_field),
        ("owners", owners),
    ] {
        stages.push(if signed_in { stage(name, ask(config, &salesforce)) } else { Stage::skipped(name) });
    }
    stages
}

/// What a stage found.
enum Ill {
    Warning(Problem),
    Failed(Problem),
}

impl From<Failure> for Ill {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure.into())
    }
}

fn stage(name: &str, result: Result<(), Ill>) -> Stage {
    match result {
        Ok(()) => Stage::ok(name),
        Err(Ill::Warning(problem)) => Stage::warning(name, problem),
        Err(Ill::Failed(problem)) => Stage::failed(name, problem),
    }
}

/// Reads one message of each watched place, which needs the permission that the subscription needs.
fn places(config: &Config) -> Vec<Stage> {
    let places = config.places();
    let answers = graph::batched(places.iter().map(|place| graph::get(place.messages()).query("$top", "1")));
    let staged = places.iter().zip(answers);
    staged.map(|(place, answer)| stage(&format!("read {}", place.resource()), readable(answer))).collect()
}

fn readable(answer: Result<Response, CallError>) -> Result<(), Ill> {
    let response = answer.map_err(|error| Ill::Failed(error.problem()))?;
    match response.status {
        200 => Ok(()),
        404 => {
            let remedy = "compare the ids in the configuration with those in Teams";
            Err(Ill::Failed(graph::error(&response).remedy(remedy)))
        }
        _ => Err(Ill::Failed(graph::error(&response))),
    }
}

/// Signs in, and warns when four fifths of the day's API calls are used.
fn limits(salesforce: &Salesforce<'_>) -> Result<(), Ill> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Limits {
        daily_api_requests: Option<Limit>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Limit {
        max: u64,
        remaining: u64,
    }
    let limits: Limits = salesforce.get(["limits"])?;
    match limits.daily_api_requests {
        Some(Limit { max, remaining }) if remaining * 5 < max => Err(Ill::Warning(
            Problem::new(
                "salesforce.few-requests-left",
                format!("{remaining} of {max} API requests are left"),
            )
            .remedy("find what else uses the API, or buy more requests"),
        )),
        _ => Ok(()),
    }
}

/// Reads every Opportunity of a rule, with the fields that rules set.
fn opportunities(config: &Config, salesforce: &Salesforce<'_>) -> Result<(), Ill> {
    let desks = config.deal_desk.iter().map(|rule| rule.opportunity_id.as_str());
    let ids: BTreeSet<_> =
        desks.chain(config.competitors.iter().map(|rule| rule.opportunity_id.as_str())).collect();
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
fn external_id_field(config: &Config, salesforce: &Salesforce<'_>) -> Result<(), Ill> {
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

/// Every user of the owner table is active. Queues are not users and are left out.
fn owners(config: &Config, salesforce: &Salesforce<'_>) -> Result<(), Ill> {
    let named = config.owners.values().chain(&config.default_owner).map(String::as_str);
    let ids: BTreeSet<_> = named.filter(|id| id.starts_with("005")).collect();
    let found = existing(salesforce, "Id, IsActive", "User", &ids)?;
    missing(&ids, &found, "the owner table names users who do not exist or are inactive")
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

/// Salesforce answers with 18 characters, of which 3 are a checksum of the others.
fn short(id: &str) -> &str {
    id.get(..15).unwrap_or(id)
}

fn missing(ids: &BTreeSet<&str>, found: &BTreeSet<String>, what: &str) -> Result<(), Ill> {
    let missing: Vec<_> = ids.iter().copied().filter(|id| !found.contains(short(id))).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let problem = Problem::new("salesforce.missing-records", format!("{what}: {}", missing.join(", ")));
    Err(Ill::Failed(problem.remedy("correct the ids, or let the integration user see the records")))
}

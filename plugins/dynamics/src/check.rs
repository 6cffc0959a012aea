//! The staged test of an installation: can everything be asked and posted that the settings need? Reads only.

use tieline_sdk::{Failure, Problem, Stage, Verdict, graph};

use crate::connect::introduction;
use crate::dataverse::Dataverse;
use crate::dataverse::metadata::Table;
use crate::plan;
use crate::settings::{Config, Settings, review};
use crate::teams::service;

/// Every stage, in the order in which they should be mended. What depends on a failed stage is skipped.
pub(crate) fn check(config: &Config) -> Vec<Stage> {
    if let Err(problems) = plan::plan(config, &[]) {
        return problems.into_iter().map(|problem| Stage::failed("settings", problem)).collect();
    }
    let mut stages = vec![Stage::ok("settings")];
    stages.push(stage("service user", service::user().map(drop)));
    stages.push(stage("directory", directory()));
    let dataverse = Dataverse { version: &config.api_version };
    let sign_in = stage("dynamics", dataverse.own_user().map(drop));
    let signed_in = sign_in.verdict != Verdict::Failed;
    stages.push(sign_in);
    for settings in config.tables() {
        let name = format!("record type {}", settings.table);
        if !signed_in {
            stages.push(Stage::skipped(name));
            continue;
        }
        match dataverse.table(settings.table) {
            Ok(Some(table)) => stages.extend(of_table(config, &settings, &table, &name)),
            Ok(None) => stages.push(Stage::failed(name, missing(&settings))),
            Err(failure) => stages.push(Stage::failed(name, failure.into())),
        }
    }
    stages
}

fn stage(name: &str, result: Result<(), Failure>) -> Stage {
    match result {
        Ok(()) => Stage::ok(name),
        Err(failure) => Stage::failed(name, failure.into()),
    }
}

/// People can be found, which needs the directory's permissions.
fn directory() -> Result<(), Failure> {
    graph::get("/users").select(&["id"]).query("$top", "1").fetch::<serde_json::Value>().map(drop)
}

fn missing(settings: &Settings<'_>) -> Problem {
    let message = format!("the organisation has no table {}", settings.table);
    Problem::new("dynamics.no-such-table", message)
        .remedy("turn the record type off, or compare its name with the organisation")
        .at(format!("/record_types/{}", settings.table))
}

/// What can be told and shown of a record type. Refused attributes fail; skipped fields of a card are only said.
fn of_table(config: &Config, settings: &Settings<'_>, table: &Table, name: &str) -> Vec<Stage> {
    let (_, refused) = review::told(table, &settings.watched);
    let mut stages: Vec<_> = refused.into_iter().map(|problem| Stage::failed(name, problem)).collect();
    if config.updates.poll_seconds.is_some() && !settings.watched.is_empty() && !table.tracks_changes {
        let message = format!("change tracking is off for {}", table.name);
        let remedy = "turn Track changes on in the table's properties";
        stages.push(Stage::failed(name, Problem::new("dynamics.tracking-off", message).remedy(remedy)));
    }
    if settings.include_note {
        stages.push(match introduction::of_view(config, settings, table) {
            Ok(fields) => {
                let skipped: Vec<_> =
                    fields.skipped.iter().map(|(field, why)| format!("{field}: {why}")).collect();
                let mut message = introduction::WARNING.to_owned();
                if !skipped.is_empty() {
                    message.push_str(&format!(" Skipped fields: {}.", skipped.join("; ")));
                }
                Stage::warning(name, Problem::new("dynamics.card-is-seen-by-all", message))
            }
            Err(problem) => Stage::failed(name, problem),
        });
    }
    if stages.is_empty() { vec![Stage::ok(name)] } else { stages }
}

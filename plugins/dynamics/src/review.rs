//! `review-record-type`: what a record type's settings come to, for whoever configures it.

use serde_json::{Value, json};
use tieline_sdk::Problem;

use crate::asked::Input;
use crate::connect::introduction;
use crate::dataverse::Dataverse;
use crate::settings::{Config, Settings, ViewChoice, review};

/// Suggested attributes, unsupported ones, the context card with what it skips, the warning.
pub(crate) fn review(config: &Config, input: &Input) -> Result<Value, Problem> {
    let name = input.table.as_deref().unwrap_or_default();
    if !crate::settings::is_name(name) {
        return Err(Problem::new(
            "dynamics.invalid-input",
            "name a table by its logical name, like incident",
        ));
    }
    let table = Dataverse { version: &config.api_version }.table(name)?.ok_or_else(|| {
        Problem::new("dynamics.no-such-table", format!("the organisation has no table {name}"))
    })?;
    let settings = config.settings(name);
    let (told, not_told) = settings.as_ref().map_or((vec![], vec![]), |s| review::told(&table, &s.watched));
    let untold = review::untold_table(&table);
    let suggested = if untold.is_some() { vec![] } else { review::suggested(&table) };
    let unsupported = table.attributes.iter().filter_map(|(attribute, definition)| {
        let why = review::untellable(definition)?;
        Some(json!({ "attribute": attribute, "label": definition.label, "why": why }))
    });
    Ok(json!({
        "table": name,
        "label": table.label,
        "on": settings.is_some(),
        "suggested": suggested.iter().map(|(a, d)| json!({ "attribute": a, "label": d.label })).collect::<Vec<_>>(),
        "told": told,
        "not_told": not_told.iter().map(|problem| &problem.message).collect::<Vec<_>>(),
        "unsupported": unsupported.collect::<Vec<_>>(),
        "notifications": untold.map_or_else(|| json!("possible"), |problem| json!(problem.message)),
        "card": card(config, settings, &table)?,
    }))
}

fn card(
    config: &Config,
    settings: Option<Settings<'_>>,
    table: &crate::dataverse::metadata::Table,
) -> Result<Value, Problem> {
    let Some(settings) = settings else { return Ok(Value::Null) };
    let fields = introduction::of_view(config, &settings, table)?;
    let view = match settings.view {
        ViewChoice::Named(name) => name,
        ViewChoice::QuickFind => "Quick find",
    };
    let skipped: Vec<_> =
        fields.skipped.iter().map(|(field, why)| json!({ "field": field, "why": why })).collect();
    Ok(json!({
        "view": view,
        "included": settings.include_note,
        "shown": fields.shown,
        "skipped": skipped,
        "warning": introduction::WARNING,
    }))
}

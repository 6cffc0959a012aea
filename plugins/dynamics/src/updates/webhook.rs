//! A call of Dataverse: kept as an event of the record it is about, and answered. Dataverse waits 60 seconds and tries
//! once more at most, so nothing slow is done here.

use tieline_sdk::{Event, Failure, HookCall, Problem, log};

use super::context::{Context, Happened};
use super::{GONE, UPDATE, emit};
use crate::connect::link;
use crate::dataverse::Dataverse;
use crate::settings::Config;

/// Key of the webhook in the plan.
pub(crate) const KEY: &str = "updates";

/// Takes a call.
pub(crate) fn called(config: &Config, event: &Event, call: &HookCall) -> Result<(), Failure> {
    let context = Context::read(&call.body).map_err(|error| {
        let message = format!("a webhook call is no execution context: {error}");
        let remedy = "register the webhook for messages in JSON, as the README says";
        Failure::permanent(Problem::new("dynamics.unreadable-webhook", message).remedy(remedy))
    })?;
    // A second call that the upstream makes because the answer to the first was lost is the same operation.
    let dedupe = context.operation().map(|operation| format!("operation/{operation}"));
    match context.happened(event.received) {
        Happened::Updated(mut update) => {
            let watched = watched(config, &update.table);
            if let Some(changes) = &mut update.changes {
                changes.retain(|change| watched.contains(&change.attribute.as_str()));
            }
            let silent = watched.is_empty() || update.changes.as_ref().is_some_and(Vec::is_empty);
            if silent || link::of_record(&update.table, &update.record)?.is_empty() {
                return Ok(());
            }
            if let Some(why) = looped(config, &context)? {
                log::info("an update is not told", [("why", why), ("record", &update.record)]);
                return Ok(());
            }
            emit(UPDATE, (&update.table, &update.record), &update, dedupe)
        }
        Happened::Deleted { table, record } => {
            if link::of_record(&table, &record)?.is_empty() {
                return Ok(());
            }
            emit(GONE, (&table, &record), &(&table, &record), dedupe)
        }
        Happened::Other => Ok(()),
    }
}

fn watched<'a>(config: &'a Config, table: &'a str) -> Vec<&'a str> {
    config.settings(table).filter(|_| config.enabled).map(|settings| settings.watched).unwrap_or_default()
}

/// Why telling this update could go round for ever: it is our own, or the end of a long chain.
fn looped(config: &Config, context: &Context) -> Result<Option<&'static str>, Failure> {
    if context.depth() > config.updates.deepest {
        return Ok(Some("a chain of updates led to it"));
    }
    let own = Dataverse { version: &config.api_version }.own_user()?;
    Ok((context.by().as_deref() == Some(own.as_str())).then_some("this connector made it"))
}

//! `log-message`: the Task for one message, because a person wants it.

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_sdk::{Action, Problem, clock, graph};

use super::input::{self, Named, invalid};
use crate::Config;
use crate::config::Priority;
use crate::salesforce::Salesforce;
use crate::tasks::owner;
use crate::tasks::task::Rule;
use crate::tasks::write::{Look, Writer};
use crate::teams::message::ChatMessage;
use crate::teams::place::Place;
use crate::teams::source::{Source, is_id};

/// As the manifest's schema has it.
#[derive(Deserialize)]
struct Input {
    #[serde(flatten)]
    named: Named,
    message_id: String,
    reply_id: Option<String>,
    opportunity_id: String,
}

/// Does what `action` asks for.
pub(crate) fn log_message(
    config: &Config,
    salesforce: &Salesforce<'_>,
    action: &Action,
) -> Result<Value, Problem> {
    let input: Input = input::read(action)?;
    let source = source(&input)?;
    let reader = input::reader(config, source.place, action)?;
    let message: ChatMessage = graph::get(source.path()).identity(reader).fetch()?;
    let message = message.by_a_person().ok_or_else(|| {
        Problem::new("salesforce.nothing-to-log", "nobody wrote this message, or it was deleted")
    })?;
    let rule = Rule {
        name: "log-message",
        record: input::record(&input.opportunity_id)?,
        subject: format!(
            "Teams {} Discussion - logged by {}",
            source.place.kind(),
            action.actor.display_name
        ),
        priority: Priority::Normal,
        channel_name: config.name_of(source.place),
    };
    let owner = owner::of(config, salesforce, &message)?;
    let writer = Writer { config, salesforce, look: Look::ForAny, at: clock::now() };
    let written = writer.message(&message, &source, &rule, owner)?;
    Ok(json!({ "task_id": written.id, "created": written.created }))
}

/// The message that the input names.
fn source(input: &Input) -> Result<Source<'_>, Problem> {
    let place = input.named.place()?;
    let source = Source { place, message: &input.message_id, reply: input.reply_id.as_deref() };
    if !is_id(source.message) || !source.reply.is_none_or(is_id) {
        return Err(invalid("this is no message id"));
    }
    if matches!(place, Place::Chat { .. }) && source.reply.is_some() {
        return Err(invalid("messages of chats have no replies"));
    }
    Ok(source)
}

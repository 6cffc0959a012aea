//! `log-message`: the Task for one message, because a person wants it.

use serde::Deserialize;
use serde_json::{Value, json};
use tieline_sdk::{Action, Problem, clock, graph};

use crate::config::Priority;
use crate::log_task::{Logged, Look};
use crate::message::ChatMessage;
use crate::notification::{Source, is_id};
use crate::place::Place;
use crate::task::Rule;
use crate::{Config, owner};

/// As the manifest's schema has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    team_id: Option<String>,
    channel_id: Option<String>,
    chat_id: Option<String>,
    message_id: String,
    reply_id: Option<String>,
    opportunity_id: String,
}

/// Does what `action` asks for.
pub(crate) fn act(config: &Config, action: &Action) -> Result<Value, Problem> {
    if action.name != "log-message" {
        return Err(Problem::new("salesforce.no-such-action", format!("there is no action {}", action.name)));
    }
    let input: Input = serde_json::from_str(&action.input)
        .map_err(|error| Problem::new("salesforce.invalid-input", error.to_string()))?;
    let source = source(config, &input)?;
    let message: ChatMessage = graph::get(source.path()).fetch()?;
    let message = message.by_a_person().ok_or_else(|| {
        Problem::new("salesforce.nothing-to-log", "nobody wrote this message, or it was deleted")
    })?;
    let rule = Rule {
        name: "log-message",
        opportunity: &input.opportunity_id,
        subject: format!(
            "Teams {} Discussion - logged by {}",
            source.place.kind(),
            action.actor.display_name
        ),
        priority: Priority::Normal,
        channel_name: channel_name(config, source.place),
    };
    let owner = owner::of(config, &message)?;
    let logged = Logged { config, source, message: &message, owner, at: clock::now() };
    let written = logged.write(&rule, Look::ForAny)?;
    Ok(json!({ "task_id": written.id, "created": written.created }))
}

/// The message that the input names. Only watched places are read: the app may read every conversation of the
/// tenant, the person who asks may not, and a Task would show it to them.
fn source<'a>(config: &Config, input: &'a Input) -> Result<Source<'a>, Problem> {
    let invalid = |what: &str| Problem::new("salesforce.invalid-input", what);
    let (team, channel, chat) =
        (input.team_id.as_deref(), input.channel_id.as_deref(), input.chat_id.as_deref());
    let place = Place::named(team, channel, chat)
        .ok_or_else(|| invalid("a message is named by team and channel, or by a chat"))?;
    let source = Source { place, message: &input.message_id, reply: input.reply_id.as_deref() };
    if !is_id(source.message) || !source.reply.is_none_or(is_id) {
        return Err(invalid("this is no message id"));
    }
    if matches!(place, Place::Chat { .. }) && source.reply.is_some() {
        return Err(invalid("messages of chats have no replies"));
    }
    if !config.watches(place) {
        return Err(Problem::new("salesforce.not-watched", "no rule watches this channel or chat")
            .remedy("ask the operator for a rule that does; then its messages can be logged"));
    }
    Ok(source)
}

/// What the rules of the place call it.
fn channel_name<'a>(config: &'a Config, place: Place<'_>) -> Option<&'a str> {
    let desks = config.deal_desk.iter().map(|rule| (rule.place(), &rule.channel_name));
    let named = desks.chain(config.competitors.iter().map(|rule| (rule.place(), &rule.channel_name)));
    named.filter(|(its, _)| *its == Some(place)).find_map(|(_, name)| name.as_deref())
}

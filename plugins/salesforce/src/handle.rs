//! An event, handled.

use tieline_sdk::{Event, Failure, Gap, Notification, Payload, Problem, graph, log};

use crate::field_update::FieldUpdate;
use crate::log_task::{Logged, Look};
use crate::message::{ChatMessage, Message};
use crate::notification::Source;
use crate::salesforce::Salesforce;
use crate::task::Rule;
use crate::{Config, competitors, deal_desk, owner};

/// Logs the message that the event is about, as far as a rule wants it.
///
/// A message of a sender in the owner table that one rule wants costs two calls: it is read, its Task is created.
pub(crate) fn handle(config: &Config, event: &Event) -> Result<(), Failure> {
    match &event.payload {
        Payload::Notification(notification) => notified(config, event, notification),
        Payload::Gap(gap) => Err(missed(gap)),
        other => Err(Failure::permanent(Problem::new(
            "salesforce.not-handled",
            format!("this connector never asked for {}", other.kind()),
        ))),
    }
}

fn notified(config: &Config, event: &Event, notification: &Notification) -> Result<(), Failure> {
    let Some(source) = Source::parse(&notification.resource) else {
        let what = format!("{} is not a message", notification.resource);
        return Err(Failure::permanent(Problem::new("salesforce.not-a-message", what)));
    };
    // The configuration may have changed since, and a shared subscription may tell of edits too.
    if notification.change_type != "created" || !config.watches(source.place) {
        return Ok(());
    }
    let Some(message) = read(event, notification, &source)? else { return Ok(()) };
    let mut tasks = deal_desk::wanted(config, source.place, &message.text);
    let (mentions, updates) = competitors::wanted(config, source.place, &message.text);
    tasks.extend(mentions);
    write(config, event, source, &message, &tasks, &updates)
}

/// The message, if a person wrote it and it is still there.
fn read(event: &Event, notification: &Notification, source: &Source<'_>) -> Result<Option<Message>, Failure> {
    if let Some(content) = &notification.content {
        let message: ChatMessage = serde_json::from_str(content).map_err(|error| {
            Failure::permanent(Problem::new("salesforce.unreadable-message", error.to_string()))
        })?;
        return Ok(message.by_a_person());
    }
    let response = graph::get(source.path()).send()?;
    match response.status {
        200 => Ok(response.json::<ChatMessage>()?.by_a_person()),
        // Gone before it was read. A message is not always there the moment it is announced, so ask again first.
        404 if event.attempt >= 3 => {
            log::info("the message is gone", [("message", source.key().as_str())]);
            Ok(None)
        }
        404 => Err(Failure::retry(graph::error(&response))),
        _ => Err(response.failure(graph::error(&response))),
    }
}

/// Writes everything that was found. One failure does not keep the others from being written; if anything can be
/// tried again, the event is, and then gets the remembered answers of what was written.
fn write(
    config: &Config,
    event: &Event,
    source: Source<'_>,
    message: &Message,
    tasks: &[Rule<'_>],
    updates: &[FieldUpdate<'_>],
) -> Result<(), Failure> {
    let mut failures = vec![];
    if !tasks.is_empty() {
        let owner = owner::of(config, message)?;
        let logged = Logged { config, source, message, owner, at: event.received };
        let look = if event.in_doubt { Look::ForThisRule } else { Look::No };
        failures.extend(tasks.iter().filter_map(|rule| logged.write(rule, look).err()));
    }
    let salesforce = Salesforce { version: &config.api_version };
    failures.extend(updates.iter().filter_map(|update| update.write(&salesforce, &source).err()));
    let passing = failures.iter().position(|failure| matches!(failure, Failure::Retry(_)));
    match passing {
        Some(at) => Err(failures.swap_remove(at)),
        None => failures.into_iter().next().map_or(Ok(()), Err),
    }
}

/// A gap becomes a dead letter, which an operator sees, and can replay once messages were logged by hand.
fn missed(gap: &Gap) -> Failure {
    let what = format!("messages of {} may have been missed ({})", gap.resource, gap.reason);
    Failure::permanent(
        Problem::new("salesforce.messages-missed", what)
            .remedy("log the messages of that time with the action log-message"),
    )
}

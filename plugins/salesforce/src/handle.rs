//! An event, handled.

use tieline_sdk::{Event, Failure, Notification, Payload, Problem, Timestamp, graph, log};

use crate::field_update::FieldUpdate;
use crate::log_task::{Logged, Look};
use crate::message::{ChatMessage, Message};
use crate::notification::Source;
use crate::place::Place;
use crate::salesforce::Salesforce;
use crate::task::Rule;
use crate::{Config, catch_up, competitors, deal_desk, owner};

/// Logs the message that the event is about, as far as a rule wants it; after a gap, all that may have been missed.
///
/// A message of a sender in the owner table that one rule wants costs two calls: it is read, its Task is created.
pub(crate) fn handle(config: &Config, event: &Event) -> Result<(), Failure> {
    match &event.payload {
        Payload::Notification(notification) => notified(config, event, notification),
        Payload::Gap(gap) => catch_up::begin(config, gap),
        Payload::Custom(custom) => catch_up::go_on(config, &custom.type_, &custom.body, event.attempt),
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
    if catch_up::was_logged(&source)? {
        return Ok(());
    }
    let look = if event.in_doubt { Look::InDoubt } else { Look::No };
    let content = notification.content.as_deref();
    log_message(config, source, content, event.attempt, event.received, look).map(drop)
}

/// Whether a rule wants what was said there.
pub(crate) fn wants(config: &Config, place: Place<'_>, text: &str) -> bool {
    let (mentions, updates) = competitors::wanted(config, place, text);
    !(mentions.is_empty() && updates.is_empty() && deal_desk::wanted(config, place, text).is_empty())
}

/// Reads a message, unless its content is given, and writes what the rules want. False: nobody wrote it, or it is
/// not there any more.
pub(crate) fn log_message(
    config: &Config,
    source: Source<'_>,
    content: Option<&str>,
    attempt: u32,
    at: Timestamp,
    look: Look,
) -> Result<bool, Failure> {
    let Some(message) = read(content, attempt, &source)? else { return Ok(false) };
    let mut tasks = deal_desk::wanted(config, source.place, &message.text);
    let (mentions, updates) = competitors::wanted(config, source.place, &message.text);
    tasks.extend(mentions);
    write(config, source, &message, (&tasks, &updates), at, look)?;
    Ok(true)
}

/// The message, if a person wrote it and it is still there.
fn read(content: Option<&str>, attempt: u32, source: &Source<'_>) -> Result<Option<Message>, Failure> {
    if let Some(content) = content {
        let message: ChatMessage = serde_json::from_str(content).map_err(|error| {
            Failure::permanent(Problem::new("salesforce.unreadable-message", error.to_string()))
        })?;
        return Ok(message.by_a_person());
    }
    let response = graph::get(source.path()).send()?;
    match response.status {
        200 => Ok(response.json::<ChatMessage>()?.by_a_person()),
        // Gone before it was read. A message is not always there the moment it is announced, so ask again first.
        404 if attempt >= 3 => {
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
    source: Source<'_>,
    message: &Message,
    (tasks, updates): (&[Rule<'_>], &[FieldUpdate<'_>]),
    at: Timestamp,
    look: Look,
) -> Result<(), Failure> {
    let mut failures = vec![];
    if !tasks.is_empty() {
        let owner = owner::of(config, message)?;
        let logged = Logged { config, source, message, owner, at };
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

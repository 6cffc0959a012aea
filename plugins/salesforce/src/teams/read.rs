//! Reads messages, as whoever the configuration names.

use tieline_sdk::{Failure, Identity, Problem, graph, log};

use super::message::{ChatMessage, Message};
use super::source::Source;

/// A message is not always there the moment it is announced. From this attempt on it is gone.
const GONE_AT: u32 = 3;

/// The message, if a person wrote it and it is still there. What came with its notification is not read again.
pub(crate) fn message(
    content: Option<&str>,
    attempt: u32,
    source: &Source<'_>,
    reader: Identity,
) -> Result<Option<Message>, Failure> {
    if let Some(content) = content {
        let message: ChatMessage = serde_json::from_str(content).map_err(|error| {
            Failure::permanent(Problem::new("salesforce.unreadable-message", error.to_string()))
        })?;
        return Ok(message.by_a_person());
    }
    let response = graph::get(source.path()).identity(reader).send()?;
    match response.status {
        200 => Ok(response.json::<ChatMessage>()?.by_a_person()),
        404 if attempt >= GONE_AT => {
            log::info("the message is gone", [("message", source.key().as_str())]);
            Ok(None)
        }
        404 => Err(Failure::retry(graph::error(&response))),
        _ => Err(response.failure(graph::error(&response))),
    }
}

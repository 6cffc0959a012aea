//! What a run has to work with.

use tieline_sdk::{Event, Failure, Timestamp, events};

use crate::Config;
use crate::salesforce::Salesforce;
use crate::tasks::write::{Look, Writer};

/// Keys of events may be so long.
const LONGEST_KEY: usize = 256;

/// One attempt to handle an event.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    pub(crate) config: &'a Config,
    pub(crate) salesforce: Salesforce<'a>,
    /// 1 for the first.
    pub(crate) attempt: u32,
    /// An earlier attempt may have written something: look before writing.
    pub(crate) in_doubt: bool,
    /// When the event was received.
    pub(crate) at: Timestamp,
}

impl<'a> Run<'a> {
    pub(crate) fn of(config: &'a Config, event: &Event) -> Self {
        Self {
            config,
            salesforce: Salesforce::new(config),
            attempt: event.attempt,
            in_doubt: event.in_doubt,
            at: event.received,
        }
    }

    /// Writes Tasks, with this look before each.
    pub(crate) fn writer(&self, look: Look) -> Writer<'_> {
        Writer { config: self.config, salesforce: &self.salesforce, look, at: self.at }
    }
}

/// Emits an event of this connector. Keys that are too long are left out.
pub(crate) fn emit(
    kind: &str,
    body: &impl serde::Serialize,
    order: Option<String>,
    dedupe: Option<String>,
) -> Result<(), Failure> {
    let body = serde_json::to_string(body).map_err(|error| {
        Failure::permanent(tieline_sdk::Problem::new("salesforce.unwritable-event", error.to_string()))
    })?;
    let fits = |key: &String| key.len() <= LONGEST_KEY;
    let event = events::NewEvent {
        type_: kind.to_owned(),
        body,
        ordering_key: order.filter(fits),
        dedupe_key: dedupe.filter(fits),
    };
    Ok(events::emit(&event)?)
}

/// The body of an event of this connector.
pub(crate) fn read<T: serde::de::DeserializeOwned>(body: &str) -> Result<T, Failure> {
    serde_json::from_str(body).map_err(|error| {
        Failure::permanent(tieline_sdk::Problem::new("salesforce.unreadable-event", error.to_string()))
    })
}

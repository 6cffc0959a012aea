//! What the test wants the guest to do.

use serde::Deserialize;
use tieline_sdk::{Event, Payload};

/// The configuration of an installation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What it does with an event.
    pub behaviour: Behaviour,
    /// It misbehaves only on events that contain this text and handles all others healthily, so that one
    /// installation can meet both. Without it, every event is met the same way.
    #[serde(default)]
    pub only_when: Option<String>,
    /// Where `reach-out` and its like call.
    #[serde(default)]
    pub url: Option<String>,
    /// What it subscribes to: `/teams/{id}/channels/{id}/messages`.
    #[serde(default)]
    pub resource: Option<String>,
}

/// One way to behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Behaviour {
    /// Computes forever.
    Spin,
    /// Allocates forever, and touches what it got.
    EatMemory,
    /// Executes `unreachable`.
    Trap,
    /// Calls itself until the stack ends.
    Recurse,
    /// Writes to storage, then traps: the write must not be seen.
    WriteThenTrap,
    /// Writes to storage, then asks for another attempt: the write must not be seen.
    WriteThenFail,
    /// Says "never again".
    FailPermanent,
    /// Says "try again".
    FailRetry,
    /// Calls `url` without a connection.
    ReachOut,
    /// Calls `url` with an `Authorization` field of its own.
    ForgeCredential,
    /// Calls `url` through a connection that it was not granted.
    BorrowConnection,
    /// Writes with a condition that does not hold.
    StorageConflict,
    /// Writes until storage refuses.
    FloodStorage,
    /// Writes one key after another until storage refuses.
    FloodKeys,
    /// Reads until storage refuses.
    FloodReads,
    /// Emits an event larger than any.
    HugeEvent,
    /// Calls addresses that the grant includes and that lead inside, each in several spellings.
    ReachInside,
    /// Writes one log line, larger than any that is kept.
    HugeLine,
    /// Calls Graph until the host refuses.
    FloodCalls,
    /// Sends a body larger than any, and smaller ones until the host refuses.
    FloodUpstream,
    /// Hands a text to the log that is larger than any.
    HugeText,
    /// Calls `url` through Graph, with Graph's credential.
    GraphElsewhere,
    /// Asks Graph for what only a path that is read twice could give.
    TraversePaths,
    /// Reads and writes storage under names that would lead elsewhere if names were paths.
    TraverseKeys,
    /// Counts the events that this very connector has seen.
    Remember,
    /// Plans many subscriptions.
    PlanMany,
    /// Emits events until the host refuses.
    FloodEvents,
    /// Writes ten thousand log lines.
    FloodLog,
    /// Uses capabilities during `plan`, where all of them refuse; it fails the plan if one answers.
    PlanIo,
    /// Writes during `check`, where nothing may be written; the stage fails if the write is taken.
    CheckWrites,
    /// Stores and logs the event's payload.
    Echo,
    /// Adds one to the number under `count`.
    Counter,
}

impl Config {
    /// Whether this event is one to misbehave on.
    pub fn applies_to(&self, event: &Event) -> bool {
        self.only_when.as_deref().is_none_or(|text| text_of(event).contains(text))
    }
}

/// Everything that a sender can write into the event.
pub(crate) fn text_of(event: &Event) -> String {
    match &event.payload {
        Payload::Notification(item) => {
            format!(
                "{} {} {}",
                item.resource,
                item.resource_data,
                item.content.as_deref().unwrap_or_default()
            )
        }
        Payload::Gap(gap) => format!("{} {}", gap.resource, gap.reason),
        Payload::Webhook(call) => format!("{} {}", call.query, String::from_utf8_lossy(&call.body)),
        Payload::Timer((key, body)) => format!("{key} {}", body.as_deref().unwrap_or_default()),
        Payload::Custom(custom) => format!("{} {}", custom.type_, custom.body),
    }
}

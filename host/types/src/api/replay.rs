//! Dead letters, and delivering events again.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{DeliveryState, EventId, InstallationId, Problem, Timestamp};

/// Dead letters that died of the same cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DeadLetterGroup {
    /// What they share: connector, code, and the message but for its numbers, ids and quoted parts.
    pub fingerprint: String,
    /// The cause of the one that died last.
    pub cause: Problem,
    /// How many they are.
    pub count: u64,
    /// When the first of them died.
    pub first: Timestamp,
    /// When the last of them died.
    pub last: Timestamp,
    /// Whose they are.
    pub installations: BTreeSet<InstallationId>,
}

/// Which events to deliver again. All that is given must be true of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReplayFilter {
    /// Only of this installation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub installation: Option<InstallationId>,
    /// Only in this state; dead letters when absent. An event that waits is not delivered twice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<DeliveryState>,
    /// Only of this group of dead letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Received then or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Received before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// One page of a replay of many.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReplayRequest {
    /// Which events.
    pub filter: ReplayFilter,
    /// How.
    pub how: ReplayAs,
    /// Count only.
    pub dry_run: bool,
    /// Continue after this one, as `next` of the page before says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<EventId>,
}

/// How to deliver an event again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReplayAs {
    /// As a new event: with a new id, and without the memory of what the old one did upstream. Otherwise the
    /// same event goes on, and what it did is not done again.
    pub as_new: bool,
    /// Asking for new events again with the same key within seven days makes none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
}

/// What a page of a replay did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReplayReport {
    /// Events that the filter matches.
    pub matched: u64,
    /// Those that are delivered again; the others wait already, or were made new with the same key before.
    pub replayed: u64,
    /// Give as `after` to continue; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<EventId>,
}

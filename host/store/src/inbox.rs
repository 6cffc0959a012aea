//! The inbox: events that were accepted, and how far each has come.
//!
//! An event's body never changes and may be large; its [`Delivery`](tieline_types::Delivery) is small and
//! changes with every attempt. They are stored apart, so that settling writes no body. Deliveries are kept
//! apart by state, so that a start reads what is pending and nothing else, and a list of dead letters is not a
//! search among millions of handled events.

use std::time::Duration;

use tieline_types::{DeliveryState, InstallationId, Timestamp};

/// For how long an event keeps others with the same dedupe key away: longer than any upstream retries a
/// notification.
pub const DEDUPE_WINDOW: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Which events of a tenant to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Only of this installation.
    pub installation: Option<InstallationId>,
    /// Only in this state.
    pub state: Option<DeliveryState>,
    /// The oldest first, and not the newest.
    pub oldest_first: bool,
}

/// How long settled events are kept. Both are times, not durations, so that a sweep reads no clock but the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Events that were handled before this go.
    pub handled_before: Timestamp,
    /// Dead letters from before this go: long after somebody should have dealt with them.
    pub dead_before: Timestamp,
}

/// What one sweep deleted, or one step of forgetting a tenant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Expired values and dedupe keys; of a tenant, all of them.
    pub expired: usize,
    /// Handled events; of a tenant, also pending ones.
    pub events: usize,
    /// Dead letters.
    pub dead_letters: usize,
    /// Whether there is more to delete: sweep again.
    pub more: bool,
}

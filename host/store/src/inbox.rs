//! The inbox: events that were accepted, and how far each has come.
//!
//! An event's body never changes and may be large; its [`Delivery`](tieline_types::Delivery) is small and
//! changes with every attempt. They are stored apart, so that settling writes no body. Deliveries are kept
//! apart by state, so that a start reads what is pending and nothing else, and a list of dead letters is not a
//! search among millions of handled events.

use std::time::Duration;

use tieline_types::{DeliveryState, InstallationId};

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

/// What one sweep deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Expired values and dedupe keys.
    pub expired: usize,
    /// Handled events.
    pub events: usize,
    /// Whether there is more to delete: sweep again.
    pub more: bool,
}

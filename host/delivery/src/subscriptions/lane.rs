//! What is known of an app as a whole, beside its subscriptions.

use tieline_types::Timestamp;

use super::{pace::Pace, trouble::Trouble};

/// An app in a directory.
#[derive(Default)]
pub(super) struct Lane {
    /// How fast it may change its subscriptions.
    pub(super) pace: Pace,
    /// When to ask Graph next for all that it has; none before that was settled.
    pub(super) audit_due: Option<Timestamp>,
    /// Why the last asking failed.
    pub(super) trouble: Option<Trouble>,
    /// Subscriptions of the app that are not this host's: what they watch.
    pub(super) foreign: Vec<String>,
}

//! One genuine item becomes one inbox entry for each installation that wants it.

use std::sync::Arc;

use tieline_telemetry::trace;
use tieline_types::{Event, EventId, Payload, Timestamp, event::Encrypted};

use super::{
    dedupe,
    notification::Item,
    route::{Interest, Route},
};

/// An event about to enter the inbox.
pub(crate) struct Entry {
    /// The event.
    pub(crate) event: Arc<Event>,
    /// What recognises it when it comes again.
    pub(crate) dedupe: Option<[u8; 32]>,
}

/// What an item brings beside the name of what changed.
pub(crate) struct Brought<'a> {
    /// JSON.
    pub(crate) data: &'a str,
    /// The resource itself.
    pub(crate) encrypted: Option<Arc<Encrypted>>,
}

/// The entries that a change makes: for every installation that asked for this kind of change; with its content for
/// those that asked for that.
pub(crate) fn change(
    item: &Item<'_>,
    (resource, change_type): (&str, &str),
    brought: &Brought<'_>,
    route: &Route,
    now: Timestamp,
) -> Vec<Entry> {
    let (version, trace) = (item.version(), trace::here());
    let wanted = route.interests.iter().filter(|interest| interest.change_types.contains(change_type));
    let entry = |interest: &Interest| Entry {
        dedupe: dedupe::key(&interest.installation, resource, change_type, version.as_deref()),
        event: Arc::new(Event {
            id: EventId::generate(),
            installation: interest.installation.clone(),
            ordering_key: interest.ordering_key.clone().unwrap_or_else(|| resource.into()),
            received: now,
            actor: None,
            trace,
            payload: Payload::Notification {
                resource: resource.into(),
                change_type: change_type.into(),
                resource_data: brought.data.into(),
                encrypted: brought.encrypted.clone().filter(|_| interest.with_content),
                content: None,
            },
        }),
    };
    wanted.map(entry).collect()
}

/// The event that tells an installation of an interval in which changes may have been missed.
pub(crate) fn gap(
    resource: &str,
    interest: &Interest,
    from: Timestamp,
    to: Timestamp,
    reason: &str,
) -> Arc<Event> {
    Arc::new(Event {
        id: EventId::generate(),
        installation: interest.installation.clone(),
        ordering_key: interest.ordering_key.clone().unwrap_or_else(|| resource.into()),
        received: to,
        actor: None,
        trace: None,
        payload: Payload::Gap { resource: resource.into(), from, to, reason: reason.into() },
    })
}

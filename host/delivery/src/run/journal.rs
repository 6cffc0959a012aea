//! The journal: what each run did, kept with its settlement.

use bytes::Bytes;
use tieline_store::{Batch, Key, Space};
use tieline_types::{EventRef, run::RunRecord};

/// Where the runs of an event stand, first to last. They go when the event goes.
pub(crate) fn space(event: &EventRef) -> Key {
    Key::of_event(Space::Run, event)
}

/// Adds runs to a batch: those that conflicted, and the one that is settled.
pub(super) fn add_to(mut batch: Batch, records: &[RunRecord]) -> Batch {
    for (ordinal, record) in records.iter().enumerate() {
        // Runs that conflicted may have begun in the same millisecond.
        let key = space(&record.event).number(record.started.0).number(ordinal as u64);
        let bytes = serde_json::to_vec(record).expect("plain data always serialises");
        batch = batch.put(key, Bytes::from(bytes));
    }
    batch
}

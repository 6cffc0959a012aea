//! Turns a batch into bytes, in the caller's task: the committer is one thread, and the bottleneck.

use bytes::Bytes;
use serde::Serialize;
use tieline_types::{Delivery, DeliveryState, EventRef, Timestamp};

use super::{layout, record::Form};
use crate::{Batch, Expect, Key, MAX_BATCH, MAX_KEY, MAX_VALUE, Op, StoreError};

/// A batch whose sizes are checked and whose contents are written out.
pub(super) struct Prepared {
    pub(super) expect: Vec<Expect>,
    pub(super) changes: Vec<Change>,
    /// Of all contents, in bytes.
    pub(super) size: usize,
}

/// An [`Op`], written out.
pub(super) enum Change {
    Put { place: Bytes, form: Form },
    Rewrite { place: Bytes, form: Form },
    Delete { place: Bytes },
    Append { event: EventRef, body: Form, delivery: Form, dedupe: Option<[u8; 32]> },
    Settle { event: EventRef, delivery: Form, state: DeliveryState, settled: Option<Timestamp> },
}

/// Refuses what is too large before anything is written.
pub(super) fn prepare(batch: Batch, now: Timestamp) -> Result<Prepared, StoreError> {
    let mut changes = Vec::with_capacity(batch.ops.len());
    let mut size = 0;
    for op in batch.ops {
        let change = match op {
            Op::Put { key, value, expires } => {
                size += bounded("a value", value.len(), MAX_VALUE)?;
                Change::Put { place: place(&key)?, form: Form::of(&value, expires) }
            }
            Op::Rewrite { key, value } => {
                size += bounded("a value", value.len(), MAX_VALUE)?;
                Change::Rewrite { place: place(&key)?, form: Form::of(&value, None) }
            }
            Op::Delete { key } => Change::Delete { place: place(&key)? },
            Op::Append { event, dedupe } => {
                let body = json(&*event, "an event")?;
                let delivery = json(&Delivery::fresh(event.received), "a delivery")?;
                size += body.len() + delivery.len();
                Change::Append { event: event.reference(), body, delivery, dedupe }
            }
            Op::Settle { event, mut delivery } => {
                let state = delivery.state;
                if state != DeliveryState::Pending {
                    delivery.settled.get_or_insert(now);
                }
                let settled = delivery.settled;
                let delivery = json(&delivery, "a delivery")?;
                size += delivery.len();
                Change::Settle { event, delivery, state, settled }
            }
        };
        changes.push(change);
    }
    bounded("a batch", size, MAX_BATCH)?;
    Ok(Prepared { expect: batch.expect, changes, size })
}

fn place(key: &Key) -> Result<Bytes, StoreError> {
    bounded("a key", key.as_bytes().len(), MAX_KEY)?;
    Ok(layout::value(key))
}

fn json(content: &impl Serialize, what: &'static str) -> Result<Form, StoreError> {
    let form = Form::json(content).ok_or(StoreError::Corrupt { what })?;
    bounded(what, form.len(), MAX_VALUE)?;
    Ok(form)
}

fn bounded(what: &'static str, size: usize, limit: usize) -> Result<usize, StoreError> {
    if size > limit { Err(StoreError::TooLarge { what, size, limit }) } else { Ok(size) }
}

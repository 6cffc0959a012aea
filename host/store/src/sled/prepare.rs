//! Turns a batch into bytes, in the caller's task: the committer is one thread, and the bottleneck.

use bytes::Bytes;
use serde::Serialize;
use sled::IVec;
use tieline_types::{Delivery, DeliveryState, EventRef, Timestamp};

use super::layout;
use crate::{Batch, Expect, Key, MAX_KEY, MAX_VALUE, Op, StoreError};

/// A batch whose sizes are checked and whose contents are written out.
pub(super) struct Prepared {
    pub(super) expect: Vec<Expect>,
    pub(super) changes: Vec<Change>,
    /// Of all contents, in bytes.
    pub(super) size: usize,
}

/// An [`Op`], written out.
pub(super) enum Change {
    Put { place: IVec, value: Bytes, expires: Option<Timestamp> },
    Delete { place: IVec },
    Append { event: EventRef, body: Vec<u8>, delivery: Vec<u8>, dedupe: Option<[u8; 32]> },
    Settle { event: EventRef, delivery: Vec<u8>, state: DeliveryState, handled: Option<Timestamp> },
}

/// Refuses what is too large before anything is written.
pub(super) fn prepare(batch: Batch, now: Timestamp) -> Result<Prepared, StoreError> {
    let mut changes = Vec::with_capacity(batch.ops.len());
    let mut size = 0;
    for op in batch.ops {
        let change = match op {
            Op::Put { key, value, expires } => {
                size += bounded("a value", value.len(), MAX_VALUE)?;
                Change::Put { place: place(&key)?, value, expires }
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
                let handled = delivery.settled.filter(|_| state == DeliveryState::Done);
                let delivery = json(&delivery, "a delivery")?;
                size += delivery.len();
                Change::Settle { event, delivery, state, handled }
            }
        };
        changes.push(change);
    }
    Ok(Prepared { expect: batch.expect, changes, size })
}

fn place(key: &Key) -> Result<IVec, StoreError> {
    bounded("a key", key.as_bytes().len(), MAX_KEY)?;
    Ok(layout::value(key))
}

fn json(content: &impl Serialize, what: &'static str) -> Result<Vec<u8>, StoreError> {
    let json = serde_json::to_vec(content).map_err(|_| StoreError::Corrupt { what })?;
    bounded(what, json.len(), MAX_VALUE)?;
    Ok(json)
}

fn bounded(what: &'static str, size: usize, limit: usize) -> Result<usize, StoreError> {
    if size > limit { Err(StoreError::TooLarge { what, size, limit }) } else { Ok(size) }
}

//! Reading.

use bytes::Bytes;
use serde::de::DeserializeOwned;
use tieline_types::{Delivery, DeliveryState, Event, EventRef, Timestamp};

use super::{
    layout::{self, STATES},
    record::Record,
    table::{View, after_all},
};
use crate::{Key, StoreError, Value};

/// One moment of the store.
pub(super) struct Reader<'v> {
    pub(super) view: View<'v>,
    pub(super) now: Timestamp,
}

impl Reader<'_> {
    pub(super) fn get(&self, key: &Key) -> Result<Option<Value>, StoreError> {
        let record = Record::find(&self.view, &layout::value(key))?.filter(|record| record.lives(self.now));
        record.map(|record| load(&self.view, &record)).transpose()
    }

    pub(super) fn scan(
        &self,
        prefix: &Key,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<(Key, Value)>, StoreError> {
        let found = values(&self.view, prefix, after, limit, self.now)?;
        found.into_iter().map(|(key, record)| Ok((key, load(&self.view, &record)?))).collect()
    }

    pub(super) fn event(&self, event: &EventRef) -> Result<Option<(Event, Delivery)>, StoreError> {
        for state in STATES {
            if let Some(raw) = self.view.get(&layout::delivery(state, event))? {
                return self.delivered(event, raw).map(Some);
            }
        }
        Ok(None)
    }

    pub(super) fn pending(
        &self,
        after: Option<&EventRef>,
        limit: usize,
    ) -> Result<Vec<(Event, Delivery)>, StoreError> {
        let prefix = layout::deliveries(DeliveryState::Pending);
        let from = after
            .map_or(prefix.to_vec(), |event| successor(&layout::delivery(DeliveryState::Pending, event)));
        let found = self.view.range(&from, &after_all(&prefix)).take(limit);
        found
            .map(|entry| {
                let (place, raw) = entry?;
                self.delivered(&layout::delivered(&place)?, raw)
            })
            .collect()
    }

    /// The event with its delivery, of which the record is given.
    pub(super) fn delivered(
        &self,
        event: &EventRef,
        delivery: Bytes,
    ) -> Result<(Event, Delivery), StoreError> {
        let delivery = json(&Record::parse(delivery)?.content(&self.view)?, "a delivery")?;
        let body = Record::find(&self.view, &layout::body(event))?;
        let body = body.ok_or(StoreError::Corrupt { what: "an event" })?;
        Ok((json(&body.content(&self.view)?, "an event")?, delivery))
    }
}

/// The living values of a scan, their contents unread.
pub(super) fn values(
    view: &View<'_>,
    prefix: &Key,
    after: Option<&Key>,
    limit: usize,
    now: Timestamp,
) -> Result<Vec<(Key, Record)>, StoreError> {
    let prefix = layout::value(prefix);
    let from = after.map_or(prefix.to_vec(), |after| successor(&layout::value(after)));
    let mut found = Vec::new();
    for entry in view.range(from.as_slice().max(&prefix), &after_all(&prefix)) {
        if found.len() == limit {
            break;
        }
        let (place, raw) = entry?;
        let record = Record::parse(raw)?;
        if record.lives(now) {
            found.push((layout::value_key(&place)?, record));
        }
    }
    Ok(found)
}

pub(super) fn json<T: DeserializeOwned>(bytes: &[u8], what: &'static str) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|_| StoreError::Corrupt { what })
}

fn load(view: &View<'_>, record: &Record) -> Result<Value, StoreError> {
    Ok(Value { bytes: record.content(view)?, revision: record.revision })
}

/// The first key after this one.
fn successor(place: &[u8]) -> Vec<u8> {
    [place, b"\0"].concat()
}

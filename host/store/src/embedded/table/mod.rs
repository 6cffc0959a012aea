//! Changes in memory, on their way to the disk's sorted tables, and how reads see through them.

mod draft;
mod merge;
mod view;

use std::collections::{BTreeMap, btree_map::Entry};

use bytes::Bytes;

pub(super) use self::{
    draft::Draft,
    merge::{Entries, Source},
    view::{View, after_all},
};

/// An ordered set of changes, each the last one to its key.
#[derive(Debug, Default)]
pub(super) struct Changes(BTreeMap<Bytes, Change>);

/// What a key shall hold.
#[derive(Debug, Clone)]
pub(super) struct Change {
    /// None: nothing.
    pub(super) value: Option<Bytes>,
    /// Whether nothing below has the key, so that taking the value away again needs no trace. Most events are
    /// appended and handled within one log, and what they were in between never leaves memory.
    fresh: bool,
}

impl Changes {
    /// Sets a value. `fresh`: whoever calls knows that the key holds nothing.
    pub(super) fn insert(&mut self, key: Bytes, value: Bytes, fresh: bool) {
        self.change(key, Change { value: Some(value), fresh });
    }

    /// Takes a value away.
    pub(super) fn remove(&mut self, key: Bytes) {
        self.change(key, Change { value: None, fresh: false });
    }

    fn change(&mut self, key: Bytes, change: Change) {
        match self.0.entry(key) {
            Entry::Vacant(place) => drop(place.insert(change)),
            Entry::Occupied(place) if place.get().fresh && change.value.is_none() => drop(place.remove()),
            // What is below does not change with what lies above it.
            Entry::Occupied(mut place) => place.get_mut().value = change.value,
        }
    }

    /// Carries out later changes.
    pub(super) fn extend(&mut self, later: Self) {
        later.0.into_iter().for_each(|(key, change)| self.change(key, change));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value that a key shall hold.
    pub(super) fn get(&self, key: &[u8]) -> Option<&Bytes> {
        self.0.get(key)?.value.as_ref()
    }

    /// Of all keys and values, in bytes.
    pub(super) fn size(&self) -> usize {
        self.iter().map(|(key, value)| key.len() + value.map_or(0, Bytes::len)).sum()
    }

    /// In the order of their keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Bytes, Option<&Bytes>)> {
        self.0.iter().map(|(key, change)| (key, change.value.as_ref()))
    }
}

//! One moment of the store: layers of changes over the tables on disk.

use std::ops::Bound;

use bytes::Bytes;

use super::{
    Changes,
    merge::{Entries, Source},
};
use crate::{StoreError, embedded::base::Base};

/// A higher layer hides what lower ones hold under the same key. While a checkpoint writes a layer to the base,
/// the base holds some of it twice, and nobody can tell.
#[derive(Clone, Copy)]
pub(in crate::embedded) struct View<'v> {
    // Highest first: a draft, the changes since the last checkpoint, those that it is about.
    layers: [Option<&'v Changes>; 3],
    base: &'v dyn Base,
}

impl<'v> View<'v> {
    pub(in crate::embedded) fn new(
        recent: &'v Changes,
        frozen: Option<&'v Changes>,
        base: &'v dyn Base,
    ) -> Self {
        Self { layers: [None, Some(recent), frozen], base }
    }

    /// The same with a draft on top.
    pub(super) fn under<'d>(&'d self, draft: &'d Changes) -> View<'d> {
        View { layers: [Some(draft), self.layers[1], self.layers[2]], base: self.base }
    }

    pub(in crate::embedded) fn get(&self, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        match self.layers.iter().flatten().find_map(|layer| layer.0.get(key)) {
            Some(change) => Ok(change.value.clone()),
            None => self.base.get(key),
        }
    }

    /// All entries from `from` up to and without `end`, in order.
    pub(in crate::embedded) fn range(&self, from: &[u8], end: &[u8]) -> Entries<'v> {
        Entries::ascending(self.sources(from, end))
    }

    /// The same entries, last first.
    pub(in crate::embedded) fn range_back(&self, from: &[u8], end: &[u8]) -> Entries<'v> {
        Entries::descending(self.sources(from, end))
    }

    fn sources(&self, from: &[u8], end: &[u8]) -> Vec<Box<dyn Source<'v>>> {
        if from >= end {
            return Vec::new();
        }
        let bounds = (Bound::Included(from), Bound::Excluded(end));
        let layers = self.layers.iter().flatten();
        let layers = layers.map(|layer| -> Box<dyn Source<'v>> {
            let changes = layer.0.range::<[u8], _>(bounds);
            Box::new(changes.map(|(key, change)| Ok((key.clone(), change.value.clone()))))
        });
        layers.chain(self.base.range(from, end)).collect()
    }
}

/// The least key that is greater than all that start with `prefix`.
pub(in crate::embedded) fn after_all(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return end;
        }
    }
    unreachable!("every prefix begins with a kind, which is a letter")
}

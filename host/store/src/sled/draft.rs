//! The tree, with changes that are not applied yet.

use std::{
    collections::{BTreeMap, btree_map},
    iter::Peekable,
    ops::Bound,
    sync::Arc,
};

use sled::{IVec, Tree};

use crate::StoreError;

/// Reads see the changes as if they were applied. So the batches of a group are checked one after another
/// against all that came before, although they reach the tree together.
pub(super) struct Draft<'t> {
    tree: &'t Tree,
    changes: BTreeMap<IVec, Option<IVec>>,
    // What the changes since the last `keep` have replaced, to take them back.
    replaced: Vec<(IVec, Option<Option<IVec>>)>,
}

impl<'t> Draft<'t> {
    pub(super) fn of(tree: &'t Tree) -> Self {
        Self { tree, changes: BTreeMap::new(), replaced: Vec::new() }
    }

    pub(super) fn get(&self, key: &[u8]) -> Result<Option<IVec>, StoreError> {
        match self.changes.get(key) {
            Some(change) => Ok(change.clone()),
            None => self.tree.get(key).map_err(unreadable),
        }
    }

    /// Entries from `from` on, in order, as long as their keys start with `prefix`.
    pub(super) fn range<'a>(&'a self, prefix: &'a [u8], from: &[u8]) -> Entries<'a> {
        Entries {
            prefix,
            tree: self.tree.range(from..).peekable(),
            changes: self.changes.range::<[u8], _>((Bound::Included(from), Bound::Unbounded)).peekable(),
        }
    }

    pub(super) fn insert(&mut self, key: IVec, value: impl Into<IVec>) {
        self.change(key, Some(value.into()));
    }

    pub(super) fn remove(&mut self, key: IVec) {
        self.change(key, None);
    }

    fn change(&mut self, key: IVec, value: Option<IVec>) {
        let before = self.changes.insert(key.clone(), value);
        self.replaced.push((key, before));
    }

    /// Whether anything changed since the last [`keep`](Self::keep).
    pub(super) fn changed(&self) -> bool {
        !self.replaced.is_empty()
    }

    /// The changes so far stay.
    pub(super) fn keep(&mut self) {
        self.replaced.clear();
    }

    /// Takes back what changed since the last [`keep`](Self::keep).
    pub(super) fn undo(&mut self) {
        for (key, before) in self.replaced.drain(..).rev() {
            match before {
                Some(change) => self.changes.insert(key, change),
                None => self.changes.remove(&key),
            };
        }
    }

    /// All changes, to be applied at once.
    pub(super) fn into_batch(self) -> Option<sled::Batch> {
        if self.changes.is_empty() {
            return None;
        }
        let mut batch = sled::Batch::default();
        for (key, change) in self.changes {
            match change {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        Some(batch)
    }
}

/// The entries of a range of a [`Draft`].
pub(super) struct Entries<'a> {
    prefix: &'a [u8],
    tree: Peekable<sled::Iter>,
    changes: Peekable<btree_map::Range<'a, IVec, Option<IVec>>>,
}

impl Entries<'_> {
    /// The lesser of the two next keys; of two equal ones the change.
    fn advance(&mut self) -> Option<Result<(IVec, Option<IVec>), StoreError>> {
        let changed = match (self.changes.peek(), self.tree.peek()) {
            (Some((key, _)), Some(Ok((stored, _)))) if *key == stored => {
                self.tree.next();
                true
            }
            (Some((key, _)), Some(Ok((stored, _)))) => *key < stored,
            (Some(_), None) => true,
            (_, Some(_)) => false,
            (None, None) => return None,
        };
        if changed {
            return self.changes.next().map(|(key, change)| Ok((key.clone(), change.clone())));
        }
        self.tree.next().map(|entry| entry.map(|(key, value)| (key, Some(value))).map_err(unreadable))
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<(IVec, IVec), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.advance()? {
                Ok((key, _)) if !key.starts_with(self.prefix) => return None,
                Ok((key, Some(value))) => return Some(Ok((key, value))),
                Ok((_, None)) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

pub(super) fn unreadable(error: sled::Error) -> StoreError {
    StoreError::Read { what: "the database", source: Arc::new(error.into()) }
}

//! What one batch changes, before it counts.

use bytes::Bytes;

use super::{Changes, View};
use crate::StoreError;

/// Reads see the changes so far as if they were carried out. A batch that is refused half-way drops it.
pub(in crate::embedded) struct Draft<'v> {
    below: View<'v>,
    changes: Changes,
}

impl<'v> Draft<'v> {
    pub(in crate::embedded) fn over(below: View<'v>) -> Self {
        Self { below, changes: Changes::default() }
    }

    /// Everything, with the changes so far.
    pub(in crate::embedded) fn view(&self) -> View<'_> {
        self.below.under(&self.changes)
    }

    pub(in crate::embedded) fn get(&self, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        self.view().get(key)
    }

    /// Sets a value where there may be one.
    pub(in crate::embedded) fn insert(&mut self, key: Bytes, value: Bytes) {
        self.changes.insert(key, value, false);
    }

    /// Sets a value where there is none.
    pub(in crate::embedded) fn insert_new(&mut self, key: Bytes, value: Bytes) {
        self.changes.insert(key, value, true);
    }

    /// Takes a value away. The key is copied: one that was read would keep the whole block of the file that it stood in.
    pub(in crate::embedded) fn remove(&mut self, key: &[u8]) {
        self.changes.remove(Bytes::copy_from_slice(key));
    }

    pub(in crate::embedded) fn into_changes(self) -> Changes {
        self.changes
    }
}

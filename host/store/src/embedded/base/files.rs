//! The sorted files of an lsm-tree, as reads see them.

use std::{io, ops::Bound, sync::Arc};

use bytes::Bytes;
use lsm_tree::{
    AbstractTree, AnyTree, InternalValue, SeqNo, Slice, Table,
    table::filter::standard_bloom::Builder as Filter,
};
use parking_lot::{Mutex, RwLock};

use crate::{StoreError, embedded::table::Source};

/// What the tree consisted of after the last checkpoint or merge. The tree itself cannot be asked: it locks its list of
/// files for as long as a change of that list is being synchronised, and a read would wait for the disk.
pub(super) struct Files {
    now: RwLock<Arc<Vec<Run>>>,
    /// Lists that some read still has. Whoever lets go of the last one removes the files that were merged, which
    /// takes a while; so it shall not be a read.
    past: Mutex<Vec<Arc<Vec<Run>>>>,
}

/// Files in the order of their keys, of which no two have the same.
type Run = Vec<Table>;

impl Files {
    pub(super) fn of(tree: &AnyTree) -> Self {
        Self { now: RwLock::new(Arc::new(runs(tree))), past: Mutex::default() }
    }

    /// Sees what the tree consists of now.
    pub(super) fn renew(&self, tree: &AnyTree) {
        // One after another, lest an older list replace a newer one.
        let mut past = self.past.lock();
        let now = Arc::new(runs(tree));
        past.push(std::mem::replace(&mut *self.now.write(), now));
        // Nobody takes up a list of the past, so one that only this list has is nobody else's for ever.
        past.retain(|files| Arc::strong_count(files) > 1);
    }

    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        let runs = self.now.read().clone();
        let hash = Filter::get_hash(key);
        for run in runs.iter() {
            let file = run.get(run.partition_point(|file| **max(file) < *key));
            if let Some(file) = file.filter(|file| **min(file) <= *key)
                && let Some(found) = file.get(key, SeqNo::MAX, hash).map_err(unreadable)?
            {
                return Ok(value(found));
            }
        }
        Ok(None)
    }

    /// One list for each run that has something there, newest first.
    pub(super) fn range<'v>(&self, from: &[u8], end: &[u8]) -> Vec<Box<dyn Source<'v>>> {
        let runs = self.now.read().clone();
        let bounds: (Bound<Slice>, Bound<Slice>) =
            (Bound::Included(from.into()), Bound::Excluded(end.into()));
        let found = runs.iter().enumerate().filter_map(|(at, run)| -> Option<Box<dyn Source<'v>>> {
            let first = run.partition_point(|file| **max(file) < *from);
            let last = run.partition_point(|file| **min(file) < *end);
            let (runs, bounds) = (runs.clone(), bounds.clone());
            (first < last).then(|| {
                let entries = (first..last).flat_map(move |file| runs[at][file].range(bounds.clone()));
                Box::new(entries.map(entry)) as Box<dyn Source<'v>>
            })
        });
        found.collect()
    }
}

/// The runs of all levels, newest first.
fn runs(tree: &AnyTree) -> Vec<Run> {
    let version = tree.current_version();
    let runs = version.iter_levels().flat_map(|level| level.iter());
    runs.map(|run| run.iter().cloned().collect()).collect()
}

fn min(file: &Table) -> &Slice {
    file.metadata.key_range.min()
}

fn max(file: &Table) -> &Slice {
    file.metadata.key_range.max()
}

fn entry(found: lsm_tree::Result<InternalValue>) -> Result<(Bytes, Option<Bytes>), StoreError> {
    let found = found.map_err(unreadable)?;
    Ok((found.key.user_key.clone().into(), value(found)))
}

/// None: a mark that there is nothing.
fn value(found: InternalValue) -> Option<Bytes> {
    (!found.is_tombstone()).then(|| found.value.into())
}

pub(super) fn broken(error: lsm_tree::Error) -> io::Error {
    match error {
        lsm_tree::Error::Io(error) => error,
        error => io::Error::new(io::ErrorKind::InvalidData, error),
    }
}

pub(super) fn unreadable(error: lsm_tree::Error) -> StoreError {
    StoreError::Read { what: "the tables", source: Arc::new(broken(error)) }
}

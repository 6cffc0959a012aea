//! Tables in sorted files, one written by each checkpoint, merged now and then.

use std::{io, ops::Bound, path::Path, sync::Arc};

use bytes::Bytes;
use lsm_tree::{
    AbstractTree, AnyTree, Cache, Config, Guard, SeqNo, SequenceNumberCounter,
    compaction::{CompactionStrategy, Leveled},
};

use super::Base;
use crate::{
    StoreError,
    embedded::table::{Changes, Source},
};

/// The blocks kept in memory. Hot ones are few: what connectors store, and what is asked for again.
const CACHE: u64 = 32 << 20;

/// How large a sorted file becomes, in bytes. New entries go to the end of each installation's part, so the smaller
/// the files, the more of them a merge leaves alone.
const FILE: u64 = 16 << 20;

/// Sorted files that no merge has taken up. With more of them reads would get slow.
const UNMERGED: usize = 16;

/// A tree of sorted files. A checkpoint becomes one of them: atomic, and durable when it returns.
pub(super) struct Lsm {
    tree: AnyTree,
    numbers: SequenceNumberCounter,
    merging: Arc<dyn CompactionStrategy + Send + Sync>,
}

impl Lsm {
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        let (numbers, seen) = (SequenceNumberCounter::default(), SequenceNumberCounter::default());
        let config = Config::new(folder, numbers.clone(), seen.clone());
        let tree = config.use_cache(Arc::new(Cache::with_capacity_bytes(CACHE))).open().map_err(broken)?;
        let next = tree.get_highest_seqno().map_or(0, |highest| highest + 1);
        numbers.fetch_max(next);
        seen.fetch_max(next);
        let merging = Arc::new(Leveled::default().with_table_target_size(FILE));
        Ok(Self { tree, numbers, merging })
    }
}

impl Base for Lsm {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        Ok(self.tree.get(key, SeqNo::MAX).map_err(unreadable)?.map(Into::into))
    }

    fn range<'v>(&self, from: &[u8], end: &[u8]) -> Box<dyn Source<'v>> {
        let found =
            self.tree.range::<&[u8], _>((Bound::Included(from), Bound::Excluded(end)), SeqNo::MAX, None);
        Box::new(found.map(|entry| {
            let (key, value) = entry.into_inner().map_err(unreadable)?;
            Ok((key.into(), Some(value.into())))
        }))
    }

    fn apply(&self, changes: &Changes) -> io::Result<()> {
        let mut file = self.tree.ingestion().map_err(broken)?;
        for (key, value) in changes.iter() {
            match value {
                Some(value) => file.write(key.clone(), value.clone()),
                None => file.write_tombstone(key.clone()),
            }
            .map_err(broken)?;
        }
        file.finish().map_err(broken)
    }

    fn is_behind(&self) -> bool {
        self.tree.l0_run_count() > UNMERGED
    }

    fn merge(&self) -> io::Result<bool> {
        let before = self.tree.current_version().id();
        self.tree.compact(self.merging.clone(), self.numbers.get()).map_err(broken)?;
        Ok(self.tree.current_version().id() != before)
    }
}

fn broken(error: lsm_tree::Error) -> io::Error {
    match error {
        lsm_tree::Error::Io(error) => error,
        error => io::Error::new(io::ErrorKind::InvalidData, error),
    }
}

fn unreadable(error: lsm_tree::Error) -> StoreError {
    StoreError::Read { what: "the tables", source: Arc::new(broken(error)) }
}

//! Tables in sorted files, one written by each checkpoint, merged now and then.

use std::{io, path::Path, sync::Arc};

use bytes::Bytes;
use lsm_tree::{
    AbstractTree, AnyTree, Cache, Config, SequenceNumberCounter,
    compaction::{CompactionStrategy, Leveled},
};

use super::{
    Base,
    files::{Files, broken},
};
use crate::{
    StoreError,
    embedded::{
        Settings,
        pace::Pace,
        table::{Changes, Source},
    },
};

/// Sorted files that no merge has taken up. With more of them reads would get slow.
const UNMERGED: usize = 16;

/// A tree of sorted files. A checkpoint becomes one of them: atomic, and durable when it returns.
pub(super) struct Lsm {
    tree: AnyTree,
    files: Files,
    numbers: SequenceNumberCounter,
    merging: Arc<dyn CompactionStrategy + Send + Sync>,
    /// How large a sorted file becomes, in bytes: as large as one of the log. New entries go to the end of each
    /// installation's part, so the smaller the files, the more of them a merge leaves alone.
    file: u64,
}

impl Lsm {
    pub(super) fn open(folder: &Path, settings: Settings) -> io::Result<Self> {
        let (numbers, seen) = (SequenceNumberCounter::default(), SequenceNumberCounter::default());
        let config = Config::new(folder, numbers.clone(), seen.clone());
        let tree =
            config.use_cache(Arc::new(Cache::with_capacity_bytes(settings.cache))).open().map_err(broken)?;
        let next = tree.get_highest_seqno().map_or(0, |highest| highest + 1);
        numbers.fetch_max(next);
        seen.fetch_max(next);
        let merging = Arc::new(Leveled::default().with_table_target_size(settings.segment));
        Ok(Self { files: Files::of(&tree), tree, numbers, merging, file: settings.segment })
    }

    /// Whether marks that something is gone are half as many as what may still be there. The tree merges files by their
    /// size, and such marks are small: a level full of them would let many times its size of what is long gone
    /// lie below. Merging everything then writes three entries for each of them at most.
    fn is_hollow(&self) -> bool {
        let version = self.tree.current_version();
        let entries: u64 = version.iter_tables().map(|file| file.metadata.item_count).sum();
        let gone = self.tree.tombstone_count();
        gone > 0 && gone * 3 >= entries
    }
}

impl Base for Lsm {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        self.files.get(key)
    }

    fn range<'v>(&self, from: &[u8], end: &[u8]) -> Vec<Box<dyn Source<'v>>> {
        self.files.range(from, end)
    }

    fn apply(&self, changes: &Changes, pace: &mut Pace) -> io::Result<()> {
        let mut file = self.tree.ingestion().map_err(broken)?;
        for (key, value) in changes.iter() {
            match value {
                Some(value) => file.write(key.clone(), value.clone()),
                None => file.write_tombstone(key.clone()),
            }
            .map_err(broken)?;
            pace.wrote(key, value);
        }
        file.finish().map_err(broken)?;
        self.files.renew(&self.tree);
        Ok(())
    }

    fn is_behind(&self) -> bool {
        self.tree.l0_run_count() > UNMERGED
    }

    fn merge(&self) -> io::Result<bool> {
        let before = self.tree.current_version().id();
        self.tree.compact(self.merging.clone(), self.numbers.get()).map_err(broken)?;
        if self.tree.current_version().id() == before && self.is_hollow() {
            self.tree.major_compact(self.file, self.numbers.get()).map_err(broken)?;
        }
        self.files.renew(&self.tree);
        Ok(self.tree.current_version().id() != before)
    }
}

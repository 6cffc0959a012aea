//! Tables in sled.

use std::{fs::File, io, path::Path, sync::Arc, thread, time::Duration};

use bytes::Bytes;
use sled::{Batch, Db, IVec};

use super::Base;
use crate::{
    StoreError,
    embedded::{
        layout::{INLINE, POSITION, RECORD_KEY},
        pace::Pace,
        table::{Changes, Source},
    },
    folder::sync,
};

/// sled writes a page to its log, until the page is larger than a quarter of a segment; then to a file of its
/// own, **which it never synchronises**. So no page may grow that large, and the sizes of keys and values see
/// to it: a leaf splits above 16 entries, an index above 256 keys, each at the next visit, a little late. The
/// factors leave room for that.
const SEGMENT: usize = 1 << 20;
const _: () = assert!(24 * (INLINE + RECORD_KEY + 64) < SEGMENT / 4 - 64);
const _: () = assert!(264 * (RECORD_KEY + 64) < SEGMENT / 4 - 64);

/// How many changes are one batch: far below one segment of sled's log, so that hardly ever is a segment written over
/// before the one that took its content over is synchronised; and so few that a read, which sled lets wait for the end
/// of a batch, does not notice.
const BATCH: usize = 32;

/// One tree, and its file through a descriptor of our own: on Linux sled's `flush` ends in `sync_file_range`, which
/// neither writes the file's size nor empties the disk's own cache. sled 0.34 opens the file once, grows, overwrites
/// and cuts it in place and never replaces it, so this stays the same file.
pub(super) struct Sled {
    tree: Db,
    file: File,
}

impl Sled {
    pub(super) fn open(folder: &Path, cache: u64) -> io::Result<Self> {
        let config = sled::Config::new()
            .path(folder)
            .mode(sled::Mode::HighThroughput)
            .cache_capacity(cache)
            .segment_size(SEGMENT)
            // Checkpoints flush; a second thread that does it every 500 ms would only delay them.
            .flush_every_ms(None);
        let tree = open_when_released(&config)?;
        // sled synchronises neither its settings nor the names of its files.
        for file in ["db", "conf"] {
            File::open(folder.join(file))?.sync_all()?;
        }
        sync(&folder.join("blobs"))?;
        sync(folder)?;
        Ok(Self { tree, file: File::open(folder.join("db"))? })
    }

    fn write(&self, batch: Batch) -> io::Result<()> {
        Ok(self.tree.apply_batch(batch)?)
    }

    fn sync(&self) -> io::Result<()> {
        self.tree.flush()?;
        self.file.sync_data()
    }
}

impl Base for Sled {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        Ok(self.tree.get(key).map_err(unreadable)?.map(bytes))
    }

    fn range<'v>(&self, from: &[u8], end: &[u8]) -> Vec<Box<dyn Source<'v>>> {
        let found = self.tree.range(from..end);
        vec![Box::new(found.map(|entry| {
            let (key, value) = entry.map_err(unreadable)?;
            Ok((bytes(key), Some(bytes(value))))
        }))]
    }

    fn apply(&self, changes: &Changes, pace: &mut Pace) -> io::Result<()> {
        let (mut batch, mut size) = (Batch::default(), 0);
        for (key, value) in changes.iter().filter(|(key, _)| *key != POSITION) {
            match value {
                Some(value) => batch.insert(key.as_ref(), value.as_ref()),
                None => batch.remove(key.as_ref()),
            }
            size += 1;
            if size == BATCH {
                self.write(std::mem::take(&mut batch))?;
                size = 0;
            }
            pace.wrote(key, value);
        }
        self.write(batch)?;
        self.sync()?;
        let Some(position) = changes.get(POSITION) else { return Ok(()) };
        let mut last = Batch::default();
        last.insert(POSITION, position.as_ref());
        self.write(last)?;
        self.sync()
    }
}

fn bytes(bytes: IVec) -> Bytes {
    Bytes::copy_from_slice(&bytes)
}

/// Tables that were closed release their lock when sled's own threads have let go of the file, a moment later; whoever
/// opens them again at once waits for that.
fn open_when_released(config: &sled::Config) -> io::Result<Db> {
    let mut waits = 200;
    loop {
        match config.open() {
            Err(sled::Error::Io(error)) if waits > 0 && error.to_string().contains("acquire lock") => {
                waits -= 1;
                thread::sleep(Duration::from_millis(10));
            }
            opened => return Ok(opened?),
        }
    }
}

fn unreadable(error: sled::Error) -> StoreError {
    StoreError::Read { what: "the tables", source: Arc::new(error.into()) }
}

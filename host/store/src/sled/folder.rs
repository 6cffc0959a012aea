//! The folder of the database: how sled is set up, and that the folder itself is durable.

use std::{fs::File, io, path::Path, thread, time::Duration};

use super::{
    disk::DataFile,
    layout::{INLINE, RECORD_KEY},
};
use crate::folder::{create, sync};

/// sled writes a page to its log, until the page is larger than a quarter of a segment; then to a file of its
/// own, **which it never synchronises**. So no page may grow that large, and the sizes of keys and values see
/// to it: a leaf splits above 16 entries, an index above 256 keys, each at the next visit, a little late. The
/// factors leave room for that.
const SEGMENT: usize = 1 << 20;
const _: () = assert!(24 * (INLINE + RECORD_KEY + 64) < SEGMENT / 4 - 64);
const _: () = assert!(264 * (RECORD_KEY + 64) < SEGMENT / 4 - 64);

/// The pages kept in memory. Hot pages are few (the pending events, what connectors store); the rest is read
/// again when asked for.
const CACHE: u64 = 64 << 20;

/// Opens the database, and makes it if there is none.
pub(super) fn open(folder: &Path) -> io::Result<(sled::Db, DataFile)> {
    create(folder)?;
    let config = sled::Config::new()
        .path(folder)
        .mode(sled::Mode::HighThroughput)
        .cache_capacity(CACHE)
        .segment_size(SEGMENT)
        // Every group is flushed by the committer; a second thread that flushes and calls fsync every 500 ms
        // would only delay it.
        .flush_every_ms(None);
    let tree = open_when_released(&config)?;
    let data = DataFile::open(&folder.join("db"))?;
    // sled synchronises neither its settings nor the names of its files.
    for file in ["db", "conf"] {
        File::open(folder.join(file))?.sync_all()?;
    }
    sync(&folder.join("blobs"))?;
    sync(folder)?;
    Ok((tree, data))
}

/// A store that was dropped releases its lock when sled's own threads have let go of the file, a moment later;
/// whoever opens it again at once waits for that. Another process that runs holds it longer than this waits.
fn open_when_released(config: &sled::Config) -> io::Result<sled::Db> {
    let mut waits = 40;
    loop {
        match config.open() {
            Err(sled::Error::Io(error)) if waits > 0 && error.to_string().contains("acquire lock") => {
                waits -= 1;
                thread::sleep(Duration::from_millis(50));
            }
            opened => return Ok(opened?),
        }
    }
}

//! The moment of durability, as a port.

use std::{fs::File, io, path::Path};

/// Makes durable what sled has written. Called by the committer thread once for each group of commits, after
/// sled's own flush and before any of them is answered. An error is final: the store stops.
pub trait Disk: Send + 'static {
    /// Returns when all that was written to the file before survives power loss.
    fn sync(&mut self, data: &DataFile) -> io::Result<()>;
}

/// `fdatasync`. On Linux sled's `flush` ends in `sync_file_range`, which neither writes the file's size nor
/// empties the disk's own cache: a commit answered after it alone could be gone after power loss.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fdatasync;

impl Disk for Fdatasync {
    fn sync(&mut self, data: &DataFile) -> io::Result<()> {
        data.0.sync_data()
    }
}

/// sled's log, `db`, through a descriptor of our own. sled 0.34 opens the file once, grows, overwrites and
/// cuts it in place and never replaces it, so this stays the same file.
#[derive(Debug)]
pub struct DataFile(File);

impl DataFile {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        File::open(path).map(Self)
    }
}

//! What the store asks of the disk, as a port.

use std::{fs::File, io, os::unix::fs::FileExt};

/// The writes and synchronisations on which durability rests. An error of any of them is final: the store
/// stops. Every method does the real thing by default; tests replace some to stall, to fail or to look on.
pub trait Disk: Send + Sync + 'static {
    /// Writes a record into a segment of the log, at this place. Called by the committer thread, once for each
    /// group of commits.
    fn write(&self, segment: &File, record: &[u8], at: u64) -> io::Result<()> {
        segment.write_all_at(record, at)
    }

    /// Returns when all that was written to the segment before survives power loss. Called after each
    /// [`write`](Self::write), and before any of the group's commits is answered.
    fn sync(&self, segment: &File) -> io::Result<()> {
        segment.sync_data()
    }

    /// Carries out a step of the upkeep beside the commits, of which two may run at the same time.
    fn step(&self, _step: Step, work: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()> {
        work()
    }
}

/// The steps of a checkpoint in their order, and the merging that follows it now and then. A crash before or after
/// each of them loses nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Writes a log's worth of changes into a sorted file, synchronises it, and makes it part of the tables.
    Apply,
    /// Removes the segments of the log that the tables now contain.
    Release,
    /// Makes the segment of the log that comes after the one in use, full of zeros, so that a synchronisation
    /// has no metadata to write.
    Prepare,
    /// Makes fewer and larger files of some of the tables.
    Merge,
}

/// The machine's own disk: `fdatasync`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fdatasync;

impl Disk for Fdatasync {}

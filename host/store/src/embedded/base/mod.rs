//! The tables on disk, as a port: what checkpoints have written.

mod files;
mod lsm;
mod sled;

use std::{io, path::Path, sync::Arc};

use bytes::Bytes;

use super::{
    Settings,
    pace::Pace,
    table::{Changes, Source},
};
use crate::StoreError;

/// What keeps the tables. A folder stays with the one that it was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// sled: one tree, kept in pages.
    Sled,
    /// lsm-tree: sorted files, written once a checkpoint and merged now and then. It costs less an event, and opens in
    /// milliseconds however much it holds.
    Lsm,
}

impl Format {
    /// The name of its folder.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Self::Sled => "sled",
            Self::Lsm => "tables",
        }
    }

    /// The other formats.
    pub(super) fn others(self) -> impl Iterator<Item = Self> {
        [Self::Sled, Self::Lsm].into_iter().filter(move |other| *other != self)
    }
}

/// Changed by checkpoints alone, one after another. While one is applied, what it is about is read from memory, so
/// nobody sees half of it.
pub(super) trait Base: Send + Sync {
    /// The value of a key.
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, StoreError>;

    /// The entries from `from` up to and without `end`, as layers of which the first hides what later ones hold.
    fn range<'v>(&self, from: &[u8], end: &[u8]) -> Vec<Box<dyn Source<'v>>>;

    /// Makes the changes durable. After a crash meanwhile any part of them may be there, but the
    /// [`POSITION`](super::layout::POSITION) only with all others: until then the log has them, too. Tells
    /// `pace` of every change, which takes what time there is.
    fn apply(&self, changes: &Changes, pace: &mut Pace) -> io::Result<()>;

    /// Whether so much waits to be merged that no more should come.
    fn is_behind(&self) -> bool {
        false
    }

    /// Tidies up a little, and says whether there was anything to do.
    fn merge(&self) -> io::Result<bool> {
        Ok(false)
    }
}

/// Opens the tables in a folder, and makes them if there are none.
pub(super) fn open(folder: &Path, settings: Settings) -> io::Result<Arc<dyn Base>> {
    Ok(match settings.format {
        Format::Sled => Arc::new(sled::Sled::open(folder, settings.cache)?),
        Format::Lsm => Arc::new(lsm::Lsm::open(folder, settings)?),
    })
}

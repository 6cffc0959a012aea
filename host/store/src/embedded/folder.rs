//! The folder of the store, and how it is opened: `lock`, `log/`, `tables/`, `blobs/`.

use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    Settings, base,
    checkpoint::Checkpoint,
    layout,
    log::{self, Position, ReplayError, Replayed, Segment},
    restore::is_finished,
    tables::{self, Tables},
};
use crate::{StoreError, folder::create};

/// What was found, ready to go on.
pub(super) struct Opened {
    /// Held as long as the store is open.
    pub(super) lock: File,
    pub(super) log: PathBuf,
    pub(super) tables: Arc<Tables>,
    /// How far the history goes.
    pub(super) end: Position,
    /// Where it goes on.
    pub(super) segment: Segment,
    /// What is in the log, but not in the tables.
    pub(super) first: Option<Checkpoint>,
}

pub(super) fn open(folder: &Path, settings: Settings, unfinished: bool) -> Result<Opened, StoreError> {
    let Settings { format, segment, .. } = settings;
    let failed = |source| StoreError::Open { path: folder.into(), source: Arc::new(source) };
    create(folder).map_err(failed)?;
    let lock = lock(folder).map_err(failed)?;
    if !unfinished {
        is_finished(folder)?;
    }
    if let Some(other) = format.others().find(|other| folder.join(other.folder()).exists()) {
        let other = format!("the folder holds tables of another format ({other:?}): name that in store.url");
        return Err(failed(io::Error::new(io::ErrorKind::Unsupported, other)));
    }
    let (log, tables) = (folder.join("log"), folder.join(format.folder()));
    create(&log).and_then(|()| create(&tables)).map_err(failed)?;
    let base = base::open(&tables, settings).map_err(failed)?;
    let position = base.get(layout::POSITION)?.map(|bytes| layout::read_position(&bytes));
    let from = position.map_or(Some(Position::default()), |read| read);
    let from = from.ok_or(StoreError::Corrupt { what: "the last commit" })?;
    let Replayed { mut changes, end, last, unused } =
        log::replay(&log, from).map_err(|error| match error {
            ReplayError::Io(source) => failed(source),
            ReplayError::Damaged { path, at } => StoreError::DamagedLog { path, at },
        })?;
    let segment = unused.map_or_else(|| Segment::create(&log, last + 1, segment), Ok).map_err(failed)?;
    let frozen = (end != from).then(|| {
        tables::mark(&mut changes, end);
        Arc::new(changes)
    });
    let through = segment.number() - 1;
    if frozen.is_none() {
        log::remove(&log, through).map_err(failed)?;
    }
    let tables = Arc::new(Tables::new(base, frozen.clone(), end));
    let first = frozen.map(|frozen| Checkpoint { frozen, through });
    Ok(Opened { lock, log, tables, end, segment, first })
}

/// For one process: a second one is refused while the first holds it. A process that was killed holds nothing.
pub(super) fn lock(folder: &Path) -> io::Result<File> {
    let lock = File::options().create(true).write(true).truncate(false).open(folder.join("lock"))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            Err(io::Error::new(io::ErrorKind::ResourceBusy, "another process has opened it"))
        }
        Err(TryLockError::Error(error)) => Err(error),
    }
}

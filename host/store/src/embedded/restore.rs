//! A folder made of a snapshot.
//!
//! While it is made a file says so, and nobody opens it: after a crash it is begun anew.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use tieline_types::{Clock, Digest};

use super::{
    EmbeddedStore, Fdatasync, Format, Settings,
    base::{self, Base},
    folder::lock,
    layout, log,
    pace::{Hurry, Pace},
    table::Changes,
};
use crate::{
    RestoreError, Store, StoreError,
    blobs::Blobs,
    folder::{create, sync},
};

/// Stands in the folder until all of it is there.
pub(super) const UNFINISHED: &str = "restoring";
/// What a store consists of, in every format.
const PARTS: [&str; 4] = ["log", "sled", "tables", "blobs"];
/// Changes that are written together.
const TOGETHER: usize = 16 << 20;

/// A store in the making, in a folder that held none. Blocks; to be used where threads may.
pub struct Restore {
    folder: PathBuf,
    format: Format,
    base: Arc<dyn Base>,
    blobs: Blobs,
    changes: Changes,
    size: usize,
    /// Pieces so far.
    number: u64,
    /// Whether the last piece came.
    whole: bool,
    _lock: File,
}

impl Restore {
    /// Begins a store in this folder. What an earlier restoration left unfinished goes.
    ///
    /// # Errors
    /// [`RestoreError::NotEmpty`] when there is a store already: nothing was changed.
    pub(crate) fn begin(folder: &Path, format: Format) -> Result<Self, RestoreError> {
        let failed = |source| RestoreError::Write { path: folder.into(), source };
        create(folder).map_err(failed)?;
        let held = lock(folder).map_err(failed)?;
        let mark = folder.join(UNFINISHED);
        if mark.exists() {
            for part in PARTS.map(|part| folder.join(part)).iter().filter(|part| part.exists()) {
                fs::remove_dir_all(part).map_err(failed)?;
            }
        } else if PARTS.iter().any(|part| folder.join(part).exists()) {
            return Err(RestoreError::NotEmpty { path: folder.into() });
        }
        let marked = File::create(&mark).and_then(|file| file.sync_all()).and_then(|()| sync(folder));
        marked.map_err(failed)?;
        let tables = folder.join(format.folder());
        create(&tables).map_err(failed)?;
        let base = base::open(&tables, Settings::from(format)).map_err(failed)?;
        let blobs = Blobs::open(folder.join("blobs")).map_err(failed)?;
        let (folder, changes) = (folder.to_owned(), Changes::default());
        Ok(Self { folder, format, base, blobs, changes, size: 0, number: 0, whole: false, _lock: held })
    }

    /// Takes the next piece of records.
    ///
    /// # Errors
    /// [`RestoreError::Damaged`] when it is not the next, or was changed.
    pub fn records(&mut self, piece: &[u8]) -> Result<(), RestoreError> {
        let damaged = || RestoreError::Damaged { what: "the records" };
        let record = log::read_piece(piece, self.number).filter(|_| !self.whole).ok_or_else(damaged)?;
        self.number += 1;
        for change in record {
            let (key, value) = change.ok_or_else(damaged)?;
            self.whole |= key == layout::POSITION;
            self.size += key.len() + value.map_or(0, <[u8]>::len);
            let key = Bytes::copy_from_slice(key);
            match value {
                Some(value) => self.changes.insert(key, Bytes::copy_from_slice(value), false),
                None => self.changes.remove(key),
            }
        }
        if self.size >= TOGETHER || self.whole { self.write().map_err(self.failed()) } else { Ok(()) }
    }

    /// Takes a content.
    ///
    /// # Errors
    /// [`RestoreError::Damaged`] when it is another one.
    pub fn blob(&mut self, digest: &Digest, bytes: &[u8]) -> Result<(), RestoreError> {
        if Digest::of(bytes) != *digest {
            return Err(RestoreError::Damaged { what: "a package" });
        }
        self.blobs.restore(digest, bytes).map_err(self.failed())
    }

    /// Says that this was all, and opens the store for what is to be different in it. Nobody else can, before
    /// [`Restored::finish`]: what is stopped in between is begun anew.
    ///
    /// # Errors
    /// [`RestoreError::Damaged`] when something is missing.
    pub fn opened(self, clock: Arc<dyn Clock>) -> Result<Restored, RestoreError> {
        if !self.whole {
            return Err(RestoreError::Damaged { what: "the end of the records" });
        }
        let failed = self.failed();
        let Self { folder, format, base, blobs, _lock: held, .. } = self;
        drop(base);
        let whole = blobs.sync().and_then(|()| create(&folder.join("log"))).and_then(|()| sync(&folder));
        whole.map_err(failed)?;
        drop(held);
        let store = EmbeddedStore::open_unfinished(&folder, clock, Fdatasync, format.into())?;
        Ok(Restored { folder, store })
    }

    fn write(&mut self) -> io::Result<()> {
        let changes = std::mem::take(&mut self.changes);
        self.size = 0;
        let hurry = Hurry::default();
        hurry.stop();
        self.base.apply(&changes, &mut Pace::new(hurry, u64::MAX, usize::MAX))?;
        while self.base.is_behind() && self.base.merge()? {}
        Ok(())
    }

    fn failed(&self) -> impl Fn(io::Error) -> RestoreError + use<> {
        let path = self.folder.clone();
        move |source| RestoreError::Write { path: path.clone(), source }
    }
}

/// A store that was made, and that nobody but its maker can open yet.
#[must_use = "without `finish` it is no store"]
pub struct Restored {
    folder: PathBuf,
    store: EmbeddedStore,
}

impl Restored {
    /// What is to be changed.
    pub fn store(&self) -> &dyn Store {
        &self.store
    }

    /// From then on it is a store like any other.
    ///
    /// # Errors
    /// When that cannot be written.
    pub async fn finish(self) -> Result<(), RestoreError> {
        let Self { folder, store } = self;
        store.close().await?;
        drop(store);
        let finished = fs::remove_file(folder.join(UNFINISHED)).and_then(|()| sync(&folder));
        finished.map_err(|source| RestoreError::Write { path: folder, source })
    }
}

/// Refuses a folder that is not finished.
pub(super) fn is_finished(folder: &Path) -> Result<(), StoreError> {
    match folder.join(UNFINISHED).exists() {
        true => Err(StoreError::HalfRestored { path: folder.into() }),
        false => Ok(()),
    }
}

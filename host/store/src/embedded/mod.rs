//! The embedded backend: a log, and tables that follow it, in a folder of its own.
//!
//! A commit is one record of the `log`, shared with those who commit at the same time, and one disk
//! synchronisation; its changes are kept in memory (`table`). When a file of the log is full, a `checkpoint` writes
//! what it changed into the tables of the `base` (sled's, or sorted files), and removes it. Opening replays what no checkpoint has
//! written. Everything lives in **one** ordered space, so that one batch can change all ports at once; `layout` says
//! where.

mod apply;
mod background;
mod base;
mod calendar;
mod checkpoint;
mod committer;
mod count;
mod disk;
mod folder;
mod forget;
mod health;
mod layout;
mod log;
mod newest;
mod pace;
mod prepare;
mod read;
mod record;
mod restore;
mod snapshot;
mod sweep;
mod table;
mod tables;
mod watch;

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use tieline_types::{Clock, Delivery, Digest, Event, EventId, EventRef, TenantId};

pub use self::{
    base::Format,
    disk::{Disk, Fdatasync, Step},
    restore::{Restore, Restored},
};
use self::{
    checkpoint::{Checkpoints, Workshop},
    committer::{Committer, Group, Thread},
    folder::Opened,
    health::Health,
    log::Log,
    read::Reader,
    snapshot::Walk,
    tables::Tables,
};
use crate::{
    Batch, CommitError, Committed, EventFilter, Key, Retention, Snapshot, Store, StoreError, Swept, Value,
    blobs::Blobs,
};

/// How a store keeps what it is given.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// What keeps the tables.
    pub format: Format,
    /// How large a file of the log is, in bytes. The changes of two of them are kept in memory: of the one in use, and
    /// of the one before while a checkpoint writes them. When checkpoints are slow the one in use grows to four times
    /// its size; then commits wait.
    pub segment: u64,
    /// How many bytes of the tables are kept in memory. Hot ones are few: what connectors store, and what is asked
    /// for again.
    pub cache: u64,
}

impl From<Format> for Settings {
    /// With files of the log large enough that most events come and are handled within one, and small enough to be
    /// read again in some milliseconds.
    fn from(format: Format) -> Self {
        Self { format, segment: 16 << 20, cache: 32 << 20 }
    }
}

/// A store in a folder, for one process: a second one is refused while the first holds it.
///
/// Dropping it finishes the commits under way and releases the folder.
pub struct EmbeddedStore {
    committer: Committer,
    tables: Arc<Tables>,
    health: Health,
    clock: Arc<dyn Clock>,
    blobs: Blobs,
}

impl EmbeddedStore {
    /// Opens the store in `folder`, and makes it if there is none. All writes of the log go through `disk`:
    /// [`Fdatasync`], but for tests of what happens when it stalls or fails. A checkpoint is made whenever a
    /// file of the log is full.
    pub fn open(
        folder: &Path,
        clock: Arc<dyn Clock>,
        disk: impl Disk,
        settings: Settings,
    ) -> Result<Self, StoreError> {
        Self::open_at(folder, clock, disk, settings, false)
    }

    /// The same of one that is being made.
    fn open_unfinished(
        folder: &Path,
        clock: Arc<dyn Clock>,
        disk: impl Disk,
        settings: Settings,
    ) -> Result<Self, StoreError> {
        Self::open_at(folder, clock, disk, settings, true)
    }

    fn open_at(
        folder: &Path,
        clock: Arc<dyn Clock>,
        disk: impl Disk,
        settings: Settings,
        unfinished: bool,
    ) -> Result<Self, StoreError> {
        let segment = settings.segment;
        let failed = |source| StoreError::Open { path: folder.into(), source: Arc::new(source) };
        let Opened { lock, log, tables, end, segment: current, first } =
            folder::open(folder, settings, unfinished)?;
        let blobs = Blobs::open(folder.join("blobs")).map_err(failed)?;
        let (disk, health): (Arc<dyn Disk>, _) = (Arc::new(disk), Health::default());
        // The last group may go beyond it, and still not make the file longer.
        let full = segment / 8 * 7;
        let (shared, files) = (tables.clone(), disk.clone());
        let shop = Workshop { tables: shared, log, disk: files, health: health.clone(), segment, full };
        let checkpoints = Checkpoints::start(shop, first, current.number()).map_err(failed)?;
        let committer = Committer::start(Thread {
            log: Log::new(disk, current, end),
            checkpoints,
            tables: tables.clone(),
            clock: clock.clone(),
            health: health.clone(),
            full,
            group: Group::after(end.revision),
            _lock: lock,
        });
        Ok(Self { committer: committer.map_err(failed)?, tables, health, clock, blobs })
    }

    /// One moment of the store: no batch is carried out while `read` runs.
    fn read<T>(&self, read: impl FnOnce(Reader<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.health.check()?;
        self.tables.read(|view| read(Reader { view, now: self.clock.now() }))
    }
}

#[async_trait]
impl Store for EmbeddedStore {
    async fn get(&self, key: &Key) -> Result<Option<Value>, StoreError> {
        self.read(|reader| reader.get(key))
    }

    async fn scan(
        &self,
        prefix: &Key,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<(Key, Value)>, StoreError> {
        self.read(|reader| reader.scan(prefix, after, limit))
    }

    async fn commit(&self, batch: Batch) -> Result<Committed, CommitError> {
        self.committer.commit(prepare::prepare(batch, self.clock.now())?).await
    }

    async fn pending(
        &self,
        after: Option<&EventRef>,
        limit: usize,
    ) -> Result<Vec<(Event, Delivery)>, StoreError> {
        self.read(|reader| reader.pending(after, limit))
    }

    async fn event(&self, event: &EventRef) -> Result<Option<(Event, Delivery)>, StoreError> {
        self.read(|reader| reader.event(event))
    }

    async fn events(
        &self,
        tenant: &TenantId,
        filter: &EventFilter,
        after: Option<EventId>,
        limit: usize,
    ) -> Result<Vec<(Event, Delivery)>, StoreError> {
        self.read(|reader| reader.events(tenant, filter, after, limit))
    }

    async fn put_blob(&self, bytes: Bytes) -> Result<Digest, StoreError> {
        self.health.check()?;
        self.blobs.put(bytes).await
    }

    async fn blob(&self, digest: &Digest) -> Result<Option<Bytes>, StoreError> {
        self.blobs.get(*digest).await
    }

    async fn remove_blob(&self, digest: &Digest) -> Result<(), StoreError> {
        self.blobs.remove(*digest).await
    }

    async fn snapshot(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        self.health.check()?;
        Ok(Box::new(Walk::begin(self.tables.clone(), self.health.clone(), self.blobs.clone())))
    }

    async fn sweep(&self, retention: Retention) -> Result<Swept, StoreError> {
        self.committer.sweep(retention).await
    }

    async fn forget(&self, tenant: &TenantId) -> Result<Swept, StoreError> {
        self.committer.forget(tenant.clone()).await
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.committer.close().await
    }
}

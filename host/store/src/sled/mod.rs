//! The embedded backend: [sled] in a folder of its own, and a thread that commits.
//!
//! Everything lives in **one** tree, so that one sled batch can change all ports at once; `layout` says
//! under which prefixes. Commits go to the `committer` thread; reads go to the tree directly.

mod apply;
mod committer;
mod count;
mod disk;
mod draft;
mod folder;
mod layout;
mod newest;
mod prepare;
mod read;
mod record;
mod sweep;

use std::{io, path::Path, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use parking_lot::RwLock;
use tieline_types::{Clock, Delivery, Digest, Event, EventId, EventRef, TenantId, Timestamp};

pub use self::disk::{DataFile, Disk, Fdatasync};
use self::{committer::Committer, read::Reader};
use crate::{Batch, CommitError, Committed, EventFilter, Key, Store, StoreError, Swept, Value, blobs::Blobs};

/// A store in a folder, for one process: a second one is refused while the first holds it.
///
/// Dropping it finishes the commits under way and releases the folder.
pub struct SledStore {
    // Dropped first: ends the thread, which shares the tree.
    committer: Committer,
    tree: sled::Db,
    gate: Arc<RwLock<()>>,
    clock: Arc<dyn Clock>,
    blobs: Blobs,
}

impl SledStore {
    /// Opens the store in `folder`, and makes it if there is none. Commits are answered after `disk` has
    /// synchronised them: [`Fdatasync`], but for tests of what happens when that stalls or fails.
    pub fn open(folder: &Path, clock: Arc<dyn Clock>, disk: impl Disk) -> Result<Self, StoreError> {
        let failed = |source: io::Error| StoreError::Open { path: folder.into(), source: Arc::new(source) };
        let (tree, data) = folder::open(&folder.join("sled")).map_err(failed)?;
        let blobs = Blobs::open(folder.join("blobs")).map_err(failed)?;
        let gate = Arc::new(RwLock::new(()));
        let committer =
            Committer::start(tree.clone(), gate.clone(), clock.clone(), data, disk).map_err(failed)?;
        Ok(Self { committer, tree, gate, clock, blobs })
    }

    /// One moment of the tree: no batch is applied while `read` runs.
    fn read<T>(&self, read: impl FnOnce(Reader<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.committer.healthy()?;
        let _moment = self.gate.read();
        read(Reader { tree: &self.tree, now: self.clock.now() })
    }
}

#[async_trait]
impl Store for SledStore {
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
        self.committer.healthy()?;
        self.blobs.put(bytes).await
    }

    async fn blob(&self, digest: &Digest) -> Result<Option<Bytes>, StoreError> {
        self.blobs.get(*digest).await
    }

    async fn sweep(&self, settled_before: Timestamp) -> Result<Swept, StoreError> {
        self.committer.sweep(settled_before).await
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.committer.close().await
    }
}

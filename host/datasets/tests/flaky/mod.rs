//! A store whose next commit of files fails.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use tieline_store::{
    Batch, CommitError, Committed, EventFilter, Key, Op, Retention, Snapshot, Space, Store, StoreError,
    Swept, Value,
};
use tieline_types::{Delivery, Digest, Event, EventId, EventRef, TenantId};

/// How.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Fails {
    Never = 0,
    /// It is not carried out.
    Before = 1,
    /// It is carried out, and nobody hears of it.
    After = 2,
}

pub(crate) struct Flaky {
    inner: Arc<dyn Store>,
    pub(crate) fails: AtomicU8,
}

impl Flaky {
    pub(crate) fn new(inner: Arc<dyn Store>) -> Self {
        Self { inner, fails: AtomicU8::new(Fails::Never as u8) }
    }
}

#[async_trait]
impl Store for Flaky {
    async fn get(&self, key: &Key) -> Result<Option<Value>, StoreError> {
        self.inner.get(key).await
    }

    async fn scan(
        &self,
        prefix: &Key,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<(Key, Value)>, StoreError> {
        self.inner.scan(prefix, after, limit).await
    }

    async fn commit(&self, batch: Batch) -> Result<Committed, CommitError> {
        let of_files = |op: &Op| matches!(op, Op::Put { key, .. } if key.space() == Space::File);
        if !batch.ops.iter().any(of_files) {
            return self.inner.commit(batch).await;
        }
        let fails = self.fails.swap(Fails::Never as u8, Ordering::SeqCst);
        if fails == Fails::Before as u8 {
            return Err(StoreError::Closed.into());
        }
        let committed = self.inner.commit(batch).await?;
        if fails == Fails::After as u8 { Err(StoreError::Closed.into()) } else { Ok(committed) }
    }

    async fn pending(
        &self,
        after: Option<&EventRef>,
        limit: usize,
    ) -> Result<Vec<(Event, Delivery)>, StoreError> {
        self.inner.pending(after, limit).await
    }

    async fn event(&self, event: &EventRef) -> Result<Option<(Event, Delivery)>, StoreError> {
        self.inner.event(event).await
    }

    async fn events(
        &self,
        tenant: &TenantId,
        filter: &EventFilter,
        after: Option<EventId>,
        limit: usize,
    ) -> Result<Vec<(Event, Delivery)>, StoreError> {
        self.inner.events(tenant, filter, after, limit).await
    }

    async fn put_blob(&self, bytes: Bytes) -> Result<Digest, StoreError> {
        self.inner.put_blob(bytes).await
    }

    async fn blob(&self, digest: &Digest) -> Result<Option<Bytes>, StoreError> {
        self.inner.blob(digest).await
    }

    async fn remove_blob(&self, digest: &Digest) -> Result<(), StoreError> {
        self.inner.remove_blob(digest).await
    }

    async fn snapshot(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        self.inner.snapshot().await
    }

    async fn sweep(&self, retention: Retention) -> Result<Swept, StoreError> {
        self.inner.sweep(retention).await
    }

    async fn forget(&self, tenant: &TenantId) -> Result<Swept, StoreError> {
        self.inner.forget(tenant).await
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.inner.close().await
    }
}

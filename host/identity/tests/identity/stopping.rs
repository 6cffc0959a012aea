//! A store that stops after some commits, as a host that is killed.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tieline_store::{
    Batch, CommitError, Committed, EventFilter, Key, Retention, Snapshot, Store, StoreError, Swept, Value,
};
use tieline_types::{Delivery, Digest, Event, EventId, EventRef, TenantId};

/// Carries out so many commits, and no more.
pub(crate) struct Stopping {
    inner: Arc<dyn Store>,
    left: AtomicUsize,
}

impl Stopping {
    pub(crate) fn after(inner: Arc<dyn Store>, commits: usize) -> Arc<Self> {
        Arc::new(Self { inner, left: AtomicUsize::new(commits) })
    }
}

#[async_trait::async_trait]
impl Store for Stopping {
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
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        match left {
            Ok(_) => self.inner.commit(batch).await,
            Err(_) => Err(StoreError::Closed.into()),
        }
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

    async fn put_blob(&self, bytes: bytes::Bytes) -> Result<Digest, StoreError> {
        self.inner.put_blob(bytes).await
    }

    async fn blob(&self, digest: &Digest) -> Result<Option<bytes::Bytes>, StoreError> {
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

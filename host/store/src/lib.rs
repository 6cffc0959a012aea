//! The durable ports: keys and values, the inbox of events, blobs. One trait, its laws, and its backends
//! side by side; every backend passes the one suite in `tests/suite`.
//!
//! [`open`] picks the backend from a URL. Everything else sees `Arc<dyn Store>`.

mod batch;
mod blobs;
pub mod embedded;
mod error;
mod folder;
mod inbox;
mod key;
mod open;
mod pages;
mod snapshot;
mod usage;

use async_trait::async_trait;
use bytes::Bytes;
use tieline_types::{Delivery, Digest, Event, EventId, EventRef, TenantId};

pub use batch::{Batch, Committed, Expect, Fingerprint, Op};
pub use embedded::{Restore, Restored};
pub use error::{CommitError, RestoreError, StoreError};
pub use inbox::{DEDUPE_WINDOW, EventFilter, Retention, Swept};
pub use key::{Key, MAX_KEY, Space};
pub use open::{open, restore};
pub use pages::Pages;
pub use snapshot::{EMBEDDED, Piece, Snapshot};
pub use usage::{Usage, dead_letters};

/// The largest value or event body in bytes. Larger contents are blobs.
pub const MAX_VALUE: usize = 16 << 20;

/// The most contents of one batch in bytes, all together.
pub const MAX_BATCH: usize = 256 << 20;

/// What is stored under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The content.
    pub bytes: Bytes,
    /// The revision of the commit that wrote it. What a later commit [expects](Expect::Revision) when it must
    /// not overwrite somebody else's change.
    pub revision: u64,
}

/// Where everything durable lives. Every backend keeps these laws:
///
/// - **Atomic.** A [`Batch`] is carried out whole or not at all, over all ports: no crash and no reader ever
///   meets half of one.
/// - **Durable.** What a returned [`commit`](Self::commit) wrote survives `kill -9` and power loss.
/// - **Serial.** Commits happen one after another. Each is checked against all that happened before it, also
///   against those that share its disk synchronisation.
/// - **Checked.** A batch of which one expectation fails changes nothing, and says which key failed.
/// - **Counted.** What stands in [`Space::Storage`] is counted for each installation ([`Usage`]), and [dead
///   letters](dead_letters) for each tenant, in the commit that changes them.
/// - **Revisions grow.** Each commit that changes something has a greater revision than all before it, across
///   restarts, even after deletions: a value that was deleted and written again is never mistaken for the old.
/// - **Reads are recent and whole.** A read that starts after a commit returned sees it; one call sees one
///   moment. It may see a commit whose disk synchronisation is still under way, but nothing that a commit
///   then builds on it becomes durable without it.
/// - **Expiry.** A value past its time is invisible to reads and to expectations, at once.
/// - **One moment.** A [`Snapshot`] is the store as it was at one moment, not before it was asked for, however much is
///   committed meanwhile; a store that is made of it has the same contents, revisions and times.
/// - **Fail-stop.** After the first failed write or synchronisation nobody knows what the disk holds: that
///   commit and all later calls get [`StoreError::Poisoned`], or [`StoreError::Full`] if there was no room. Only
///   opening the store anew reads what is there: all that was answered, and perhaps what failed.
///
/// Called by every part of the host, from any task, concurrently. Reads may block for the time of a page fault;
/// they never wait for a disk synchronisation.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// What is stored under `key`.
    async fn get(&self, key: &Key) -> Result<Option<Value>, StoreError>;

    /// The first `limit` entries whose key starts with `prefix` and is greater than `after`, in key order.
    async fn scan(
        &self,
        prefix: &Key,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<(Key, Value)>, StoreError>;

    /// Carries out the batch, and returns when it is durable.
    ///
    /// Concurrent commits share one disk synchronisation. A caller that stops waiting does not take the batch
    /// back: it is carried out or refused as if awaited.
    async fn commit(&self, batch: Batch) -> Result<Committed, CommitError>;

    /// The first `limit` pending events after `after`: by tenant, installation and id, so that those of one
    /// installation come in order of receipt. Asked at start, page by page; its cost is that of the pending
    /// events alone.
    async fn pending(
        &self,
        after: Option<&EventRef>,
        limit: usize,
    ) -> Result<Vec<(Event, Delivery)>, StoreError>;

    /// One event, with what happened to it so far.
    async fn event(&self, event: &EventRef) -> Result<Option<(Event, Delivery)>, StoreError>;

    /// The newest `limit` events of a tenant that pass the filter, newest first, and older than `after`: for a
    /// next page, the id of the last event of the page before. With
    /// [`oldest_first`](EventFilter::oldest_first) the oldest ones, oldest first, and newer than `after`.
    async fn events(
        &self,
        tenant: &TenantId,
        filter: &EventFilter,
        after: Option<EventId>,
        limit: usize,
    ) -> Result<Vec<(Event, Delivery)>, StoreError>;

    /// Keeps a content of any size under its digest, and returns when it is durable, so before any batch that
    /// names it. Keeping it again is cheap.
    async fn put_blob(&self, bytes: Bytes) -> Result<Digest, StoreError>;

    /// The content with this digest. It was digested again: damage is an [error](StoreError::Damaged), never
    /// an answer.
    async fn blob(&self, digest: &Digest) -> Result<Option<Bytes>, StoreError>;

    /// Removes a content, if it is there. Called only when nothing names it any more.
    async fn remove_blob(&self, digest: &Digest) -> Result<(), StoreError>;

    /// Deletes a bounded number of things whose time has passed: expired values, dedupe keys (after twice their
    /// window at the latest), and settled events with all that is stored under their [`Effect`](Space::Effect) and
    /// [`Run`](Space::Run) [keys](Key::of_event), which therefore need no expiry of their own. Pending events stay.
    /// Called on a schedule, again while the answer says there is more.
    async fn sweep(&self, retention: Retention) -> Result<Swept, StoreError>;

    /// Deletes a bounded number of the things of a tenant: its events in every state, their dedupe keys, and all that stands
    /// under its name in the spaces [of tenants](Space::is_of_tenants). Called again while the answer says there is more; what
    /// is written for the tenant meanwhile goes too, or is left, so nobody may write any more.
    async fn forget(&self, tenant: &TenantId) -> Result<Swept, StoreError>;

    /// Begins to tell all that there is.
    async fn snapshot(&self) -> Result<Box<dyn Snapshot>, StoreError>;

    /// Finishes the commits under way and refuses later ones with [`StoreError::Closed`]; reads go on.
    async fn close(&self) -> Result<(), StoreError>;
}

//! What is committed together.

use std::sync::Arc;

use bytes::Bytes;
use tieline_types::{Delivery, Digest, Event, EventRef, Timestamp};

use crate::{Key, Value};

/// Changes that happen together or not at all, and what must be true for them to happen.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Checked before the first change, against the state without any of this batch.
    pub expect: Vec<Expect>,
    /// Carried out in order: of two writes to one key the later one stays.
    pub ops: Vec<Op>,
}

/// Something that must be true.
#[derive(Debug, Clone)]
pub enum Expect {
    /// The key has this revision.
    Revision {
        /// Which key.
        key: Key,
        /// Its revision; none: there is no value.
        revision: Option<u64>,
    },
    /// The [scan](crate::Store::scan) with the same arguments would find the same keys in the same revisions:
    /// nothing was inserted, deleted, changed or expired in what it covered.
    Range {
        /// The scan's prefix.
        prefix: Key,
        /// The scan's begin.
        after: Option<Key>,
        /// The scan's limit; entries that it cut off may change.
        limit: usize,
        /// What it found.
        found: Fingerprint,
    },
}

/// What a scan found, as the digest of its keys and revisions: small however much was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(Digest);

impl Fingerprint {
    /// Of entries as [`scan`](crate::Store::scan) gave them, in its order.
    pub fn of<'a>(entries: impl IntoIterator<Item = (&'a Key, u64)>) -> Self {
        let mut seen = Vec::new();
        for (key, revision) in entries {
            seen.extend((key.as_bytes().len() as u64).to_be_bytes());
            seen.extend(key.as_bytes());
            seen.extend(revision.to_be_bytes());
        }
        Self(Digest::of(&seen))
    }
}

/// One change.
#[derive(Debug, Clone)]
pub enum Op {
    /// Stores a value.
    Put {
        /// Under which key.
        key: Key,
        /// The value.
        value: Bytes,
        /// From then on it is gone.
        expires: Option<Timestamp>,
    },
    /// Puts another content in place of a value, which goes when it would have gone. Where there is none, nothing
    /// happens.
    Rewrite {
        /// Under which key.
        key: Key,
        /// The other content.
        value: Bytes,
    },
    /// Removes a value, if there is one.
    Delete {
        /// Under which key.
        key: Key,
    },
    /// Puts an event into the inbox, pending. Skipped when the same installation was given the same dedupe key
    /// within the [window](crate::DEDUPE_WINDOW).
    Append {
        /// The event; its id must be new.
        event: Arc<Event>,
        /// What makes it the same event as another.
        dedupe: Option<[u8; 32]>,
    },
    /// Says what happened to an event: pending (again), done or dead. Its body stays as it is.
    Settle {
        /// Which event; one that is not in the inbox fails the batch.
        event: EventRef,
        /// From now on.
        delivery: Delivery,
    },
}

/// A batch that is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The revision of all values it wrote. If it changed nothing, the revision of the last commit that did.
    pub revision: u64,
    /// For each [`Op::Append`], in order: whether the event is new. False: it was a duplicate and was skipped.
    pub appended: Vec<bool>,
}

impl Batch {
    /// An empty batch.
    pub fn new() -> Self {
        Self::default()
    }

    /// Expects the key to have this revision; none: no value.
    #[must_use]
    pub fn expect(mut self, key: Key, revision: Option<u64>) -> Self {
        self.expect.push(Expect::Revision { key, revision });
        self
    }

    /// Expects the scan with these arguments to find `entries` again.
    #[must_use]
    pub fn expect_range(
        mut self,
        prefix: Key,
        after: Option<Key>,
        limit: usize,
        entries: &[(Key, Value)],
    ) -> Self {
        let found = Fingerprint::of(entries.iter().map(|(key, value)| (key, value.revision)));
        self.expect.push(Expect::Range { prefix, after, limit, found });
        self
    }

    /// Stores a value until it is deleted.
    #[must_use]
    pub fn put(mut self, key: Key, value: impl Into<Bytes>) -> Self {
        self.ops.push(Op::Put { key, value: value.into(), expires: None });
        self
    }

    /// Stores a value until `expires`.
    #[must_use]
    pub fn put_until(mut self, key: Key, value: impl Into<Bytes>, expires: Timestamp) -> Self {
        self.ops.push(Op::Put { key, value: value.into(), expires: Some(expires) });
        self
    }

    /// Puts another content in place of a value, which goes when it would have gone.
    #[must_use]
    pub fn rewrite(mut self, key: Key, value: impl Into<Bytes>) -> Self {
        self.ops.push(Op::Rewrite { key, value: value.into() });
        self
    }

    /// Removes a value.
    #[must_use]
    pub fn delete(mut self, key: Key) -> Self {
        self.ops.push(Op::Delete { key });
        self
    }

    /// Puts an event into the inbox.
    #[must_use]
    pub fn append(mut self, event: Arc<Event>, dedupe: Option<[u8; 32]>) -> Self {
        self.ops.push(Op::Append { event, dedupe });
        self
    }

    /// Says what happened to an event.
    #[must_use]
    pub fn settle(mut self, event: EventRef, delivery: Delivery) -> Self {
        self.ops.push(Op::Settle { event, delivery });
        self
    }

    /// The same batch with more changes at its end.
    #[must_use]
    pub fn ops(mut self, ops: impl IntoIterator<Item = Op>) -> Self {
        self.ops.extend(ops);
        self
    }
}

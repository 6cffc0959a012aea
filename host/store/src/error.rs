//! What can go wrong. No error names a backend's own types: who handles it must not depend on one.

use std::{io, path::PathBuf, sync::Arc};

use tieline_types::{Digest, EventRef};

use crate::Key;

/// Why the store could not do what it was asked. Nothing here is the caller's data being in conflict; that is
/// [`CommitError`].
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No backend has this kind of URL.
    #[error("no store for `{scheme}:…`: expected `sled:<folder>` or `lsm:<folder>`")]
    Unsupported {
        /// The URL up to its first colon; the rest may hold a password.
        scheme: String,
    },
    /// The store could not be opened: held by another process, unreadable, of another format.
    #[error("opening the store at {}", path.display())]
    Open {
        /// Where.
        path: PathBuf,
        /// Why.
        source: Arc<io::Error>,
    },
    /// Reading failed.
    #[error("reading {what} from the store")]
    Read {
        /// What was read.
        what: &'static str,
        /// Why.
        source: Arc<io::Error>,
    },
    /// A blob could not be written or read.
    #[error("{action} {}", path.display())]
    Blob {
        /// `writing the blob`, `reading the blob`, `removing the blob`.
        action: &'static str,
        /// Its file.
        path: PathBuf,
        /// Why.
        source: Arc<io::Error>,
    },
    /// A blob's content has another digest than its name: the file was damaged or exchanged.
    #[error("the blob {digest} is damaged: its content has the digest {found}")]
    Damaged {
        /// What was asked for.
        digest: Digest,
        /// What the file contains.
        found: Digest,
    },
    /// A record does not have the form in which it was written.
    #[error("a record of {what} in the store is damaged")]
    Corrupt {
        /// What it should be.
        what: &'static str,
    },
    /// Something is larger than the store takes. Nothing was written.
    #[error("{what} has {size} bytes; the store takes at most {limit}")]
    TooLarge {
        /// `a key`, `a value`, `an event`.
        what: &'static str,
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// A write or its synchronisation failed, now or earlier: what the disk holds is unknown until the store
    /// is opened anew.
    #[error("the store stopped after a failed write; it must be opened anew")]
    Poisoned {
        /// The first failure.
        source: Arc<io::Error>,
    },
    /// There was no room for a write. As after any failed write the store stopped.
    #[error(
        "the disk that holds the store is full, so the store stopped; nothing that was answered is lost: \
         make room, then start the host again"
    )]
    Full {
        /// The first failure.
        source: Arc<io::Error>,
    },
    /// The log was damaged after it was written: commits that were answered cannot be read. Opening what is left
    /// would lose them silently, so it is not opened.
    #[error(
        "the log {} is damaged at byte {at}, before commits that are whole: restore the folder of the store from a \
         backup, or look at the disk",
        path.display()
    )]
    DamagedLog {
        /// Its file.
        path: PathBuf,
        /// Where the first unreadable record begins.
        at: usize,
    },
    /// A restoration began in this folder and did not end: what is there is not all.
    #[error("the store at {} is only half restored: restore it again", path.display())]
    HalfRestored {
        /// Where.
        path: PathBuf,
    },
    /// Whoever reads everything takes it so slowly that what was changed meanwhile would fill the memory.
    #[error("more was changed while everything was read than could be kept: read it faster")]
    Overrun,
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

/// Why a store was not made of a snapshot. What was begun is no store, and goes when it is begun again.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// Not a store that can be made.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is a store. It was not changed.
    #[error("there is a store at {} already: name an empty folder, or move that one away", path.display())]
    NotEmpty {
        /// Where.
        path: PathBuf,
    },
    /// What came is not what was told, or not all of it.
    #[error("{what} are missing or damaged")]
    Damaged {
        /// Of what.
        what: &'static str,
    },
    /// Writing failed.
    #[error("writing the store at {}", path.display())]
    Write {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Why a batch was not carried out. It changed nothing, but for [`Store`](Self::Store) with
/// [`StoreError::Poisoned`]: then it may or may not be found after the store was opened anew.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CommitError {
    /// An expectation does not hold: someone else changed what this batch was built on. Read again and retry.
    #[error("`{key}` changed in the meantime")]
    Conflict {
        /// The key, or the prefix of the range.
        key: Key,
    },
    /// The batch settles an event that is not in the inbox.
    #[error("there is no event {0} to settle")]
    UnknownEvent(EventRef),
    /// The store could not do it.
    #[error("committing to the store")]
    Store(#[from] StoreError),
}

//! What can go wrong.

use std::io;

use tieline_datasets::DatasetError;
use tieline_store::{CommitError, RestoreError, StoreError};

/// Why there is no backup, or no host made of one.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The store cannot be read.
    #[error("reading the store")]
    Store(#[from] StoreError),
    /// The files of datasets cannot be read or written.
    #[error("copying the files of datasets")]
    Files(#[from] DatasetError),
    /// The archive cannot be written.
    #[error("writing the backup")]
    Write(#[source] io::Error),
    /// The archive cannot be read: it is cut off, changed, or none.
    #[error("the backup cannot be read to its end: it is damaged, cut off, or none")]
    Unreadable(#[source] io::Error),
    /// It can be read, and is not what was written.
    #[error("the backup is damaged: {what}")]
    Damaged {
        /// What is wrong with it.
        what: String,
    },
    /// A later version wrote it.
    #[error("the backup has the form {found}, which this version does not know")]
    Unknown {
        /// What it says of itself.
        found: String,
    },
    /// Its secrets were sealed under another master key.
    #[error("the backup was made under the master key {made}, and this is {given}")]
    WrongMasterKey {
        /// The name of the key that it needs.
        made: String,
        /// The name of the key that is here.
        given: String,
    },
    /// The files of datasets would come among those of another store.
    #[error("the files at {place} belong to another store: name another place, or move them away")]
    PlaceTaken {
        /// Where.
        place: String,
    },
    /// The store cannot be made.
    #[error("making the store")]
    Restore(#[from] RestoreError),
    /// That it was restored cannot be noted in it.
    #[error("noting in the store that it was restored")]
    Note(#[source] CommitError),
}

//! What can go wrong between rows and files.

use parquet::errors::ParquetError;
use tieline_store::{CommitError, StoreError};

/// Why something about a dataset was not done. Rows that were committed stay where they are.
#[derive(Debug, thiserror::Error)]
pub enum DatasetError {
    /// What is known of tables and files cannot be read.
    #[error("{doing} failed")]
    Read {
        /// What was attempted.
        doing: &'static str,
        /// Why.
        source: StoreError,
    },
    /// What was done cannot be recorded.
    #[error("{doing} failed")]
    Commit {
        /// What was attempted.
        doing: &'static str,
        /// Why.
        source: CommitError,
    },
    /// The place of the files does not answer, or refuses.
    #[error("{doing} {path} failed")]
    Object {
        /// What was attempted.
        doing: &'static str,
        /// With which file.
        path: String,
        /// Why.
        source: object_store::Error,
    },
    /// A file cannot be read or written as Parquet.
    #[error("reading or writing Parquet failed")]
    Parquet(#[from] ParquetError),
    /// The files of another store are there.
    #[error(
        "the files at {place} belong to another store: give each its own place, or remove {path} if they are to be this one's"
    )]
    Claimed {
        /// Where.
        place: String,
        /// The object that says whose they are.
        path: String,
    },
    /// Whoever the rows are for went away.
    #[error("nobody takes the rows any more")]
    Abandoned,
    /// The thread that did it ended.
    #[error("the work was cut off")]
    CutOff(#[source] tokio::task::JoinError),
}

impl DatasetError {
    pub(crate) fn read(doing: &'static str) -> impl FnOnce(StoreError) -> Self {
        move |source| Self::Read { doing, source }
    }

    pub(crate) fn commit(doing: &'static str) -> impl FnOnce(CommitError) -> Self {
        move |source| Self::Commit { doing, source }
    }

    pub(crate) fn object(
        doing: &'static str,
        path: impl ToString,
    ) -> impl FnOnce(object_store::Error) -> Self {
        let path = path.to_string();
        move |source| Self::Object { doing, path, source }
    }
}

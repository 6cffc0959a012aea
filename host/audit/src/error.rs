//! What can go wrong.

use std::sync::Arc;

use tieline_store::{CommitError, StoreError};

/// Why the audit could not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AuditError {
    /// It cannot be read.
    #[error("reading the audit failed")]
    Read(#[from] StoreError),
    /// It cannot be written.
    #[error("writing the audit failed")]
    Write(#[source] Arc<CommitError>),
    /// Others kept writing to the same chain, or records stand behind its head: `tieline audit verify` tells which.
    #[error("the head of the audit's chain of {chain} does not stand still")]
    Contended {
        /// Whose chain.
        chain: String,
    },
    /// The host ends.
    #[error("the audit takes nothing any more")]
    Ended,
}

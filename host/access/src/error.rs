//! Why somebody is not let in, and why a credential is not made.

use std::time::Duration;

use tieline_store::{CommitError, StoreError};
use tieline_types::{Problem, Timestamp};

/// Why a credential lets nobody in.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It is none of ours, or none any more.
    #[error("the credential is not known")]
    Unknown,
    /// It was one, and its time is over.
    #[error("the token expired on {0}")]
    Expired(Timestamp),
    /// It was one, until somebody revoked it.
    #[error("the token was revoked on {0}")]
    Revoked(Timestamp),
    /// Too many were wrong lately.
    #[error("too many credentials were wrong; try again in {} s", .0.as_secs().max(1))]
    Throttled(Duration),
    /// It cannot be looked up now.
    #[error("looking up a credential failed")]
    Store(#[from] StoreError),
}

/// Why a credential was not made, or not ended. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// What was asked for is wrong; at least one problem, each with its place.
    #[error("what was asked for is not valid: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<Problem>),
    /// Whoever asks may not.
    #[error("{0}")]
    Forbidden(Problem),
    /// There is no such token, as far as whoever asks may know.
    #[error("there is no token {0}")]
    NoToken(String),
    /// What is stored is no digest.
    #[error("the stored digest of the host's own token is damaged: `tieline serve --new-token` replaces it")]
    Damaged,
    /// The machine has no randomness to give.
    #[error("the random source failed")]
    Randomness,
    /// The store cannot be read.
    #[error("reading a credential failed")]
    Read(#[from] StoreError),
    /// The store does not take it.
    #[error("storing a credential failed")]
    Write(#[from] CommitError),
}

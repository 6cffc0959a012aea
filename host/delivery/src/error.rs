//! The one error of the facade: what an asker can do about it decides the case.

use std::error::Error;

use tieline_store::{CommitError, StoreError};
use tieline_types::Problem;

/// Why the host did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// There is no such thing; asking again does not help.
    #[error("there is no {what}")]
    NotFound {
        /// The kind and name of what was asked for: `installation acme/deal-desk`.
        what: String,
    },
    /// What was given is wrong; every fault that was found, each with its place where it has one. Nothing
    /// was changed.
    #[error("what was given is not valid: {}", shown(.problems))]
    Invalid {
        /// At least one.
        problems: Vec<Problem>,
    },
    /// Whoever asked may not. Nothing was changed.
    #[error("it is not allowed: {problem}")]
    Forbidden {
        /// Who may.
        problem: Problem,
    },
    /// The connector refused or failed; nothing that it wrote was kept.
    #[error("the connector did not do it: {problem}")]
    Failed {
        /// Why, in the connector's words, or in the host's when it had to stop the connector.
        problem: Problem,
    },
    /// Somebody else changed the same thing at the same time. Nothing was changed; asking again may succeed.
    #[error("{what} was changed by somebody else at the same time")]
    Conflict {
        /// The kind and name of it.
        what: String,
    },
    /// It cannot be done yet. Nothing was changed; asking again later succeeds.
    #[error("it is too early: {problem}")]
    TooEarly {
        /// What is awaited.
        problem: Problem,
    },
    /// It is not as whoever asked expects it to be: it was changed since they saw it, or made. Nothing was changed.
    #[error("{what} is not as it was expected to be")]
    Stale {
        /// The kind and name of it.
        what: String,
    },
    /// The host cannot do it now: it is shutting down, or its store or an upstream does not answer.
    #[error("{doing} failed")]
    Unavailable {
        /// What was attempted.
        doing: &'static str,
        /// Why it failed.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// A fault of the host itself.
    #[error("{doing} failed")]
    Internal {
        /// What was attempted.
        doing: &'static str,
        /// Why it failed.
        source: Box<dyn Error + Send + Sync>,
    },
}

fn shown(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("; ")
}

impl HostError {
    pub(crate) fn store(doing: &'static str, error: StoreError) -> Self {
        Self::Unavailable { doing, source: Some(Box::new(error)) }
    }

    pub(crate) fn commit(doing: &'static str, what: impl Into<String>, error: CommitError) -> Self {
        match error {
            CommitError::Conflict { .. } => Self::Conflict { what: what.into() },
            error => Self::Unavailable { doing, source: Some(Box::new(error)) },
        }
    }
}

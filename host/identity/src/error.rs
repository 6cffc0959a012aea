//! Why a connection gives no access.

use std::{error::Error, sync::Arc, time::Duration};

use tieline_store::{CommitError, StoreError};
use tieline_types::{ConnectionKey, Problem};

use crate::VaultError;

/// Why a connection gives no access. In every case nothing was sent to the upstream itself. No variant and
/// no cause of one carries a secret. Clones, since all who waited for one token request share its outcome.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ConnectionError {
    /// It needs a person: a new secret, consent, a sign-in. Trying again does not help until then.
    #[error("{0}")]
    Unusable(Problem),
    /// It cannot be set up like this; each problem points at its field.
    #[error("the connection is not valid: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<Problem>),
    /// The sign-in service asked to wait so long.
    #[error("the sign-in service asks to wait {} s", .0.as_secs())]
    Throttled(Duration),
    /// The sign-in service gave no answer, or said that it has a passing difficulty.
    #[error("getting a token for {connection} failed")]
    Unreachable {
        /// Which connection.
        connection: ConnectionKey,
        /// Why.
        source: Arc<dyn Error + Send + Sync>,
    },
    /// The tenant has no such connection.
    #[error("there is no connection {0}")]
    Unknown(ConnectionKey),
    /// The secrets of the connection cannot be opened or sealed.
    #[error("opening the secrets of a connection failed")]
    Vault(#[from] VaultError),
    /// The store failed.
    #[error("reading or writing a connection failed")]
    Store(#[from] StoreError),
    /// A commit failed.
    #[error("writing a connection failed")]
    Commit(#[from] CommitError),
}

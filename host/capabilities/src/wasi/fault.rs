//! How a guest ends itself through WASI, as opposed to a fault of the host.

use wasmtime_wasi::{I32Exit, ResourceTableError};

/// What a guest must not ask for.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("it asked for more than 65,535 random bytes at once")]
    TooMuchRandom,
    #[error("it polled nothing")]
    EmptyPoll,
}

/// What a guest did through WASI that ended it, where WASI's own words would not say.
pub fn ended_itself(error: &wasmtime::Error) -> Option<String> {
    if let Some(I32Exit(code)) = error.downcast_ref() {
        return Some(format!("it exited with code {code}"));
    }
    let misused: &ResourceTableError = error.downcast_ref()?;
    Some(format!("it misused a WASI resource: {misused}"))
}

/// Whether a guest held more of WASI's resources than the host keeps for it.
pub fn held_too_many(error: &wasmtime::Error) -> bool {
    matches!(error.downcast_ref(), Some(ResourceTableError::Full))
}

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
    Some(match error.downcast_ref()? {
        ResourceTableError::Full => format!("it held more than {} WASI resources", super::RESOURCES),
        misused => format!("it misused a WASI resource: {misused}"),
    })
}

//! Faults of the host during a guest's call.

use std::error::Error;

/// Ends a guest because the host could not do what it should: never the guest's fault. Every other error that
/// ends a guest is its own doing.
#[derive(Debug, thiserror::Error)]
#[error("the host could not serve a call of the guest")]
pub struct HostFault(#[source] Box<dyn Error + Send + Sync>);

/// The fault as an error of the engine.
pub(crate) fn fault(error: impl Error + Send + Sync + 'static) -> wasmtime::Error {
    wasmtime::Error::new(HostFault(Box::new(error)))
}

//! The first failure to write is the last thing that the store does.

use std::{
    io,
    sync::{Arc, OnceLock},
};

use crate::StoreError;

/// Shared by all who write and all who ask.
#[derive(Clone, Default)]
pub(super) struct Health(Arc<OnceLock<Arc<io::Error>>>);

impl Health {
    /// Refuses once a write has failed.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        self.0.get().map_or(Ok(()), |error| Err(refusal(error.clone())))
    }

    /// Stops the store; an earlier failure stays the reason.
    pub(super) fn fail(&self, error: io::Error) -> StoreError {
        let error = self.0.get_or_init(|| {
            tracing::error!(error = &error as &dyn std::error::Error, "the store stops: a write failed");
            Arc::new(error)
        });
        refusal(error.clone())
    }
}

fn refusal(source: Arc<io::Error>) -> StoreError {
    if is_full(&source) { StoreError::Full { source } } else { StoreError::Poisoned { source } }
}

/// Whether a write failed for want of room: on the disk, in a quota, or for files as large as this.
pub(super) fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

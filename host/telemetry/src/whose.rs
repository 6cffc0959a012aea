//! Whose work is being done: what every line of the log that is written meanwhile says, without being told.

use std::{future::Future, sync::Arc};

use tieline_types::Event;

tokio::task_local! {
    static WHOSE: Whose;
}

/// An attempt at an event. Its connector runs for one installation of one tenant.
#[derive(Debug, Clone)]
pub struct Whose {
    /// Which event.
    pub event: Arc<Event>,
    /// Which attempt at it, 1 for the first.
    pub attempt: u32,
}

impl Whose {
    /// Does work whose log lines name the event. Costs two moves, and nothing on the heap.
    pub fn does<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        WHOSE.scope(self, work)
    }
}

/// Looks at whose work is being done here; none: nobody's in particular.
pub fn whose<T>(look: impl FnOnce(&Whose) -> T) -> Option<T> {
    WHOSE.try_with(look).ok()
}

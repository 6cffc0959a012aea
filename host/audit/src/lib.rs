//! Who did what, from where, with what outcome.
//!
//! There is one chain of records for each tenant and one for the host. A record carries the digest of the one before it, and
//! the head of the chain is moved in the commit that writes the record: records cannot be changed, taken out, exchanged or
//! cut off unseen, and two writers never fork a chain. Nothing is ever deleted here.

mod chain;
mod changed;
mod entry;
mod error;
mod list;
mod place;
mod verify;
#[cfg(test)]
mod verify_law;
mod writer;

use std::sync::Arc;

use tieline_store::Store;
use tieline_types::Clock;

pub use chain::start;
pub use changed::{Changed, Running, Showable};
pub use entry::Entry;
pub use error::AuditError;
pub use list::Filter;
pub use verify::Verifier;

use writer::{Queue, Writer};

/// The audit of a host.
pub struct Audit {
    store: Arc<dyn Store>,
    queue: Queue,
}

impl Audit {
    /// The audit in this store. Its writer is a task that ends when the last handle is dropped.
    pub fn start(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        let queue = Writer::start(store.clone(), clock);
        Self { store, queue }
    }

    /// Adds a record to the end of its chain, and gives its number when it is durable. What many ask for at the same time is
    /// one commit. Whoever stops waiting does not take the record back.
    ///
    /// # Errors
    /// When it could not be made durable; then it is not there, but for a store that stopped in the middle.
    pub async fn record(&self, entry: Entry) -> Result<u64, AuditError> {
        self.queue.add(entry).await
    }
}

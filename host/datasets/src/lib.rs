//! Rows of connectors as Parquet files: made of the rows that wait in the store, merged, read, removed.
//!
//! A file is there, whole and synchronised, before the commit that records it; the same commit drops the rows or forgets
//! the files that it was made of. So a row is in the store or in one recorded file, whatever happens in between. A file
//! that no record names is nobody's: it is written again under the same name, or [swept](Datasets::sweep).

mod claim;
mod compact;
mod copy;
mod door;
mod error;
mod expire;
pub mod export;
mod file;
mod flush;
mod forget;
mod newest;
mod object;
mod pins;
mod place;
mod reading;
mod records;
mod rows;
pub mod summary;
mod sweep;

use std::sync::Arc;

use tieline_store::Store;
use tieline_types::Clock;
use tokio::{runtime::Handle, sync::OnceCell};

pub use compact::Compacted;
pub use copy::Copied;
pub use error::DatasetError;
pub use flush::Flushed;
pub use forget::forgotten;
pub use pins::Hold;
pub use place::{OpenError, Place};
pub use reading::Reading;
pub use records::{FileRecord, Known, TableFiles};
pub use rows::Rows;

/// All datasets of a host. Everything that changes files takes turns here; nothing that serves events waits for it.
pub struct Datasets {
    store: Arc<dyn Store>,
    place: Place,
    clock: Arc<dyn Clock>,
    /// Held while files are made, recorded and removed, so that records and files change in the same order.
    turn: tokio::sync::Mutex<()>,
    pins: Arc<pins::Pins>,
    claimed: OnceCell<()>,
}

impl Datasets {
    /// Datasets whose rows wait in `store`, and whose files are at `place`.
    pub fn new(store: Arc<dyn Store>, place: Place, clock: Arc<dyn Clock>) -> Self {
        let (turn, pins, claimed) = Default::default();
        Self { store, place, clock, turn, pins, claimed }
    }

    /// Does what takes a while and blocks, in a thread that may.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Hands) -> Result<T, DatasetError> + Send + 'static,
    ) -> Result<T, DatasetError> {
        let hands = self.hands();
        tokio::task::spawn_blocking(move || work(&hands)).await.map_err(DatasetError::CutOff)?
    }

    fn hands(&self) -> Hands {
        Hands { place: self.place.clone(), runtime: Handle::current() }
    }
}

/// What it takes to read and write files where threads may block.
#[derive(Clone)]
struct Hands {
    place: Place,
    runtime: Handle,
}

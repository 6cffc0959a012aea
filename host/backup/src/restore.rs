//! A host made of a backup.

use std::{
    io::{BufReader, Read},
    path::Path,
    sync::Arc,
};

use bytes::Bytes;
use futures::TryStreamExt as _;
use tieline_datasets::Place;
use tieline_store::{Batch, Key, Restore, RestoreError, Restored, Space, Store};
use tieline_types::{Clock, Timestamp};
use tokio::runtime::Handle;

use crate::{
    BackupError, Head, Summary,
    read::{Entry, Visit, read},
};

/// Where a host is to be made.
pub struct Target<'t> {
    /// The store's URL; there must be none.
    pub store: &'t str,
    /// What a relative path in it is relative to.
    pub base: &'t Path,
    /// Where the files of datasets are to be.
    pub place: &'t Place,
    /// The name of the master key that the host will have.
    pub master_key: &'t str,
    /// The host's clock.
    pub clock: Arc<dyn Clock>,
}

/// Stands in the store while a host runs: a host that finds it was preceded by one that did not end. What was under way
/// when the backup was made has gone on elsewhere, so every event of it is in doubt.
const RUNNING: &str = "running";
/// When a host was last alive, in milliseconds. From then on its connectors are told that they may have missed something, unless
/// it is less than a minute ago, as at a restart; what came after a backup is missing however soon it is restored.
const ALIVE: &str = "alive";
const LONG_AGO: u64 = 2 * 60_000;
/// When the store was restored, and when its backup was begun.
const RESTORED: &str = "restored";

/// Makes a store, and the files of its datasets, of a backup. Nobody can open the store before it is
/// [finished](Restored::finish), which is for the caller, once all is changed that must not be as it was; a restoration that
/// failed is begun anew. Blocks, so it is for a thread that may; what is asynchronous is done on
/// `runtime`.
///
/// # Errors
/// Before anything is written: [`BackupError::WrongMasterKey`] and [`RestoreError::NotEmpty`]. Later, when the backup
/// is damaged, its files would come among another store's, or something cannot be written.
pub fn restore(
    from: impl Read,
    target: &Target<'_>,
    runtime: &Handle,
) -> Result<(Summary, Restored), BackupError> {
    let mut making = Making { target, runtime, store: None };
    let summary = read(BufReader::new(from), &mut making)?;
    let store = making.store.ok_or(RestoreError::Damaged { what: "the first entries" })?;
    let restored = store.opened(target.clock.clone())?;
    runtime.block_on(note(restored.store(), target.clock.now(), summary.head.begun))?;
    Ok((summary, restored))
}

struct Making<'m, 't> {
    target: &'m Target<'t>,
    runtime: &'m Handle,
    /// None before the head came.
    store: Option<Restore>,
}

impl Visit for Making<'_, '_> {
    fn head(&mut self, head: &Head) -> Result<(), BackupError> {
        if head.master_key != self.target.master_key {
            let (made, given) = (head.master_key.clone(), self.target.master_key.to_owned());
            return Err(BackupError::WrongMasterKey { made, given });
        }
        self.store = Some(tieline_store::restore(self.target.store, self.target.base)?);
        Ok(())
    }

    fn entry(&mut self, entry: Entry<'_>) -> Result<(), BackupError> {
        let store = self.store.as_mut().ok_or(RestoreError::Damaged { what: "the first entries" })?;
        match entry {
            Entry::Records(records) => Ok(store.records(&records)?),
            Entry::Package(digest, bytes) => Ok(store.blob(&digest, &bytes)?),
            Entry::File(name, content) => {
                let mut bytes = Vec::new();
                content.read_to_end(&mut bytes).map_err(BackupError::Unreadable)?;
                self.runtime.block_on(self.file(&name, bytes.into()))
            }
        }
    }
}

impl Making<'_, '_> {
    async fn file(&self, name: &str, content: Bytes) -> Result<(), BackupError> {
        let place = self.target.place;
        if name == Place::CLAIM && self.is_taken(&content).await? {
            return Err(BackupError::PlaceTaken { place: place.shown().to_owned() });
        }
        Ok(place.put(name, content).await?)
    }

    /// Whether the place says that it is another store's.
    async fn is_taken(&self, own: &[u8]) -> Result<bool, BackupError> {
        let place = self.target.place;
        if !place.files().await?.iter().any(|file| file.name == Place::CLAIM) {
            return Ok(false);
        }
        let there: Vec<Bytes> = place.content(Place::CLAIM).await?.try_collect().await?;
        Ok(there.concat() != own)
    }
}

async fn note(store: &dyn Store, now: Timestamp, begun: Timestamp) -> Result<(), BackupError> {
    let now = now.rfc3339();
    let restored = serde_json::json!({ "at": now, "backup": begun.rfc3339() }).to_string();
    let host = Key::new(Space::Host);
    let alive = begun.0.saturating_sub(LONG_AGO).to_string();
    let batch = Batch::new().put(host.clone().part(RUNNING), now).put(host.clone().part(ALIVE), alive);
    let batch = batch.put(host.part(RESTORED), restored);
    store.commit(batch).await.map(drop).map_err(BackupError::Note)
}

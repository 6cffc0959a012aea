//! Removing files that no record names.

use std::collections::HashSet;

use futures::TryStreamExt as _;
use object_store::{ObjectStoreExt as _, path::Path};
use tieline_store::Batch;
use tieline_types::InstallationKey;

use crate::{DatasetError, Datasets, forget::mark};

impl Datasets {
    /// Removes the files of an installation that no record names: what a crash left behind, and everything of one
    /// that was removed. To be called at the start, and after a removal. While somebody [copies](Self::hold) everything,
    /// nothing goes: it is found the next time.
    ///
    /// # Errors
    /// When files cannot be listed or removed; what is left is found the next time.
    pub async fn sweep(&self, installation: &InstallationKey) -> Result<u64, DatasetError> {
        let _turn = self.turn.lock().await;
        if self.pins.held() {
            return Ok(0);
        }
        self.claim().await?;
        let mut recorded: HashSet<Path> = HashSet::new();
        for name in self.tables(installation).await?.into_keys() {
            let table = tieline_types::dataset::TableKey { installation: installation.clone(), table: name };
            let files = self.files(&table).await?;
            recorded.extend(files.iter().map(|file| self.place.file(&table, file.day, &file.name)));
        }
        let folder = self.place.installation(installation);
        let listed: Vec<Path> = self
            .place
            .store
            .list(Some(&folder))
            .map_ok(|found| found.location)
            .try_collect()
            .await
            .map_err(DatasetError::object("listing", &folder))?;
        let mut removed = 0;
        for path in listed.iter().filter(|path| !recorded.contains(path) && !self.pins.waits(path)) {
            match self.place.store.delete(path).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => removed += 1,
                Err(error) => return Err(DatasetError::object("removing", path)(error)),
            }
        }
        let mark = mark(installation);
        let found = self.store.get(&mark).await.map_err(DatasetError::read("reading a removal"))?;
        if let Some(found) = found {
            let over = Batch::new().expect(mark.clone(), Some(found.revision)).delete(mark);
            self.store.commit(over).await.map_err(DatasetError::commit("ending a removal"))?;
        }
        Ok(removed)
    }

    /// Removes files that are recorded no more and that nobody reads.
    pub(crate) async fn bury(&self) {
        for path in self.pins.unread() {
            match self.place.store.delete(&path).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(%path, error, "a file could not be removed; it goes at the next start");
                }
            }
        }
    }
}

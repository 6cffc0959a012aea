//! Removing what was kept long enough.

use tieline_store::Batch;
use tieline_types::dataset::{Day, TableKey};

use crate::{DatasetError, Datasets, records::file_key};

/// Files that are forgotten in one commit.
const STEP: usize = 500;

impl Datasets {
    /// Removes the days of a table before this one; how many bytes of files that was. Rows that wait and belong to such
    /// a day go when they have become files.
    ///
    /// # Errors
    /// When records cannot be read or written.
    pub async fn expire(&self, key: &TableKey, before: Day) -> Result<u64, DatasetError> {
        let turn = self.turn.lock().await;
        let old: Vec<_> = self.files(key).await?.into_iter().filter(|file| file.day < before).collect();
        let mut bytes = 0;
        for some in old.chunks(STEP) {
            let batch = some
                .iter()
                .fold(Batch::new(), |batch, file| batch.delete(file_key(key, file.day, &file.name)));
            self.store.commit(batch).await.map_err(DatasetError::commit("forgetting old files"))?;
            bytes += some.iter().map(|file| file.record.bytes).sum::<u64>();
            self.pins.doom(key, some.iter().map(|file| self.place.file(key, file.day, &file.name)));
        }
        drop(turn);
        self.bury().await;
        Ok(bytes)
    }
}

//! Looking after files: merging small ones, removing old days, and what no record names.

use tieline_datasets::{Compacted, DatasetError};
use tieline_types::{
    InstallationKey,
    dataset::{Day, TableKey},
};

use super::Upkeep;

impl Upkeep {
    /// Looks through the files of installations that have or had some. Whether all went well.
    pub(super) async fn sweep(&self) -> bool {
        let to_sweep: Vec<_> = self.to_sweep.lock().iter().cloned().collect();
        let mut well = true;
        for installation in to_sweep {
            match self.datasets.sweep(&installation).await {
                Ok(removed) => {
                    if removed > 0 {
                        tracing::info!(%installation, removed, "files that no record names were removed");
                    }
                    self.to_sweep.lock().remove(&installation);
                }
                Err(error) => {
                    well = false;
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(%installation, error, "files could not be looked through");
                }
            }
        }
        well
    }

    /// Merges the files of every table where it is worth it, and removes days that were kept long enough.
    pub(super) async fn look_after_all(&self) {
        for installation in self.installations.all() {
            let key = &installation.key;
            let done = self.look_after(key, installation.limits.dataset_days).await;
            if let Some(done) = done.transpose() {
                self.note(key, done).await;
            }
        }
    }

    /// None where the installation has no table.
    async fn look_after(&self, key: &InstallationKey, days: u32) -> Result<Option<()>, DatasetError> {
        let tables = self.datasets.tables(key).await?;
        let oldest = Day::of(self.services.clock.now()).before(days);
        for name in tables.keys() {
            let table = TableKey { installation: key.clone(), table: name.clone() };
            let gone = self.datasets.expire(&table, oldest).await?;
            self.services.datasets.files(key, 0, gone);
            self.merge(&table, false).await?;
        }
        Ok((!tables.is_empty()).then_some(()))
    }

    /// Merges the files of a table; with `all`, each day's into one.
    pub(super) async fn merge(&self, table: &TableKey, all: bool) -> Result<Compacted, DatasetError> {
        let merged = self.datasets.compact(table, all).await?;
        self.services.datasets.files(&table.installation, merged.after, merged.before);
        Ok(merged)
    }
}

//! Datasets of installations: rows that were committed become files, files are merged, and what was kept long enough
//! goes. All of it beside the events: nothing that serves them waits for it.

mod keep;
mod read;
mod upkeep;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tieline_capabilities::Services;
use tieline_datasets::{DatasetError, Datasets, Known};
use tieline_types::{AlertKey, InstallationKey, Problem, Severity, TenantId, dataset::TableKey};
use tokio::sync::Notify;

use crate::{HostError, alerts::Alerts, installations::Installations, problems};

/// The alert about files that cannot be written.
const FILES_FAILED: &str = "dataset.files-failed";

/// Looks after the datasets of all installations.
pub(crate) struct Upkeep {
    pub(crate) datasets: Datasets,
    services: Arc<Services>,
    installations: Arc<Installations>,
    alerts: Alerts,
    /// How long rows wait for their file at most.
    patience: Duration,
    /// Installations whose files are to be looked through.
    to_sweep: Mutex<BTreeSet<InstallationKey>>,
    /// Installations of which it is known that their files can be written.
    healthy: Mutex<BTreeSet<InstallationKey>>,
    asked: Notify,
}

impl Upkeep {
    /// Learns what there is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn load(
        datasets: Datasets,
        services: Arc<Services>,
        installations: Arc<Installations>,
        alerts: Alerts,
        patience: Duration,
    ) -> Result<Arc<Self>, HostError> {
        let known = datasets.known().await.map_err(|error| unavailable("reading the datasets", error))?;
        let Known { waiting, files, installations: with_files } = known;
        let waiting: Vec<_> = waiting.into_iter().collect();
        services.datasets.appended(&waiting, services.clock.now());
        for (installation, bytes) in files {
            services.datasets.files(&installation, bytes, 0);
        }
        Ok(Arc::new(Self {
            datasets,
            services,
            installations,
            alerts,
            patience,
            to_sweep: Mutex::new(with_files),
            healthy: Mutex::default(),
            asked: Notify::new(),
        }))
    }

    /// An installation was removed, and what is known of its tables with it.
    pub(crate) fn removed(&self, installation: &InstallationKey) {
        self.services.datasets.forget(installation);
        self.to_sweep.lock().insert(installation.clone());
        self.asked.notify_one();
    }

    /// Whether no file can be left of a tenant whose installations were removed.
    pub(crate) fn is_rid_of(&self, tenant: &TenantId) -> bool {
        !self.to_sweep.lock().iter().any(|installation| installation.tenant == *tenant)
    }

    /// Makes files of all rows of a table that wait.
    pub(crate) async fn file(&self, table: &TableKey) -> Result<(), DatasetError> {
        let kept = &self.services.datasets;
        loop {
            let flushed = self.datasets.flush(table).await?;
            kept.filed(table, flushed.waited, self.services.clock.now());
            kept.files(&table.installation, flushed.files, 0);
            if !flushed.more {
                return Ok(());
            }
        }
    }

    /// Notes how it went for an installation: an alert stands while its files cannot be written.
    async fn note(&self, installation: &InstallationKey, done: Result<(), DatasetError>) {
        let about = AlertKey::of_installation(installation, FILES_FAILED);
        match done {
            Ok(()) => {
                if self.healthy.lock().insert(installation.clone()) {
                    self.alerts.clear(&about).await;
                }
            }
            Err(error) => {
                self.healthy.lock().remove(installation);
                let problem = Problem::new(FILES_FAILED, format!("{}.", problems::with_causes(&error)))
                    .remedy(
                        "Mend what `[datasets] url` in tieline.toml names; rows wait in the store meanwhile.",
                    );
                self.alerts.raise(&about, Severity::Warning, problem).await;
            }
        }
    }
}

/// For whoever asked.
fn unavailable(doing: &'static str, error: DatasetError) -> HostError {
    HostError::Unavailable { doing, source: Some(Box::new(error)) }
}

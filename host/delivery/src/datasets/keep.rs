//! When something is to be done about datasets.

use std::{sync::Arc, time::Duration};

use tieline_capabilities::dataset::{MUCH, Waiting};
use tieline_types::{Timestamp, dataset::TableKey};
use tokio::time::Instant;

use super::Upkeep;

/// How often files are merged, and old days removed.
const UPKEEP: Duration = Duration::from_secs(600);
/// How long after a failure it is tried again.
const AFTER_FAILURE: Duration = Duration::from_secs(30);
/// How long a host that ends makes files. Rows that still wait are safe: they wait in the store.
const LAST_FILES: Duration = Duration::from_secs(10);

impl Upkeep {
    /// Makes files of rows when there are many or they waited long, and looks after files now and then. Runs until it
    /// is dropped.
    pub(crate) async fn keep(self: Arc<Self>) {
        let mut upkeep = Instant::now();
        loop {
            let swept = self.sweep().await;
            let filed = self.file_due().await;
            if upkeep <= Instant::now() {
                self.look_after_all().await;
                upkeep = Instant::now() + UPKEEP;
            }
            let pause = match swept && filed {
                true => self.until_due().min(upkeep.saturating_duration_since(Instant::now())),
                false => AFTER_FAILURE,
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.services.datasets.news(), if filed => {}
                () = self.asked.notified(), if swept => {}
            }
        }
    }

    /// Makes files of what waits, at the end of the host.
    pub(crate) async fn finish(&self) {
        let all = async {
            for (table, _) in self.services.datasets.waiting() {
                if let Err(error) = self.file(&table).await {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(%table, error, "rows still wait for their file");
                }
            }
        };
        if tokio::time::timeout(LAST_FILES, all).await.is_err() {
            tracing::info!("rows still wait for their files; the next start makes them");
        }
    }

    /// Whether all went well.
    async fn file_due(&self) -> bool {
        let now = self.services.clock.now();
        let mut well = true;
        for (table, waiting) in self.services.datasets.waiting() {
            if due(waiting, self.patience, now).is_zero() {
                well &= self.file_noted(&table).await;
            }
        }
        well
    }

    async fn file_noted(&self, table: &TableKey) -> bool {
        let done = self.file(table).await;
        let well = done.is_ok();
        self.note(&table.installation, done).await;
        well
    }

    fn until_due(&self) -> Duration {
        let now = self.services.clock.now();
        let waiting = self.services.datasets.waiting();
        waiting.into_iter().map(|(_, waiting)| due(waiting, self.patience, now)).min().unwrap_or(UPKEEP)
    }
}

/// How long rows may still wait.
fn due(waiting: Waiting, patience: Duration, now: Timestamp) -> Duration {
    if waiting.bytes >= MUCH { Duration::ZERO } else { patience.saturating_sub(now.since(waiting.since)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_rows_wait_not_at_all_and_few_for_a_while() {
        let patience = Duration::from_secs(60);
        let waiting = |bytes| Waiting { bytes, since: Timestamp(1_000) };
        assert_eq!(due(waiting(1), patience, Timestamp(1_000)), patience);
        assert_eq!(due(waiting(1), patience, Timestamp(31_000)), patience / 2);
        assert_eq!(due(waiting(1), patience, Timestamp(90_000)), Duration::ZERO);
        assert_eq!(due(waiting(MUCH), patience, Timestamp(1_000)), Duration::ZERO);
    }
}

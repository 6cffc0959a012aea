//! Bringing an installation's storage to the shape of another version.

use tieline_capabilities::{Mode, Transaction};
use tieline_store::Batch;
use tieline_types::{Problem, Severity};

use super::{
    Installation,
    installer::{Installer, spec},
    trouble::MIGRATE_FAILED,
};

impl Installer {
    /// What the connector of another version writes so that it can begin; none when the version is the same. To
    /// be committed with the switch to it.
    ///
    /// # Errors
    /// Why it cannot. Nothing that it wrote is kept, the version before it stays, and an alert says so; or none does, where
    /// it is `only_told`.
    pub(super) async fn migrated(
        &self,
        before: &Installation,
        ready: &Installation,
        only_told: bool,
    ) -> Result<Option<Transaction>, Problem> {
        let (Ok(package), from) = (&ready.package, &before.version) else { return Ok(None) };
        if *from == ready.version || from.is_empty() {
            return Ok(None);
        }
        let finished = self.runtime.migrate(package, spec(Mode::Migrate, ready, &self.services), from).await;
        let cause = match finished.answer {
            Ok(Ok(())) => return Ok(Some(finished.transaction)),
            Ok(Err(problem)) => problem,
            Err(stop) => stop.problem(),
        };
        let message = format!("The migration {from} → {} failed: {}", ready.version, cause.message);
        let problem = Problem { message, field: Some("/package".into()), ..cause };
        if only_told {
            return Err(problem);
        }
        tracing::warn!(installation = %ready.key, %problem, "the version before it stays");
        let kept = Batch::new().ops(finished.transaction.kept_when_failed());
        if !kept.ops.is_empty()
            && let Err(error) = self.services.store.commit(kept).await
        {
            let error = &error as &dyn std::error::Error;
            tracing::error!(installation = %ready.key, error, "the alerts of a migration could not be kept");
        }
        self.alarm(&ready.key, MIGRATE_FAILED, Severity::Warning, problem.clone()).await;
        Err(problem)
    }
}

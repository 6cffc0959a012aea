//! Alerts about packages: raised where something fails, cleared where the same thing succeeds.

use tieline_types::{AlertKey, InstallationKey, Problem, Severity};

use super::installer::Installer;

/// The package cannot be loaded: its installation's events wait, or its replacement was refused.
pub(super) const LOAD_FAILED: &str = "package.load-failed";
/// The connector did not migrate: the version before it goes on.
pub(super) const MIGRATE_FAILED: &str = "package.migrate-failed";
/// The connector did not plan: the plan before it stands.
pub(super) const PLAN_FAILED: &str = "package.plan-failed";

impl Installer {
    /// Raises an alert about an installation.
    pub(super) async fn alarm(
        &self,
        key: &InstallationKey,
        about: &str,
        severity: Severity,
        problem: Problem,
    ) {
        self.alerts.raise(&AlertKey::of_installation(key, about), severity, problem).await;
    }

    /// The first of the problems stands for all: the alert is there to be looked at, the list to be read.
    pub(super) async fn plan_failed(&self, key: &InstallationKey, problems: &[Problem]) {
        if let Some(problem) = problems.first() {
            self.alarm(key, PLAN_FAILED, Severity::Warning, problem.clone()).await;
        }
    }

    /// Clears it.
    pub(super) async fn mended(&self, key: &InstallationKey, about: &str) {
        self.alerts.clear(&AlertKey::of_installation(key, about)).await;
    }
}

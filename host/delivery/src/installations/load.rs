//! The installations at start.

use tieline_store::{Key, Pages, Space};
use tieline_types::{InstallationKey, Severity};

use super::{Installation, Stored, installer::Installer, planner::Planner, trouble::LOAD_FAILED};
use crate::HostError;

impl Installer {
    /// Makes everything ready that was applied before. An installation whose package cannot be loaded is
    /// there all the same, with its problem: its events are kept and wait.
    pub(crate) async fn load(&self, planner: &Planner) -> Result<(), HostError> {
        let failed = |error| HostError::store("loading the installations", error);
        let mut pages = Pages::under(Key::new(Space::Installation));
        while let Some(page) = pages.next(&*self.services.store).await.map_err(failed)? {
            for (key, value) in page {
                let stored: Stored = serde_json::from_slice(&value.bytes).map_err(|error| {
                    HostError::Internal { doing: "reading a stored installation", source: Box::new(error) }
                })?;
                let tenant = key.parts().first().and_then(|tenant| tenant.parse().ok());
                let Some(tenant) = tenant else { continue };
                self.load_one(
                    InstallationKey { tenant, installation: stored.installation.id.clone() },
                    stored,
                    planner,
                )
                .await?;
            }
        }
        Ok(())
    }

    async fn load_one(
        &self,
        key: InstallationKey,
        stored: Stored,
        planner: &Planner,
    ) -> Result<(), HostError> {
        let package = match self.packages.load(&stored.installation.package).await {
            Ok(package) => {
                self.mended(&key, LOAD_FAILED).await;
                Ok(package)
            }
            Err(error) => {
                tracing::error!(installation = %key, error = &error as &dyn std::error::Error, "its events wait");
                self.alarm(&key, LOAD_FAILED, Severity::Critical, error.problem()).await;
                Err(error.problem())
            }
        };
        let failed = |error| HostError::store("loading the installations", error);
        if !self.wants(&key, None).await.map_err(failed)?.is_empty() {
            planner.plan_again(&key);
        }
        let fence = self.fence(&key).await?;
        let ready = self.ready(key, stored.installation, package, stored.plan, fence);
        // A package that cannot be loaded does not say its version; what stands in storage is of this one.
        self.installations.put(Installation { version: stored.version, ..ready });
        Ok(())
    }
}

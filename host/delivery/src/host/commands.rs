//! What the API may tell a host to do.

use std::sync::Arc;

use bytes::Bytes;
use tieline_types::{
    Asker, EventId, InstallationKey, TenantId,
    api::{
        ActRequest, ActResponse, CheckReport, PackageSummary, PauseReport, ReplayAs, ReplayReport,
        ReplayRequest, ResumeReport, View,
    },
};

use super::Host;
use crate::HostError;

impl Host {
    /// Keeps a package, so that a tenant document can name its digest.
    ///
    /// # Errors
    /// [`HostError::Invalid`] when it is no connector that this host can run.
    pub async fn put_package(&self, bytes: Bytes) -> Result<PackageSummary, HostError> {
        self.installer.keep_package(bytes).await
    }

    /// Lets an installation pause: its events are kept, and wait until it is resumed. Nothing else lifts that.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when there is no such installation.
    pub async fn pause(&self, installation: &InstallationKey) -> Result<PauseReport, HostError> {
        self.installation(installation)?;
        self.suspend_by_hand(installation).await.map(|paused| PauseReport { paused })
    }

    /// Lets an installation run again that was suspended or paused. Whether it was.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when there is no such installation.
    pub async fn resume(&self, installation: &InstallationKey) -> Result<ResumeReport, HostError> {
        self.installation(installation)?;
        self.lift_suspension(installation).await.map(|resumed| ResumeReport { resumed })
    }

    /// Delivers events again, or says how many that would be; one bounded page of them at a time. Repeating a
    /// page does no harm: an event that waits is not delivered twice.
    ///
    /// # Errors
    /// As [`Host::connections`]; [`HostError::Conflict`] when a page changed under it, and nothing was done.
    pub async fn replay(
        &self,
        tenant: &TenantId,
        request: &ReplayRequest,
    ) -> Result<ReplayReport, HostError> {
        self.require(tenant).await?;
        self.running("starting a replay on a host that ends")?;
        self.replay_page(tenant, request).await
    }

    /// Delivers one event again.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when the tenant has no such event (any more).
    pub async fn replay_event(
        &self,
        tenant: &TenantId,
        id: EventId,
        how: &ReplayAs,
    ) -> Result<ReplayReport, HostError> {
        self.running("starting a replay on a host that ends")?;
        self.replay_one(tenant, id, how).await
    }

    /// Tests an installation, stage by stage, without changing anything.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when there is no such installation. What fails is in the report.
    pub async fn check(&self, installation: &InstallationKey) -> Result<CheckReport, HostError> {
        self.run_check(installation).await
    }

    /// Runs an action of an installation. `asker` is on whose behalf, whatever the request says: who may name whom is
    /// judged by whoever calls this.
    ///
    /// # Errors
    /// [`HostError::Forbidden`] when whoever asks has no role for it; [`HostError::Invalid`] when the input does not
    /// fit the action's schema; [`HostError::Failed`] when the connector did not do it.
    pub async fn act(
        self: &Arc<Self>,
        installation: &InstallationKey,
        action: &str,
        request: ActRequest,
        asker: Asker,
    ) -> Result<ActResponse, HostError> {
        self.running("starting an action on a host that ends")?;
        self.run_act(installation, action, request, asker).await
    }

    /// What a person is shown about a record of an installation. Changes nothing, here or upstream.
    ///
    /// # Errors
    /// [`HostError::Failed`] with why there is nothing to see.
    pub async fn view(
        &self,
        installation: &InstallationKey,
        record: (String, String),
        asker: Asker,
    ) -> Result<View, HostError> {
        self.run_view(installation, record, asker).await
    }
}

//! What the API may look at: lists, an event, a tape, a package.

use bytes::Bytes;
use tieline_types::{
    Alert, Digest, EventId, TenantId,
    api::{
        ActivityEntry, ConnectionSummary, Coverage, DeadLetterGroup, EventDetail, EventSummary,
        InstallationSummary, Page, ScheduleSummary, SubscriptionSummary, TenantSummary,
    },
    tape::TapedRun,
};

use crate::{
    ActivityQuery, EventQuery, Host, HostError, installations::Installation, query::installation_summary,
};

impl Host {
    /// All tenants, by name.
    ///
    /// # Errors
    /// When the store cannot be read; so for all lists.
    pub async fn tenants(&self) -> Result<Vec<TenantSummary>, HostError> {
        self.list_tenants().await
    }

    /// The connections of a tenant, by name.
    ///
    /// # Errors
    /// [`HostError::NotFound`] for a tenant that was never applied; so for all lists of a tenant.
    pub async fn connections(&self, tenant: &TenantId) -> Result<Vec<ConnectionSummary>, HostError> {
        self.require(tenant).await?;
        self.list_connections(tenant).await
    }

    /// The installations of a tenant, by name.
    ///
    /// # Errors
    /// As [`Host::connections`].
    pub async fn installations(&self, tenant: &TenantId) -> Result<Vec<InstallationSummary>, HostError> {
        let alerts = self.alerts(tenant).await?;
        let about = |found: &Installation| {
            alerts
                .iter()
                .filter(|alert| alert.about.installation.as_ref() == Some(&found.key.installation))
                .count()
        };
        let found = self.installations.of(tenant);
        let summary = |found: &Installation| {
            let mut summary = installation_summary(found, about(found));
            summary.problems.extend(self.suspensions.problem(&found.key));
            summary
        };
        Ok(found.iter().map(|found| summary(found)).collect())
    }

    /// The alerts of a tenant that stand: what matters most first, and then what stands longest.
    ///
    /// # Errors
    /// As [`Host::connections`].
    pub async fn alerts(&self, tenant: &TenantId) -> Result<Vec<Alert>, HostError> {
        self.require(tenant).await?;
        self.alerts.of(tenant).await.map_err(|error| HostError::store("listing the alerts", error))
    }

    /// The timers of a tenant, in the order in which they are due.
    ///
    /// # Errors
    /// As [`Host::connections`].
    pub async fn schedules(&self, tenant: &TenantId) -> Result<Vec<ScheduleSummary>, HostError> {
        self.require(tenant).await?;
        self.schedules.of(tenant).await.map_err(|error| HostError::store("listing the timers", error))
    }

    /// The Graph subscriptions that bring events to a tenant.
    ///
    /// # Errors
    /// As [`Host::connections`].
    pub async fn subscriptions(&self, tenant: &TenantId) -> Result<Vec<SubscriptionSummary>, HostError> {
        self.require(tenant).await?;
        Ok(self.subscriptions.summaries(tenant))
    }

    /// How completely the events of a subscription, named by its key or Graph's id, were brought to each
    /// installation of the tenant that wants them.
    ///
    /// # Errors
    /// As [`Host::connections`]; also [`HostError::NotFound`] when there is no such subscription.
    pub async fn coverage(&self, tenant: &TenantId, name: &str) -> Result<Vec<Coverage>, HostError> {
        self.require(tenant).await?;
        let found = self.subscriptions.coverage(tenant, name).await;
        let found = found.map_err(|error| HostError::store("reading a coverage", error))?;
        found.ok_or_else(|| HostError::NotFound { what: format!("subscription {name}") })
    }

    /// What connectors wrote about records, newest first.
    ///
    /// # Errors
    /// As [`Host::connections`].
    pub async fn activity(
        &self,
        tenant: &TenantId,
        query: &ActivityQuery,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<ActivityEntry>, HostError> {
        self.require(tenant).await?;
        self.list_activity(tenant, query, after, limit).await
    }

    /// The events of a tenant, newest first; `after` is the last id of the page before.
    ///
    /// # Errors
    /// As [`Host::connections`].
    pub async fn events(
        &self,
        tenant: &TenantId,
        query: &EventQuery,
        after: Option<EventId>,
        limit: usize,
    ) -> Result<Page<EventSummary>, HostError> {
        self.require(tenant).await?;
        self.list_events(tenant, query, after, limit).await
    }

    /// An event with all that happened to it.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when the tenant has no such event (any more).
    pub async fn event(&self, tenant: &TenantId, id: EventId) -> Result<EventDetail, HostError> {
        self.show_event(tenant, id).await
    }

    /// The dead letters of a tenant, grouped by what they died of; the largest group first.
    ///
    /// # Errors
    /// As [`Host::connections`].
    pub async fn dead_letters(&self, tenant: &TenantId) -> Result<Vec<DeadLetterGroup>, HostError> {
        self.require(tenant).await?;
        self.group_dead_letters(tenant).await
    }

    /// All that the connector was given, asked and was told in one run of an event: the last, or the last of this
    /// attempt.
    ///
    /// # Errors
    /// [`HostError::Failed`] when that was not kept; the problem says what to set.
    pub async fn taped_run(
        &self,
        tenant: &TenantId,
        id: EventId,
        attempt: Option<u32>,
    ) -> Result<TapedRun, HostError> {
        self.show_tape(tenant, id, attempt).await
    }

    /// A package as it was uploaded.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when there is none with this digest.
    pub async fn package(&self, digest: &Digest) -> Result<Bytes, HostError> {
        let found = self.services.store.blob(digest).await;
        let found = found.map_err(|error| HostError::store("reading a package", error))?;
        found.ok_or_else(|| HostError::NotFound { what: format!("package {digest}") })
    }
}

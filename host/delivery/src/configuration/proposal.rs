//! Configuration as it might be: what is wrong with it, what it would want to exist, what it would change. Nothing is changed.

use tieline_types::{
    Digest, InstallationKey, Problem,
    api::{
        ApplyReport, PlanPreview, PlannedHook, PlannedSubscription, PlannedTimer, Proposal, ValidationReport,
    },
    tenant::{Installation, TenantDocument},
};

use super::{Configuration, no_installation};
use crate::{
    Host, HostError,
    installations::{
        apply::{Judging, Wanted},
        plan::Plan,
    },
};

impl Host {
    /// Whether an installation could be put so.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when there is no such installation, and none is described. What is wrong is in the report.
    pub async fn validate(
        &self,
        key: &InstallationKey,
        proposal: Proposal,
    ) -> Result<ValidationReport, HostError> {
        let (configuration, proposed) = self.proposed(key, proposal).await?;
        let judged = self.installer.judge(key, &proposed, &configuration.document.connections).await;
        Ok(ValidationReport { problems: judged.err().unwrap_or_default() })
    }

    /// What an installation would want to exist if it were put so.
    ///
    /// # Errors
    /// As [`Host::validate`].
    pub async fn preview(&self, key: &InstallationKey, proposal: Proposal) -> Result<PlanPreview, HostError> {
        let (configuration, proposed) = self.proposed(key, proposal).await?;
        let planned = self.installer.try_out(key, &proposed, &configuration.document.connections).await;
        Ok(planned.map_or_else(|problems| PlanPreview { problems, ..PlanPreview::default() }, shown))
    }

    /// What [`apply`](Self::apply) would do with a document, field by field. Nothing is changed, and no connector keeps
    /// anything; an installation that would go is not asked for its action of removal.
    ///
    /// # Errors
    /// As [`Host::apply`], but that a package may be missing.
    pub async fn compare(&self, document: TenantDocument) -> Result<ApplyReport, HostError> {
        self.installer.compare(&Wanted { document, judged: Judging::All, gone: false }).await
    }

    async fn proposed(
        &self,
        key: &InstallationKey,
        proposal: Proposal,
    ) -> Result<(Configuration, Installation<Digest>), HostError> {
        let configuration = self.configured(&key.tenant).await?;
        let now = configuration.installation(&key.installation).map(|(now, _)| now.clone());
        let proposed = match (now, proposal.package) {
            (Some(now), _) => now,
            (None, None) => return Err(no_installation(key)),
            (None, Some(package)) => self.blank(key, package).await?,
        };
        let proposed = Installation {
            package: proposal.package.unwrap_or(proposed.package),
            grant: proposal.grant.unwrap_or(proposed.grant),
            config: proposal.config.unwrap_or(proposed.config),
            ..proposed
        };
        Ok((configuration, proposed))
    }

    /// An installation of a package, with nothing granted and nothing configured.
    async fn blank(&self, key: &InstallationKey, package: Digest) -> Result<Installation<Digest>, HostError> {
        let connector = self.package_detail(&package).await?.manifest.connector.id;
        Ok(Installation {
            id: key.installation.clone(),
            connector,
            package,
            grant: Default::default(),
            journal: Default::default(),
            watchdog: None,
            config: serde_json::json!({}),
        })
    }
}

fn shown(plan: Plan) -> PlanPreview {
    let Plan { subscriptions, timers, webhooks, tables } = plan;
    let subscription = |planned: crate::installations::plan::Planned| PlannedSubscription {
        resource: planned.resource,
        subscriber: planned.subscriber,
        change_types: planned.change_types.into_iter().collect(),
        with_content: planned.with_content,
    };
    PlanPreview {
        subscriptions: subscriptions.into_iter().map(subscription).collect(),
        timers: timers.into_iter().map(|(key, timing)| PlannedTimer { key, timing }).collect(),
        hooks: webhooks.into_iter().map(|(key, verification)| PlannedHook { key, verification }).collect(),
        tables: tables.values().cloned().collect(),
        problems: Vec::<Problem>::new(),
    }
}

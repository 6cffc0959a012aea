//! The staged test of an installation: the host's own stages first, then the connector's.

use tieline_capabilities::Mode;
use tieline_identity::{CONSENT_SPREADING, Identity};
use tieline_types::{
    ConnectionKey, InstallationKey, Problem,
    api::{CheckReport, CheckStage, Verdict},
    manifest::Capability,
};
use tracing::Instrument as _;

use crate::{
    Host, HostError, calendar,
    installations::{Installation, installer::spec, validate::MICROSOFT},
    observed, problems,
};

impl Host {
    /// Tests an installation without changing anything, here or upstream.
    pub(crate) async fn run_check(&self, key: &InstallationKey) -> Result<CheckReport, HostError> {
        let installation = self.installation(key)?;
        let span = observed::check(&installation);
        let report = self.checked(key, &installation).instrument(span.clone()).await;
        let bad = report.stages.iter().any(|stage| stage.verdict == Verdict::Failed);
        span.record("outcome", if bad { "failed" } else { "done" });
        Ok(report)
    }

    async fn checked(&self, key: &InstallationKey, installation: &Installation) -> CheckReport {
        let package = match &installation.package {
            Ok(package) => package,
            Err(problem) => return CheckReport { stages: vec![failed("package", problem.clone())] },
        };
        let mut stages = vec![passed("package")];
        for connection in connections(
            installation,
            package.inspection.manifest.capabilities.contains_key(&Capability::Graph),
        ) {
            stages.push(self.check_connection(&connection).await);
        }
        let unwell = self.subscriptions.summaries(&key.tenant).into_iter().find_map(|subscription| {
            let concerned = subscription.installations.contains(&key.installation);
            subscription.problem.filter(|_| concerned)
        });
        if !installation.plan.subscriptions.is_empty() {
            stages.push(unwell.map_or_else(|| passed("subscriptions"), subscriptions));
        }
        stages.extend(self.webhook_stages(key));
        let spec = spec(Mode::Check, installation, &self.services);
        match self.runtime.check(package, spec, &installation.config).await.answer {
            Ok(own) => stages.extend(own),
            Err(stop) => stages.push(failed("connector", stop.problem())),
        }
        CheckReport { stages }
    }

    async fn check_connection(&self, key: &ConnectionKey) -> CheckStage {
        let name = format!("connection {}", key.connection);
        if let Err(error) = self.services.connections.authorize(key, &Identity::App).await {
            return failed(&name, problems::of_connection(error));
        }
        let all = self.services.connections.list(&key.tenant).await.unwrap_or_default();
        let connection = all.iter().find(|connection| connection.name == key.connection);
        let ends = connection.and_then(|connection| calendar::soon(connection, self.services.clock.now()));
        match ends {
            Some(problem) => CheckStage { name, verdict: Verdict::Warning, problem: Some(problem) },
            None => passed(&name),
        }
    }
}

fn connections(installation: &Installation, graph: bool) -> Vec<ConnectionKey> {
    let granted = installation.document.grant.connections.iter().cloned();
    let microsoft = graph.then(|| MICROSOFT.parse().expect("it is a valid name"));
    let key = |connection| ConnectionKey { tenant: installation.key.tenant.clone(), connection };
    microsoft.into_iter().chain(granted).map(key).collect()
}

/// What is wrong with a subscription. A consent that spreads is no failure: it is probed until it is honoured.
fn subscriptions(problem: Problem) -> CheckStage {
    let name = "subscriptions";
    if problem.code == CONSENT_SPREADING {
        return CheckStage { name: name.into(), verdict: Verdict::Warning, problem: Some(problem) };
    }
    failed(name, problem)
}

fn passed(name: &str) -> CheckStage {
    CheckStage { name: name.into(), verdict: Verdict::Ok, problem: None }
}

fn failed(name: &str, problem: Problem) -> CheckStage {
    CheckStage { name: name.into(), verdict: Verdict::Failed, problem: Some(problem) }
}

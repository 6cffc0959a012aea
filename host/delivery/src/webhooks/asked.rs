//! Webhooks as the API asks for them. Whoever is shown a secret is in the log.

use std::time::Duration;

use tieline_store::Batch;
use tieline_telemetry::Kind;
use tieline_types::{
    InstallationKey, Problem, Secret, TenantId, Timestamp,
    api::{CheckStage, HookDetail, HookSummary, RotateRequest, Verdict},
    secret::ShownSecret,
};
use tracing::Instrument as _;

use super::{Called, HookRequest, Record, WebhookError, Webhooks, fresh, record::Way, table::Webhook};
use crate::{Host, HostError, observed};

/// The longest time for which an old secret may be taken beside the new one.
const OVERLAP: Duration = Duration::from_secs(7 * 24 * 3_600);

impl Host {
    /// Whether this address is a webhook's, or was one.
    pub fn is_webhook(&self, route: &tieline_types::RouteKey) -> bool {
        self.webhooks.is_at(route)
    }

    /// Takes a call of a webhook. When it answers that it was taken, it is durable; no guest has run.
    pub async fn call_webhook(&self, route: &tieline_types::RouteKey, request: HookRequest<'_>) -> Called {
        if self.ends() {
            return Called::Unavailable;
        }
        let span = observed::hook(Kind::Webhook);
        let called = self.webhooks.take(&self.receiver, route, request).instrument(span.clone()).await;
        observed::answered(&span, Kind::Webhook, called.name());
        called
    }

    /// The webhooks of a tenant, by installation and name; without what one could call them with.
    ///
    /// # Errors
    /// As [`Host::connections`].
    pub async fn webhooks(&self, tenant: &TenantId) -> Result<Vec<HookSummary>, HostError> {
        self.require(tenant).await?;
        Ok(self.webhooks.summaries(tenant, self.services.clock.now()))
    }

    /// A webhook, with the address and the secret that its caller needs.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when the installation has no such hook.
    pub async fn webhook(&self, installation: &InstallationKey, key: &str) -> Result<HookDetail, HostError> {
        let hook = self.webhooks.table.get(installation, key);
        let hook = hook.ok_or_else(|| unknown(installation, key))?;
        tracing::info!(%installation, hook = key, "a webhook's address and secret were shown");
        Ok(self.shown(&hook))
    }

    /// Makes a webhook's secret anew; where the address is the secret, that.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when the installation has no such hook; [`HostError::Invalid`] when the old one is to
    /// live too long.
    pub async fn rotate_webhook(
        &self,
        installation: &InstallationKey,
        key: &str,
        request: &RotateRequest,
    ) -> Result<HookDetail, HostError> {
        let overlap = Duration::from_secs(request.overlap_s);
        if overlap > OVERLAP {
            let message = format!("An old secret is taken for {} days at most.", OVERLAP.as_secs() / 86_400);
            let problem = Problem::new("webhook.overlap", message).at("/overlap_s");
            return Err(HostError::Invalid { problems: vec![problem] });
        }
        let _turn = self.installer.turn.lock().await;
        let hook = self.webhooks.table.get(installation, key);
        let hook = hook.ok_or_else(|| unknown(installation, key))?;
        let rotated = self.webhooks.rotate(&hook, overlap).await?;
        tracing::info!(%installation, hook = key, overlap_s = request.overlap_s, "a webhook's secret was made anew");
        let detail = self.shown(&rotated);
        self.webhooks.table.put(rotated);
        Ok(detail)
    }

    /// What the test of an installation says of its webhooks.
    pub(crate) fn webhook_stages(&self, installation: &InstallationKey) -> Vec<CheckStage> {
        let all = self.webhooks.table.of(&installation.tenant);
        all.iter().filter(|hook| hook.installation == *installation).map(|hook| stage(hook)).collect()
    }

    fn shown(&self, hook: &Webhook) -> HookDetail {
        let secret = hook.verification.has_secret().then(|| ShownSecret(hook.way.secret.clone()));
        let address = Secret::new(format!("{}/hooks/{}", self.public_url, hook.way.route.as_str()));
        let problem = (!self.is_public_over_tls()).then(|| {
            let message =
                "The address is not https: most systems refuse to call it, and others would read what comes.";
            Problem::new("hook.not-secure", message)
                .remedy("Set [server] public_url to the https address under which others reach this host.")
        });
        HookDetail {
            hook: hook.summary(self.services.clock.now()),
            address: ShownSecret(address),
            secret,
            problem,
        }
    }
}

impl Webhooks {
    /// Those of a tenant, by installation and name.
    pub(crate) fn summaries(&self, tenant: &TenantId, now: Timestamp) -> Vec<HookSummary> {
        self.table.of(tenant).iter().map(|hook| hook.summary(now)).collect()
    }

    /// Makes the next way in durable, and beside it the old one for its time.
    async fn rotate(&self, hook: &Webhook, overlap: Duration) -> Result<Webhook, WebhookError> {
        let now = self.services.clock.now();
        let (installation, key) = (&hook.installation, &hook.key);
        let way = match (fresh()?, hook.verification.has_secret()) {
            (fresh, true) => Way { route: hook.way.route.clone(), ..fresh },
            (fresh, false) => fresh,
        };
        let until = now.after(overlap);
        let record = Record {
            way: way.sealed(&self.vault, installation, key).await?,
            made: hook.made,
            rotated: Some(now),
            old: Some((hook.way.sealed(&self.vault, installation, key).await?, until)),
            gone: false,
        };
        self.services.store.commit(Batch::new().ops([record.put(installation, key, now)])).await?;
        self.live(installation, key, &hook.verification, &record).await
    }
}

fn stage(hook: &Webhook) -> CheckStage {
    let (name, key) = (format!("webhook {}", hook.key), &hook.key);
    let show = format!("`tieline hooks show {} {key}`", hook.installation);
    let (verdict, problem) = if hook.seen.is_failing() {
        let problem =
            Problem::new("webhook.refused", format!("The last call of `{key}` did not prove itself."));
        (Verdict::Failed, Some(problem.remedy(format!("Put what {show} says into the system that calls."))))
    } else if hook.seen.last_taken().is_none() {
        let message = format!("Nobody has called `{key}` since the host's start.");
        let remedy = format!("If it was not set up yet: {show} has the address and the secret.");
        (Verdict::Skipped, Some(Problem::new("webhook.not-called", message).remedy(remedy)))
    } else {
        (Verdict::Ok, None)
    };
    CheckStage { name, verdict, problem }
}

fn unknown(installation: &InstallationKey, key: &str) -> HostError {
    let key: String = key.chars().take(80).collect();
    HostError::NotFound { what: format!("webhook {key} of {installation}") }
}

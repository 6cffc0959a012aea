//! Making installations ready: their rights, limits and plan.

use std::sync::Arc;

use tieline_capabilities::{
    Allowance, EffectMemory, Mode, RunSpec, Services, Source, Transaction, bindings::types::Entry, storage,
};
use tieline_runtime::{Package, Runtime};
use tieline_store::{Key, Op, Pages, StoreError, Value};
use tieline_types::{Digest, Exceeded, InstallationKey, Limit, Limits, Problem, Rights, tenant};
use tokio::sync::Mutex;

use super::{
    Installation, Installations, alike,
    packages::Packages,
    plan::{self, Plan, WANTS},
    tables,
};
use crate::{
    alerts::Alerts, datasets::Upkeep, run::suspend::Suspensions, schedules::Schedules, telling::Telling,
    webhooks::Webhooks,
};

/// Changes installations. There is one, and it changes one thing at a time.
pub(crate) struct Installer {
    pub(crate) services: Arc<Services>,
    pub(crate) runtime: Arc<Runtime>,
    pub(crate) packages: Packages,
    pub(crate) installations: Arc<Installations>,
    pub(crate) alerts: Alerts,
    pub(crate) schedules: Arc<Schedules>,
    pub(crate) suspensions: Arc<Suspensions>,
    pub(crate) telling: Arc<Telling>,
    pub(crate) webhooks: Arc<Webhooks>,
    pub(crate) upkeep: Arc<Upkeep>,
    /// The most that a grant may allow.
    pub(crate) limits: Limits,
    /// Held while something is read, judged and committed, so that the store and the live table change in
    /// the same order. Nothing that serves events waits for it.
    pub(crate) turn: Mutex<()>,
}

impl Installer {
    /// An installation as it runs.
    pub(super) fn ready(
        &self,
        key: InstallationKey,
        document: tenant::Installation<Digest>,
        package: Result<Arc<Package>, Problem>,
        plan: Plan,
        fence: Option<u64>,
    ) -> Installation {
        let rights =
            package.as_ref().map(|package| Rights::of(&package.inspection.manifest, &document.grant));
        let version = package.as_ref().map(|package| package.inspection.manifest.connector.version.clone());
        let version = version.unwrap_or_default();
        Installation {
            rights: Arc::new(rights.unwrap_or_default()),
            limits: self.allowance(&key, document.grant.limits.within(&self.limits)),
            config: Arc::new(document.config.to_string()),
            plan_problems: Vec::new(),
            version,
            fence,
            key,
            document,
            package,
            plan,
        }
    }

    /// What an installation may use; what it used of it stays used when it is made ready again.
    fn allowance(&self, key: &InstallationKey, limits: Limits) -> Arc<Allowance> {
        let before = self.installations.get(key).map(|before| before.limits.clone());
        before.filter(|before| ***before == limits).unwrap_or_else(|| Arc::new(Allowance::new(limits)))
    }

    /// Asks the connector what it wants to exist, given what people connected at run time; `after` is what a
    /// migration has written and nobody committed yet. Beside the plan what is to be written so that its tables are kept.
    pub(super) async fn plan(
        &self,
        installation: &Installation,
        after: Option<&Transaction>,
    ) -> Result<(Plan, Vec<Op>), Vec<Problem>> {
        let package = installation.package.as_ref().map_err(|problem| vec![problem.clone()])?;
        let unread = |error: StoreError| {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "the wishes or the tables of a connector could not be read");
            vec![Problem::new("host.fault", "The host's store failed.").remedy("Look into the host's log.")]
        };
        let wants = self.wants(&installation.key, after).await.map_err(unread)?;
        let spec = spec(Mode::Plan, installation, &self.services);
        let most = installation.limits.plan_subscriptions as usize;
        let plan = match self.runtime.plan(package, spec, &installation.config, wants).await.answer {
            Ok(Ok(plan)) if plan.subscriptions.len() > most => {
                Err(vec![Exceeded::new(Limit::PLAN_SUBSCRIPTIONS, most).problem()])
            }
            Ok(Ok(plan)) => plan::understood(plan, &installation.rights, self.services.clock.now()),
            Ok(Err(problems)) => Err(problems),
            Err(stop) => Err(vec![stop.problem()]),
        };
        let plan = plan.map_err(alike::shortened)?;
        let store = &*self.services.store;
        let tables = tables::kept(store, &installation.key, &plan.tables).await.map_err(unread)?;
        tables.map(|tables| (plan, tables)).map_err(alike::shortened)
    }

    /// The storage entries that say what people connected at run time, as they are `after` this.
    pub(super) async fn wants(
        &self,
        key: &InstallationKey,
        after: Option<&Transaction>,
    ) -> Result<Vec<Entry>, StoreError> {
        let prefix = storage::space(key).starting(WANTS);
        let stored = Pages::all(&*self.services.store, prefix.clone()).await?;
        let wants = match after {
            Some(transaction) => transaction.laid_over(&prefix, stored),
            None => stored,
        };
        let entry = |(key, value): (Key, Value)| {
            Some(Entry { key: key.last()?, value: value.bytes.to_vec(), revision: value.revision })
        };
        Ok(wants.into_iter().filter_map(entry).collect())
    }
}

/// A question that no event is behind.
pub(crate) fn spec(mode: Mode, installation: &Installation, services: &Arc<Services>) -> RunSpec {
    RunSpec {
        mode,
        installation: installation.key.clone(),
        rights: installation.rights.clone(),
        limits: installation.limits.clone(),
        tables: installation.plan.tables.clone(),
        event: None,
        actor: None,
        effects: EffectMemory::default(),
        seed: [0; 16],
        source: Source::live(services.clone()),
    }
}

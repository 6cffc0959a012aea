//! Planning again when a run changed what the plan depends on.

use std::sync::Arc;

use tieline_capabilities::{Transaction, storage};
use tieline_store::Batch;
use tieline_types::InstallationKey;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use super::{Installation, Stored, installer::Installer, plan::WANTS, trouble::PLAN_FAILED};
use crate::{schedules, subscriptions::Subscriptions};

/// Asks for installations to be planned again. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Planner(UnboundedSender<InstallationKey>);

impl Planner {
    /// A planner, and what was asked of it.
    pub(crate) fn new() -> (Self, UnboundedReceiver<InstallationKey>) {
        let (asked, received) = mpsc::unbounded_channel();
        (Self(asked), received)
    }

    /// Whether a run's writes change what the installation's plan depends on.
    pub(crate) fn is_touched_by(&self, installation: &InstallationKey, transaction: &Transaction) -> bool {
        transaction.touches(&storage::space(installation).starting(WANTS))
    }

    /// Asks for it, soon. A crash before it is done is no harm: a start plans again whoever has wishes.
    pub(crate) fn plan_again(&self, installation: &InstallationKey) {
        // Nobody listens only while the host stops.
        let _ = self.0.send(installation.clone());
    }
}

impl Installer {
    /// Plans again, one installation after another, and lets subscriptions follow. Runs until it is dropped.
    pub(crate) async fn keep_plans(
        self: Arc<Self>,
        mut asked: UnboundedReceiver<InstallationKey>,
        subscriptions: Arc<Subscriptions>,
    ) {
        while let Some(key) = asked.recv().await {
            self.plan_again(&key).await;
            subscriptions.wish_again().await;
        }
    }

    async fn plan_again(&self, key: &InstallationKey) {
        let _turn = self.turn.lock().await;
        let Some(installation) = self.installations.get(key) else { return };
        let Ok(package) = installation.package.clone() else { return };
        let (document, fence) = (installation.document.clone(), installation.fence);
        let (plan, tables) = match self.plan(&installation, None).await {
            Ok(planned) => {
                self.mended(key, PLAN_FAILED).await;
                planned
            }
            Err(problems) => {
                tracing::warn!(installation = %key, ?problems, "planning again failed; the plan before it stands");
                self.plan_failed(key, &problems).await;
                let ready = self.ready(key.clone(), document, Ok(package), installation.plan.clone(), fence);
                return self.installations.put(Installation { plan_problems: problems, ..ready });
            }
        };
        let version = installation.version.clone();
        let stored = Stored { installation: document.clone(), version, plan: plan.clone() };
        let timers = match self.schedules.planned(key, &plan.timers).await {
            Ok(timers) => timers,
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                return tracing::error!(installation = %key, error, "the timers of a plan could not be read");
            }
        };
        let webhooks = match self.webhooks.planned(key, &plan.webhooks).await {
            Ok(webhooks) => webhooks,
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                return tracing::error!(installation = %key, error, "the webhooks of a plan could not be made");
            }
        };
        let batch = Batch::new().put(Stored::key(key), stored.bytes()).ops(schedules::ops(&timers));
        let batch = batch.ops(webhooks.ops()).ops(tables);
        match self.services.store.commit(batch).await {
            Ok(committed) => {
                self.schedules.changed(&timers, committed.revision);
                self.webhooks.changed(webhooks).await;
                self.installations.put(self.ready(key.clone(), document, Ok(package), plan, fence));
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(installation = %key, error, "a new plan could not be kept");
            }
        }
    }
}

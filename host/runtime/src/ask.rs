//! The contract's questions, in the host's own types.

use std::{sync::Arc, time::Duration};

use tieline_capabilities::{
    Finished, RunSpec, Stop,
    bindings::{connector, types},
};
use tieline_types::{
    Actor, Delivery, Event, Problem, Subscriber, Timing, Verification,
    api::{CheckStage, OfferedAction},
    dataset::PlannedTable,
    tape::Said,
};

use crate::{Package, Runtime, convert};

/// What a connector wants to exist.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanResult {
    /// Graph subscriptions.
    pub subscriptions: Vec<PlannedSubscription>,
    /// Recurring timers.
    pub timers: Vec<PlannedTimer>,
    /// Hooks for other systems to call.
    pub webhooks: Vec<PlannedWebhook>,
    /// Tables of its dataset.
    pub tables: Vec<PlannedTable>,
}

/// A Graph subscription that a connector wants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlannedSubscription {
    /// `/teams/{id}/channels/{id}/messages`
    pub resource: String,
    /// As whom; none: as the person who acts, whom no subscription has.
    pub subscriber: Option<Subscriber>,
    /// `created`, `updated`, `deleted`.
    pub change_types: Vec<String>,
    /// Whether the notification should carry the encrypted resource.
    pub with_resource: bool,
    /// What orders its items; none: each item's resource.
    pub ordering_key: Option<String>,
}

/// A recurring timer that a connector wants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlannedTimer {
    /// Its name within the installation.
    pub key: String,
    /// When it is due, as the connector said it.
    pub timing: Timing,
}

/// A hook that a connector wants other systems to call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedWebhook {
    /// Its name within the installation.
    pub key: String,
    /// How callers prove themselves, as the connector said it.
    pub verification: Verification,
}

/// Why a connector did not handle an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Try again, not before so long if given.
    Retry {
        /// Why.
        problem: Problem,
        /// The connector's own wish.
        after: Option<Duration>,
    },
    /// Never try again.
    Permanent {
        /// Why.
        problem: Problem,
    },
}

/// An action that somebody asked for.
#[derive(Debug, Clone)]
pub struct ActionCall {
    /// As in the manifest.
    pub name: String,
    /// Kind and id of the record.
    pub record: Option<(String, String)>,
    /// JSON, valid under the action's schema.
    pub input: String,
    /// Who asked.
    pub actor: Actor,
    /// Equal for equal askings.
    pub idempotency_key: String,
}

/// What a connector shows about a record.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewAnswer {
    /// For people.
    pub title: String,
    /// JSON text, as the connector wrote it.
    pub content: String,
    /// What may be asked for, or why not.
    pub actions: Vec<OfferedAction>,
}

/// How a run of `handle` ended, as it stands on a tape.
pub fn said(answer: &Result<Result<(), Failure>, Stop>) -> Said {
    match answer {
        Ok(Ok(())) => Said::Done,
        Ok(Err(Failure::Retry { problem, after })) => Said::Retry {
            problem: problem.clone(),
            after_ms: after.map(|after| u64::try_from(after.as_millis()).unwrap_or(u64::MAX)),
        },
        Ok(Err(Failure::Permanent { problem })) => Said::Permanent { problem: problem.clone() },
        Err(stop) => Said::Stopped { problem: stop.problem() },
    }
}

impl Runtime {
    /// What should exist for this configuration. `wants` are the storage entries under `plan/`.
    pub async fn plan(
        &self,
        package: &Package,
        spec: RunSpec,
        config: &Arc<String>,
        wants: Vec<types::Entry>,
    ) -> Finished<Result<PlanResult, Vec<Problem>>> {
        let config = Arc::clone(config);
        let finished = self.ask(package, spec, move |instance, store| {
            let connector = instance.tieline_connector_connector();
            Box::pin(async move { connector.call_plan(store, &config, &wants).await })
        });
        map(finished.await, |answer| answer.map(convert::plan).map_err(convert::problems))
    }

    /// The staged test of an installation.
    pub async fn check(
        &self,
        package: &Package,
        spec: RunSpec,
        config: &Arc<String>,
    ) -> Finished<Vec<CheckStage>> {
        let config = Arc::clone(config);
        let finished = self.ask(package, spec, move |instance, store| {
            let connector = instance.tieline_connector_connector();
            Box::pin(async move { connector.call_check(store, &config).await })
        });
        map(finished.await, |stages| stages.into_iter().map(convert::stage).collect())
    }

    /// An attempt to handle an event that has come as far as `delivery` says.
    pub async fn handle(
        &self,
        package: &Package,
        spec: RunSpec,
        config: &Arc<String>,
        event: &Event,
        delivery: &Delivery,
    ) -> Finished<Result<(), Failure>> {
        let event = convert::event(event, delivery);
        let config = Arc::clone(config);
        let finished = self.ask(package, spec, move |instance, store| {
            let connector = instance.tieline_connector_connector();
            Box::pin(async move { connector.call_handle(store, &config, &event).await })
        });
        map(finished.await, |answer| answer.map_err(convert::failure))
    }

    /// Brings storage from an older version's shape to this package's.
    pub async fn migrate(
        &self,
        package: &Package,
        spec: RunSpec,
        from: &str,
    ) -> Finished<Result<(), Problem>> {
        let from = from.to_owned();
        let finished = self.ask(package, spec, move |instance, store| {
            let connector = instance.tieline_connector_connector();
            Box::pin(async move { connector.call_migrate(store, &from).await })
        });
        map(finished.await, |answer| answer.map_err(Problem::from))
    }

    /// An action; its answer is JSON.
    pub async fn act(
        &self,
        package: &Package,
        spec: RunSpec,
        config: &Arc<String>,
        action: ActionCall,
    ) -> Finished<Result<String, Problem>> {
        let action: connector::Action = action.into();
        let config = Arc::clone(config);
        let finished = self.ask(package, spec, move |instance, store| {
            let connector = instance.tieline_connector_connector();
            Box::pin(async move { connector.call_act(store, &config, &action).await })
        });
        map(finished.await, |answer| answer.map_err(Problem::from))
    }

    /// What somebody is shown about a record.
    pub async fn view(
        &self,
        package: &Package,
        spec: RunSpec,
        config: &Arc<String>,
        (kind, id): (String, String),
        actor: Actor,
    ) -> Finished<Result<ViewAnswer, Problem>> {
        let (record, actor) = (types::RecordRef { kind, id }, convert::actor(actor));
        let config = Arc::clone(config);
        let finished = self.ask(package, spec, move |instance, store| {
            let connector = instance.tieline_connector_connector();
            Box::pin(async move { connector.call_view(store, &config, &record, &actor).await })
        });
        map(finished.await, |answer| answer.map_err(Problem::from).map(convert::view))
    }
}

fn map<A, B>(finished: Finished<A>, with: impl FnOnce(A) -> B) -> Finished<B> {
    Finished {
        answer: finished.answer.map(with),
        transaction: finished.transaction,
        effects: finished.effects,
        in_doubt: finished.in_doubt,
        park: finished.park,
        throttled: finished.throttled,
        journal: finished.journal,
        usage: finished.usage,
        left: finished.left,
    }
}

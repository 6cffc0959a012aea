//! Between the contract's types and the host's.

use std::time::Duration;

use tieline_capabilities::bindings::{connector as contract, types};
use tieline_types::{
    Actor, Delivery, Event, Payload, Problem, Subscriber, Timestamp, Timing, Verification,
    api::{ActionState, CheckStage, OfferedAction, Verdict},
    dataset::PlannedTable,
};

use crate::{ActionCall, Failure, PlanResult, PlannedSubscription, PlannedTimer, PlannedWebhook, ViewAnswer};

pub(crate) fn plan(plan: contract::PlanResult) -> PlanResult {
    let subscription = |planned: contract::Subscription| PlannedSubscription {
        resource: planned.resource,
        subscriber: match planned.identity {
            types::Identity::App => Some(Subscriber::App),
            types::Identity::Service => Some(Subscriber::Service),
            types::Identity::Actor => None,
        },
        change_types: planned.change_types,
        with_resource: planned.with_resource,
        ordering_key: planned.ordering_key,
    };
    let timer = |planned: contract::Timer| PlannedTimer {
        key: planned.key,
        timing: match planned.when {
            contract::Timing::Every(millis) => Timing::Every { millis },
            contract::Timing::Cron((expression, zone)) => Timing::Cron { expression, zone },
        },
    };
    let webhook = |planned: contract::Webhook| PlannedWebhook {
        key: planned.key,
        verification: match planned.verification {
            contract::Verification::Header(name) => Verification::Header { name },
            contract::Verification::Query(name) => Verification::Query { name },
            contract::Verification::HmacSha256(header) => Verification::HmacSha256 { header },
            contract::Verification::SoapOrganization(organization) => {
                Verification::SoapOrganization { organization }
            }
        },
    };
    let table = |planned: contract::Table| PlannedTable {
        name: planned.name,
        schema: planned.schema,
        partition_by: planned.partition_by,
        key: planned.key,
        version: planned.version,
    };
    PlanResult {
        subscriptions: plan.subscriptions.into_iter().map(subscription).collect(),
        timers: plan.timers.into_iter().map(timer).collect(),
        webhooks: plan.webhooks.into_iter().map(webhook).collect(),
        tables: plan.tables.into_iter().map(table).collect(),
    }
}

pub(crate) fn problems(problems: Vec<types::Problem>) -> Vec<Problem> {
    problems.into_iter().map(Problem::from).collect()
}

pub(crate) fn stage(stage: contract::Stage) -> CheckStage {
    let verdict = match stage.verdict {
        contract::Verdict::Ok => Verdict::Ok,
        contract::Verdict::Warning => Verdict::Warning,
        contract::Verdict::Failed => Verdict::Failed,
        contract::Verdict::Skipped => Verdict::Skipped,
    };
    CheckStage { name: stage.name, verdict, problem: stage.problem.map(Problem::from) }
}

pub(crate) fn failure(failure: contract::Failure) -> Failure {
    match failure {
        contract::Failure::Retry((problem, after)) => {
            Failure::Retry { problem: problem.into(), after: after.map(Duration::from_millis) }
        }
        contract::Failure::Permanent(problem) => Failure::Permanent { problem: problem.into() },
    }
}

pub(crate) fn event(event: &Event, delivery: &Delivery) -> contract::Event {
    contract::Event {
        id: event.id.to_string(),
        idempotency_key: event.id.to_string(),
        received: event.received.0,
        ordering_key: event.ordering_key.as_ref().into(),
        attempt: delivery.attempts.saturating_add(1),
        in_doubt: delivery.in_doubt,
        replayed: delivery.replayed.is_some(),
        actor: event.actor.clone().map(actor),
        payload: payload(&event.payload),
    }
}

fn payload(payload: &Payload) -> contract::Payload {
    match payload.clone() {
        Payload::Notification { resource, change_type, resource_data, content, .. } => {
            contract::Payload::Notification(contract::Notification {
                resource,
                change_type,
                resource_data,
                content,
            })
        }
        Payload::Gap { resource, from, to, reason } => {
            contract::Payload::Gap(contract::Gap { resource, from: from.0, to: to.0, reason })
        }
        Payload::Timer { key, body, missed_since, .. } => {
            let missed = missed_since.map(|since| format!(r#"{{"missed_since":{}}}"#, since.0));
            contract::Payload::Timer((key, body.or(missed)))
        }
        Payload::Webhook { hook, method, query, headers, body } => {
            let header = |(name, value)| types::Header { name, value };
            contract::Payload::Webhook(contract::HookCall {
                key: hook,
                method,
                query,
                headers: headers.into_iter().map(header).collect(),
                body: body.into_bytes(),
            })
        }
        Payload::Custom { r#type, body } => {
            contract::Payload::Custom(contract::Custom { type_: r#type, body })
        }
    }
}

pub(crate) fn actor(actor: Actor) -> types::Actor {
    types::Actor {
        directory_id: actor.directory_id,
        object_id: actor.object_id,
        display_name: actor.display_name,
        roles: actor.roles,
    }
}

pub(crate) fn view(view: contract::ViewResult) -> ViewAnswer {
    let offered = |offered: contract::Offered| OfferedAction {
        action: offered.action,
        label: offered.label,
        state: match offered.state {
            contract::ActionState::Available => ActionState::Available,
            contract::ActionState::Pending(since) => ActionState::Pending { since: Timestamp(since) },
            contract::ActionState::Refused(problem) => ActionState::Refused { problem: problem.into() },
        },
    };
    ViewAnswer {
        title: view.title,
        content: view.content,
        actions: view.actions.into_iter().map(offered).collect(),
    }
}

impl From<ActionCall> for contract::Action {
    fn from(call: ActionCall) -> Self {
        Self {
            name: call.name,
            record: call.record.map(|(kind, id)| types::RecordRef { kind, id }),
            input: call.input,
            actor: actor(call.actor),
            idempotency_key: call.idempotency_key,
        }
    }
}

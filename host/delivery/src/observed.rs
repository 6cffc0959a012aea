//! Hooks and runs as operators see them: counted, and traced from the one to the other. What somebody asks of an
//! installation, an action, a view or a check, is traced likewise.

use std::time::Duration;

use tieline_telemetry::{Kind, Outcome, metrics, trace};
use tieline_types::{ConnectorId, Delivery, DeliveryState, Event, EventRef, Payload, TraceContext};
use tracing::{Span, field::Empty};

use crate::{HostError, installations::Installation};

/// The span of a request at a hook, which begins a trace. It does not say which hook: who knows its address may call it.
pub(crate) fn hook(kind: Kind) -> Span {
    tracing::info_span!(
        target: trace::TARGET,
        parent: None,
        "hook",
        otel.kind = "server",
        kind = kind.as_str(),
        outcome = Empty,
    )
}

/// What became of the request.
pub(crate) fn answered(span: &Span, kind: Kind, outcome: &'static str) {
    span.record("outcome", outcome);
    metrics().hook(kind, outcome);
}

/// The span of an attempt at an event: the first goes on in the trace of its hook, later ones link there.
pub(crate) fn run(event: &Event, before: &Delivery) -> Span {
    let span = tracing::info_span!(
        target: trace::TARGET,
        parent: None,
        "run",
        otel.kind = "consumer",
        tenant = %event.installation.tenant,
        installation = %event.installation.installation,
        connector = Empty,
        event = %event.id,
        kind = kind(&event.payload),
        attempt = i64::from(before.attempts.saturating_add(1)),
        outcome = Empty,
    );
    let first = before.attempts == 0 && before.cause.is_none() && before.replayed.is_none();
    trace::follow(&span, event.trace, first);
    span
}

/// An attempt ended, and what it wrote is durable or was overtaken.
pub(crate) fn ran(connector: &ConnectorId, event: &EventRef, outcome: Outcome, took: Duration) {
    Span::current().record("connector", connector.as_str()).record("outcome", outcome.as_str());
    metrics().ran(connector, &event.installation.tenant, outcome, took);
}

/// Where an event stands now; counted when that is for good.
pub(crate) fn settled(connector: Option<&ConnectorId>, event: &Event, delivery: &Delivery) {
    if let Some(at) = delivery.settled {
        let dead = delivery.state == DeliveryState::Dead;
        metrics().settled(connector, dead, delivery.attempts, at.since(event.received));
    }
}

/// The span of something that is asked of an installation; each begins a trace. Of a record or a person it says nothing.
macro_rules! asked {
    ($name:literal, $installation:expr $(, $field:ident = $value:expr)?) => {
        tracing::info_span!(
            target: trace::TARGET,
            parent: None,
            $name,
            otel.kind = "server",
            tenant = %$installation.key.tenant,
            installation = %$installation.key.installation,
            connector = %$installation.document.connector,
            $($field = $value,)?
            outcome = Empty,
        )
    };
}

/// The span of an action, under the name that its manifest gives it.
pub(crate) fn action(installation: &Installation, name: &str) -> Span {
    asked!("action", installation, action = name)
}

/// The span of a view.
pub(crate) fn view(installation: &Installation) -> Span {
    asked!("view", installation)
}

/// The span of a check.
pub(crate) fn check(installation: &Installation) -> Span {
    asked!("check", installation)
}

/// What came of what was asked.
pub(crate) fn was_asked<T>(span: &Span, answer: &Result<T, HostError>) {
    let outcome = match answer {
        Ok(_) => "done",
        Err(HostError::Failed { .. }) => "failed",
        Err(HostError::Conflict { .. }) => "conflict",
        Err(HostError::Unavailable { .. } | HostError::Internal { .. }) => "faulted",
        Err(_) => "refused",
    };
    span.record("outcome", outcome);
}

/// Where the runs of an event go on that is delivered once more as new: in a trace of its own, which links to where the
/// first one came in.
pub(crate) fn anew(first: &Event) -> Option<TraceContext> {
    let span = tracing::info_span!(
        target: trace::TARGET,
        parent: None,
        "replay",
        otel.kind = "producer",
        tenant = %first.installation.tenant,
        installation = %first.installation.installation,
        event = %first.id,
    );
    trace::follow(&span, first.trace, false);
    span.in_scope(trace::here)
}

fn kind(payload: &Payload) -> &'static str {
    match payload {
        Payload::Notification { .. } => "notification",
        Payload::Gap { .. } => "gap",
        Payload::Timer { .. } => "timer",
        Payload::Webhook { .. } => "webhook",
        Payload::Custom { .. } => "custom",
    }
}

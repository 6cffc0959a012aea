//! Hooks and runs as operators see them: counted, and traced from the one to the other.

use std::time::Duration;

use tieline_telemetry::{Kind, Outcome, metrics, trace};
use tieline_types::{ConnectorId, Delivery, DeliveryState, Event, EventRef, Payload};
use tracing::{Span, field::Empty};

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

fn kind(payload: &Payload) -> &'static str {
    match payload {
        Payload::Notification { .. } => "notification",
        Payload::Gap { .. } => "gap",
        Payload::Timer { .. } => "timer",
        Payload::Webhook { .. } => "webhook",
        Payload::Custom { .. } => "custom",
    }
}

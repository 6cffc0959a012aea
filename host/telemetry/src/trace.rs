//! Traces: from a hook over its runs to the upstreams that they call.
//!
//! A hook begins a trace. Its event keeps where; the first attempt goes on in the same trace, and each later one, which
//! may be hours after, begins a trace of its own that links there. What a caller says of traces of its own is not
//! taken up: strangers choose nothing here.

use std::sync::OnceLock;

use opentelemetry::{
    Context, SpanId, TraceFlags, TraceId,
    trace::{SpanContext, TraceContextExt as _, TraceState},
};
use tieline_types::TraceContext;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// The target of the spans that make traces, and of nothing else. The log leaves it out.
pub const TARGET: &str = "tieline::trace";

/// Set once there is somebody who wants traces: whether upstreams are told of them.
static WANTED: OnceLock<bool> = OnceLock::new();

/// From now on spans are traced. `propagate`: upstreams are told.
pub fn wanted(propagate: bool) {
    // A second start in one process (tests) keeps the first.
    let _ = WANTED.set(propagate);
}

/// Where the trace is now; none when nothing is traced.
pub fn here() -> Option<TraceContext> {
    WANTED.get()?;
    let context = Span::current().context();
    let span = context.span();
    let found = span.span_context();
    found.is_valid().then(|| TraceContext {
        trace: u128::from_be_bytes(found.trace_id().to_bytes()),
        span: u64::from_be_bytes(found.span_id().to_bytes()),
        sampled: found.is_sampled(),
    })
}

/// What an upstream is to be told; none unless that was asked for.
pub fn to_upstream() -> Option<TraceContext> {
    if WANTED.get() == Some(&true) { here() } else { None }
}

/// Has a span go on where its event came in, or, where it is not the first attempt, link there.
pub fn follow(span: &Span, from: Option<TraceContext>, first: bool) {
    let (Some(from), false) = (from, span.is_disabled()) else { return };
    let from = SpanContext::new(
        TraceId::from_bytes(from.trace.to_be_bytes()),
        SpanId::from_bytes(from.span.to_be_bytes()),
        if from.sampled { TraceFlags::SAMPLED } else { TraceFlags::default() },
        true,
        TraceState::default(),
    );
    if first {
        // Refused only of a span that has begun, which this one has not.
        let _ = span.set_parent(Context::new().with_remote_span_context(from));
    } else {
        span.add_link(from);
    }
}

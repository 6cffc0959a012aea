//! A collector of traces, as OTLP over HTTP has it: takes spans as protobuf, and shows what it took as JSON.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    routing::{get, post},
};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, KeyValue, any_value::Value as Any},
    trace::v1::Span,
};
use parking_lot::Mutex;
use prost::Message as _;
use serde_json::{Map, Value, json};

type Taken = Arc<Mutex<Vec<Value>>>;

/// `POST /otlp/v1/traces`, and `GET /otlp/spans` for who looks.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/otlp/v1/traces", post(take))
        .route("/otlp/spans", get(show))
        .with_state(Taken::default())
}

async fn take(State(taken): State<Taken>, headers: HeaderMap, body: Bytes) -> Result<(), StatusCode> {
    if headers.get(CONTENT_TYPE).is_none_or(|kind| kind != "application/x-protobuf") {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let request = ExportTraceServiceRequest::decode(body).map_err(|_| StatusCode::BAD_REQUEST)?;
    let resources = request.resource_spans.into_iter();
    let scopes = resources.flat_map(|resource| resource.scope_spans);
    taken.lock().extend(scopes.flat_map(|scope| scope.spans).map(|span| shown(&span)));
    Ok(())
}

async fn show(State(taken): State<Taken>) -> Json<Vec<Value>> {
    Json(taken.lock().clone())
}

fn shown(span: &Span) -> Value {
    let links =
        span.links.iter().map(|link| json!({ "trace": hex(&link.trace_id), "span": hex(&link.span_id) }));
    json!({
        "name": span.name,
        "kind": span.kind,
        "trace": hex(&span.trace_id),
        "span": hex(&span.span_id),
        "parent": hex(&span.parent_span_id),
        "attributes": attributes(&span.attributes),
        "links": links.collect::<Vec<_>>(),
    })
}

fn attributes(all: &[KeyValue]) -> Map<String, Value> {
    let value = |value: &Option<AnyValue>| match value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(Any::StringValue(text)) => json!(text),
        Some(Any::IntValue(number)) => json!(number),
        Some(Any::BoolValue(yes)) => json!(yes),
        Some(Any::DoubleValue(number)) => json!(number),
        _ => Value::Null,
    };
    all.iter().map(|attribute| (attribute.key.clone(), value(&attribute.value))).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

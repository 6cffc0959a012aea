//! Traces on their way to a collector: through the one door out, as everything that leaves the host.

use std::{
    collections::HashMap,
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{Bytes, HttpClient, HttpError};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    trace::{Sampler, SdkTracerProvider},
};
use tieline_egress::{Egress, EgressError, Permit, Request};
use tieline_telemetry::trace;
use tieline_types::Origin;
use tokio::runtime::Handle;
use tracing_subscriber::{Layer as _, Registry};
use url::Url;

use super::logging::Tracer;
use crate::config::Traces;

/// How long a collector may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest answer that is read of one.
const ANSWER: usize = 64 << 10;

/// Sends spans in the background, some thousands of which wait at most; further ones are dropped, and no work waits.
pub(crate) struct Exporter(SdkTracerProvider);

/// Starts sending, with the layer that makes spans be sent.
pub(crate) fn start(traces: Traces, egress: Egress) -> Result<(Exporter, Tracer), ExporterBuildError> {
    let Traces { url, headers, sample, propagate } = traces;
    let door = Door { egress, runtime: Handle::current(), failing: AtomicBool::new(false) };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(door)
        .with_headers(HashMap::from_iter(headers))
        .with_endpoint(url)
        .with_timeout(PATIENCE)
        .build()?;
    let resource = Resource::builder()
        .with_service_name("tieline")
        .with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(sample))))
        .with_resource(resource.build())
        .build();
    trace::wanted(propagate);
    let layer = tracing_opentelemetry::layer::<Registry>()
        .with_tracer(provider.tracer("tieline"))
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_target(false);
    Ok((Exporter(provider), layer.boxed()))
}

impl Exporter {
    /// Sends what waits, for a while.
    pub(crate) async fn finish(self) {
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(PATIENCE)).await;
        if !matches!(ended, Ok(Ok(()))) {
            tracing::warn!("the last traces were not delivered");
        }
    }
}

/// The way out for a client that knows none of its own. It is called on a thread of the exporter's.
struct Door {
    egress: Egress,
    runtime: Handle,
    /// Whether the last delivery failed: that is said once, until one succeeds.
    failing: AtomicBool,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Door")
    }
}

#[async_trait]
impl HttpClient for Door {
    async fn send_bytes(
        &self,
        request: opentelemetry_http::Request<Bytes>,
    ) -> Result<opentelemetry_http::Response<Bytes>, HttpError> {
        let egress = self.egress.clone();
        let sent = self.runtime.spawn(async move { send(&egress, request).await }).await;
        let sent = sent.map_err(HttpError::from).and_then(|sent| sent);
        match &sent {
            Ok(answer) if answer.status().is_success() => self.failing.store(false, Ordering::Relaxed),
            Ok(answer) => self.failed(&format!("it answers {}", answer.status())),
            Err(error) => self.failed(&error.to_string()),
        }
        sent
    }
}

impl Door {
    fn failed(&self, why: &str) {
        if !self.failing.swap(true, Ordering::Relaxed) {
            tracing::warn!(why, "traces cannot be delivered to [telemetry] traces");
        }
    }
}

async fn send(
    egress: &Egress,
    request: opentelemetry_http::Request<Bytes>,
) -> Result<opentelemetry_http::Response<Bytes>, HttpError> {
    let (head, body) = request.into_parts();
    let url: Url = head.uri.to_string().parse()?;
    let permit = Permit::origin(&Origin::of(&url)?, &url).map_err(EgressError::Denied)?;
    let request = Request {
        method: head.method,
        url,
        headers: head.headers,
        body,
        timeout: PATIENCE,
        max_answer: ANSWER,
        guest_of: None,
    };
    let answer = egress.send(permit, request).await?;
    let mut response = opentelemetry_http::Response::new(answer.body);
    (*response.status_mut(), *response.headers_mut()) = (answer.status, answer.headers);
    Ok(response)
}

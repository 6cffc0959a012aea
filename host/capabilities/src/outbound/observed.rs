//! An exchange as operators see it: counted, and a part of its run's trace. Neither knows more than whom it went to
//! and what came of it: paths and bodies are people's.

use std::sync::Arc;

use http::HeaderValue;
use tieline_egress::EgressError;
use tieline_telemetry::{Class, metrics, trace};
use tracing::{Instrument as _, field::Empty};

use super::exchange::{self, Exchange, Failed, Outgoing};
use crate::Services;

/// The provider of calls without a connection.
const NONE: &str = "http";

/// Runs an exchange to its end.
pub(super) async fn run(services: Arc<Services>, mut outgoing: Outgoing) -> Exchange {
    let provider = match &outgoing.credential {
        Some((key, _)) => services.connections.provider_name(key).await,
        None => NONE,
    };
    let span = tracing::info_span!(
        target: trace::TARGET,
        "upstream",
        otel.kind = "client",
        provider,
        http.request.method = %outgoing.method,
        http.response.status_code = Empty,
        server.address = Empty,
        class = Empty,
    );
    let told =
        span.in_scope(trace::to_upstream).and_then(|told| HeaderValue::try_from(told.to_string()).ok());
    if let Some(told) = told {
        outgoing.headers.insert("traceparent", told);
    }
    let exchange = exchange::run(services, outgoing).instrument(span.clone()).await;
    let class = class(&exchange);
    metrics().called(provider, class, exchange.duration.saturating_sub(exchange.waited));
    match &exchange.result {
        Err(Failed::Governed(_)) => metrics().governed(None),
        _ if !exchange.waited.is_zero() => metrics().governed(Some(exchange.waited)),
        _ => {}
    }
    if !span.is_disabled() {
        span.record("class", class.as_str()).record("server.address", host(&exchange.target));
        if let Ok(answer) = &exchange.result {
            span.record("http.response.status_code", i64::from(answer.status.as_u16()));
        }
    }
    exchange
}

fn class(exchange: &Exchange) -> Class {
    match &exchange.result {
        Ok(_) if exchange.throttled.is_some() => Class::Throttled,
        Ok(answer) => Class::of_status(answer.status.as_u16()),
        Err(Failed::Egress(EgressError::InDoubt { .. } | EgressError::TooLarge { .. })) => Class::InDoubt,
        Err(Failed::Egress(EgressError::Unreachable { .. })) => Class::Unreached,
        Err(_) => Class::Unsent,
    }
}

/// Of an address without its path; empty where the call did not come so far as to have one.
fn host(target: &str) -> &str {
    let behind = target.split_once("://").map_or("", |(_, behind)| behind);
    behind.split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_is_told() {
        for (target, told) in [
            ("https://graph.microsoft.com/v1.0/users/ada@example.com", "graph.microsoft.com"),
            ("http://127.0.0.1:8080", "127.0.0.1:8080"),
            ("/users/ada@example.com", ""),
            ("", ""),
        ] {
            assert_eq!(host(target), told);
        }
    }
}

//! What is told of the host's work, and to whom.

use std::collections::BTreeMap;

use serde::Deserialize;
use url::Url;

use super::Setting;

/// Traces and counts.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Telemetry {
    /// Where traces go: an OTLP collector's address for traces over HTTP, `http://127.0.0.1:4318/v1/traces`. Absent:
    /// nothing is traced.
    pub traces: Option<Url>,
    /// What that collector wants to be told, as a key.
    pub headers: BTreeMap<String, Setting>,
    /// Which part of all hooks is traced, 0 to 1, with all that follows from them.
    pub sample: f64,
    /// Whether upstreams are told of the trace, by the header `traceparent`.
    pub propagate: bool,
    /// So many tenants are named in the counts; further ones are counted together. 0: none is named.
    pub tenants: usize,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self { traces: None, headers: BTreeMap::new(), sample: 1.0, propagate: false, tenants: 0 }
    }
}

//! Listening: where, with which certificate, and how patiently.

use std::{net::SocketAddr, path::PathBuf};

use serde::Deserialize;
use url::Url;

use crate::Network;

/// Listening.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// `127.0.0.1:8080`; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address under which Graph reaches this host; `https` unless the cloud is simulated. Without it,
    /// the listening address.
    #[serde(default)]
    pub public_url: Option<Url>,
    /// Reverse proxies whose `X-Forwarded-For` is believed. Of everybody else the address is that of the connection.
    #[serde(default)]
    pub trusted_proxies: Vec<Network>,
    /// Where `/metrics` is served to whoever asks, without a token. Absent: only under `listen`, with one.
    #[serde(default)]
    pub metrics_listen: Option<SocketAddr>,
    /// TLS under `listen`; absent: none, as behind a reverse proxy.
    #[serde(default)]
    pub tls: Option<Tls>,
    /// What a client may take of the server.
    #[serde(default)]
    pub limits: ServerLimits,
}

/// The server's own certificate. Both files are read again when they change.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// PEM file with the certificate, and those between it and the authority behind it.
    pub certificate: PathBuf,
    /// PEM file with its private key.
    pub key: PathBuf,
}

/// What clients may take of the server, however many and however slow they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerLimits {
    /// Connections at the same time. When all are taken, the one that has waited longest for its client gives way.
    pub connections: usize,
    /// Header fields of a request.
    pub headers: usize,
    /// Bytes of a request's line and header fields.
    pub header_bytes: usize,
    /// How long the handshake, and the header of a request, may take to come, in seconds.
    pub header_s: u64,
    /// How long a connection is kept for a next request, in seconds.
    pub idle_s: u64,
    /// How long a body is waited for, in seconds, beyond what `body_bytes_per_s` allows for what has come of it.
    pub body_s: u64,
    /// How fast a body must come at least.
    pub body_bytes_per_s: u64,
    /// How long the host may take to begin its answer, in seconds.
    pub answer_s: u64,
    /// How long a client may take nothing of an answer, in seconds.
    pub stalled_s: u64,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            connections: 4_096,
            headers: 100,
            header_bytes: 32 << 10,
            header_s: 15,
            idle_s: 75,
            body_s: 20,
            body_bytes_per_s: 1_024,
            answer_s: 300,
            stalled_s: 60,
        }
    }
}

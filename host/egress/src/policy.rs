//! What the operator allows to leave the host.

use std::{collections::HashSet, net::SocketAddr};

use tieline_types::Origin;

/// The operator's outbound policy. The default reaches public addresses with TLS and nothing else.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Addresses that are private, or reached without TLS: exactly these pairs. A grant, a cloud or a
    /// connection must name the origin too.
    pub allow_private: HashSet<SocketAddr>,
    /// PEM certificates of further authorities to trust for every origin, as behind a corporate proxy.
    pub extra_ca_pem: Option<String>,
    /// PEM certificates of authorities to trust for one origin only, such as a simulated cloud's: they can
    /// vouch for nobody else.
    pub origin_ca_pem: Vec<(Origin, String)>,
}

/// The policy names certificates that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidPolicy {
    /// Not PEM, or no certificate in it.
    #[error("reading the certificates of {whose} failed: {reason}")]
    Certificates {
        /// Whose: an origin, or `[egress] ca`.
        whose: String,
        /// What is wrong with them.
        reason: String,
    },
    /// The TLS library refused its configuration.
    #[error("setting up TLS failed")]
    Tls(#[from] rustls::Error),
    /// The HTTP client refused its configuration.
    #[error("setting up the HTTP client failed")]
    Client(#[source] reqwest::Error),
}

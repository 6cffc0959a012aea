//! Why a host does not run.

use std::{io, net::SocketAddr};

use opentelemetry_otlp::ExporterBuildError;
use tieline_access::AccessError;
use tieline_datasets::OpenError;
use tieline_delivery::HostError;
use tieline_egress::InvalidPolicy;
use tieline_identity::RewrapError;
use tieline_runtime::EngineError;
use tieline_store::StoreError;
use tieline_types::Problem;

use super::{listen::TlsError, master_key::MasterKeyError};
use crate::{Exit, Failure, config::ConfigError};

/// What stopped the host from starting, or from ending well.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServeError {
    /// The address is taken, or not ours.
    #[error("listening on {listen} failed")]
    Listen {
        /// Which address.
        listen: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The system's own address cannot be written as a URL.
    #[error("the listening address is no URL")]
    Address(#[source] url::ParseError),
    /// No master key.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// The store does not open or close.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No place for the files of datasets.
    #[error("[datasets] of the configuration cannot be used")]
    Datasets(#[from] OpenError),
    /// The host has no token of its own.
    #[error("making or reading the host's own token failed")]
    Token(#[from] AccessError),
    /// Nobody could sign in as configured.
    #[error("[sign_in] of the configuration cannot be used: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    SignIn(Vec<Problem>),
    /// The outbound policy cannot be used.
    #[error("[egress] or [clouds] of the configuration cannot be used")]
    Egress(#[from] InvalidPolicy),
    /// Secrets cannot be opened.
    #[error("opening the vault failed")]
    Vault(#[from] RewrapError),
    /// No sandbox.
    #[error("starting the sandbox failed")]
    Engine(#[from] EngineError),
    /// The host does not start.
    #[error("starting the host failed")]
    Host(#[from] HostError),
    /// No certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Traces cannot be sent as configured.
    #[error("[telemetry] of the configuration cannot be used")]
    Traces(#[source] ExporterBuildError),
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        Self::new(Exit::Failed, error).code("serve.failed")
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        let missing = matches!(error, ConfigError::Read { .. });
        let failure = Self::new(Exit::Failed, error).code("config.invalid");
        if missing {
            failure.remedy("`tieline serve --print-config > tieline.toml` writes one to start from")
        } else {
            failure
        }
    }
}

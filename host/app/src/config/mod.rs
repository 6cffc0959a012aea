//! The host's configuration: from what `tieline.toml` says to what the parts of the host take.

mod alerting;
mod read;
mod resolve;
mod sign_in;

use std::{collections::BTreeMap, fmt, net::SocketAddr, path::PathBuf, time::Duration};

use tieline_delivery::AlertOptions;
use tieline_egress::Policy;
use tieline_identity::Clouds;
use tieline_types::{
    Doors, Limits, Network,
    config::{Delivery, Keys, Sandbox, ServerLimits, Subscriptions, Tls},
};
use url::Url;

pub(crate) use self::{read::read, resolve::ConfigError};

/// A commented configuration with every default: `tieline serve --print-config`.
pub(crate) const DEFAULT: &str = include_str!("default.toml");

/// Where files of datasets are.
pub(crate) struct DatasetFiles {
    /// A folder, or an object store.
    pub(crate) url: String,
    /// What that needs to know.
    pub(crate) options: BTreeMap<String, String>,
    /// How long rows wait for their file at most.
    pub(crate) patience: Duration,
}

/// The options may be secrets.
impl fmt::Debug for DatasetFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, options, patience } = self;
        let names: Vec<_> = options.keys().collect();
        f.debug_struct("DatasetFiles")
            .field("url", url)
            .field("options", &names)
            .field("patience", patience)
            .finish()
    }
}

/// Where traces go.
pub(crate) struct Traces {
    /// The collector's address for traces.
    pub(crate) url: Url,
    /// What it wants to be told.
    pub(crate) headers: BTreeMap<String, String>,
    /// Which part of all hooks is traced.
    pub(crate) sample: f64,
    /// Whether upstreams are told.
    pub(crate) propagate: bool,
}

/// The headers may be secrets.
impl fmt::Debug for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { url, headers, sample, propagate } = self;
        let names: Vec<_> = headers.keys().collect();
        f.debug_struct("Traces")
            .field("url", &url.as_str())
            .field("headers", &names)
            .field("sample", sample)
            .field("propagate", propagate)
            .finish()
    }
}

/// A configuration that was read and resolved: no path in it is relative, no file is left to be read.
#[derive(Debug)]
pub(crate) struct Config {
    /// Where to listen.
    pub(crate) listen: SocketAddr,
    /// How the world reaches the host; none: at the address it listens on.
    pub(crate) public_url: Option<Url>,
    /// Whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<Network>,
    /// Where counts are shown without a token.
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// The server's own certificate.
    pub(crate) tls: Option<Tls>,
    /// What clients may take of the server.
    pub(crate) server_limits: ServerLimits,
    /// How many tenants are named in counts.
    pub(crate) tenants_counted: usize,
    /// Where traces go, with the secrets of that place.
    pub(crate) traces: Option<Traces>,
    /// The store's URL.
    pub(crate) store: String,
    /// What a relative path in the store's URL is relative to.
    pub(crate) base: PathBuf,
    /// Folder of what the host keeps beside the store: its master key, compiled code.
    pub(crate) data: PathBuf,
    /// Where the rows of connectors' tables become files, with the secrets of that place.
    pub(crate) datasets: DatasetFiles,
    /// The built-in clouds and the operator's.
    pub(crate) clouds: Clouds,
    /// How people sign in to the host itself; none: with tokens only.
    pub(crate) sign_in: Option<sign_in::Entrance>,
    /// What may leave the host.
    pub(crate) egress: Policy,
    /// How events are delivered.
    pub(crate) delivery: Delivery,
    /// How subscriptions are looked after.
    pub(crate) subscriptions: Subscriptions,
    /// How keys are exchanged.
    pub(crate) keys: Keys,
    /// What is an alert, and who is told.
    pub(crate) alerts: AlertOptions,
    /// How connectors are run.
    pub(crate) sandbox: Sandbox,
    /// The most that any grant may allow.
    pub(crate) limits: Limits,
    /// The largest things that are taken in.
    pub(crate) doors: Doors,
}

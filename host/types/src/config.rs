//! The host's own configuration: `tieline.toml`.

mod server;
mod sign_in;
mod telemetry;

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

use serde::Deserialize;
use url::Url;

use crate::{AlertReceiver, Doors, Limits, tenant::SecretRef, throttle::CallLimit};

pub use self::{
    server::{Server, ServerLimits, Tls},
    sign_in::{RoleRule, SignIn},
    telemetry::Telemetry,
};

/// `tieline.toml`. Relative paths are relative to the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostConfig {
    /// Where it listens and how the world reaches it.
    pub server: Server,
    /// Where it keeps what must not be lost.
    pub store: Store,
    /// Where the rows of connectors' tables become files.
    #[serde(default)]
    pub datasets: Datasets,
    /// Microsoft clouds beside the built-in ones (`global`, `us-gov-l4`, `us-gov-dod`, `china`).
    #[serde(default)]
    pub clouds: BTreeMap<String, Cloud>,
    /// How people sign in to the host itself; absent: with tokens only.
    #[serde(default)]
    pub sign_in: Option<SignIn>,
    /// What may leave the host.
    #[serde(default)]
    pub egress: Egress,
    /// How events are delivered.
    #[serde(default)]
    pub delivery: Delivery,
    /// How Graph subscriptions are looked after.
    #[serde(default)]
    pub subscriptions: Subscriptions,
    /// How keys are exchanged.
    #[serde(default)]
    pub keys: Keys,
    /// What is an alert, and who is told of the alerts of all tenants.
    #[serde(default)]
    pub alerts: Alerts,
    /// How connectors are run.
    #[serde(default)]
    pub sandbox: Sandbox,
    /// The most that any grant may allow.
    #[serde(default)]
    pub limits: Limits,
    /// The largest things that the host takes in.
    #[serde(default)]
    pub doors: Doors,
    /// What is told of its work.
    #[serde(default)]
    pub telemetry: Telemetry,
}

/// The store.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// `sled:./data` or `lsm:./data`
    pub url: String,
}

/// Files of datasets.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Datasets {
    /// A folder, or an object store: `s3://bucket/folder`. Absent: the folder `datasets` beside the store.
    pub url: Option<String>,
    /// What the object store needs to know, under the names of the crate `object_store`.
    pub options: BTreeMap<String, Setting>,
    /// How long rows wait for their file at most, in seconds.
    pub flush_s: u64,
}

impl Default for Datasets {
    fn default() -> Self {
        Self { url: None, options: BTreeMap::new(), flush_s: 60 }
    }
}

/// What another service needs to know: a word, or where a secret is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    /// As it stands.
    Plain(String),
    /// To be looked up.
    Secret(SecretRef),
}

/// A Microsoft cloud: base addresses are data, so that a simulator is just another cloud.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cloud {
    /// `https://login.microsoftonline.com`
    pub login: Url,
    /// `https://graph.microsoft.com`
    pub graph: Url,
    /// PEM file of the authority that signs this cloud's certificates, beside the public ones.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// A simulator: may use `http`, also for notification URLs.
    #[serde(default)]
    pub simulated: bool,
    /// How long, in seconds, a consent may take to be honoured everywhere.
    #[serde(default = "Cloud::two_hours")]
    pub consent_spreads_s: u64,
    /// How often Graph may be called there. The built-in clouds have Microsoft's limits; another one has these
    /// alone.
    #[serde(default)]
    pub limits: Vec<CallLimit>,
}

impl Cloud {
    /// Microsoft speaks of minutes; integrators have seen two hours.
    pub const CONSENT_SPREADS_S: u64 = 2 * 60 * 60;

    /// A cloud with these addresses and nothing special.
    pub fn at(login: Url, graph: Url) -> Self {
        Self {
            login,
            graph,
            ca: None,
            simulated: false,
            consent_spreads_s: Self::CONSENT_SPREADS_S,
            limits: vec![],
        }
    }

    fn two_hours() -> u64 {
        Self::CONSENT_SPREADS_S
    }
}

/// Outbound policy.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Egress {
    /// Private addresses that may be reached, as exact address and port. A grant, cloud or connection must
    /// name the origin too.
    pub allow_private: Vec<SocketAddr>,
    /// PEM file of further authorities to trust, as behind a corporate proxy.
    pub ca: Option<PathBuf>,
}

/// Running connectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sandbox {
    /// Whether an instance that handled an event well may handle further ones of the same installation. Off:
    /// every event finds a fresh instance, at several times the cost.
    pub reuse_instances: bool,
}

impl Default for Sandbox {
    fn default() -> Self {
        Self { reuse_instances: true }
    }
}

/// Looking after Graph subscriptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Subscriptions {
    /// How often Graph is asked which subscriptions there are, in seconds: what was lost without notice is found
    /// within this time.
    pub audit_s: u64,
    /// How long a certificate is used with which Graph encrypts the content of notifications, in seconds. Then the
    /// host makes another one; each is valid for a month longer.
    pub certificate_s: u64,
}

impl Default for Subscriptions {
    fn default() -> Self {
        Self { audit_s: 900, certificate_s: 60 * 24 * 60 * 60 }
    }
}

/// Exchanging keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keys {
    /// How long an old key is kept after everything that it sealed was sealed anew, in seconds: longer than anything takes
    /// from being sealed to being written.
    pub settle_s: u64,
}

impl Default for Keys {
    fn default() -> Self {
        Self { settle_s: 600 }
    }
}

/// Delivery of events.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Delivery {
    /// Runs at the same time, over all tenants.
    pub concurrency: usize,
    /// Runs at the same time for one tenant; three quarters of all when absent, so that a tenant whose
    /// upstream hangs never takes every place.
    pub concurrency_per_tenant: Option<usize>,
    /// Runs at the same time for one installation.
    pub concurrency_per_installation: usize,
    /// The most events of one tenant that may wait, whatever its own quota says.
    pub pending_events_per_tenant: usize,
    /// Wait before the second, third, … attempt, in milliseconds; each with ±20 % jitter. When all are used
    /// up the event becomes a dead letter.
    pub retry_schedule_ms: Vec<u64>,
}

impl Delivery {
    /// Runs at the same time for one tenant.
    pub fn per_tenant(&self) -> usize {
        self.concurrency_per_tenant.unwrap_or(self.concurrency - self.concurrency / 4)
    }
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            concurrency: 64,
            concurrency_per_tenant: None,
            concurrency_per_installation: 32,
            pending_events_per_tenant: 100_000,
            retry_schedule_ms: vec![
                5_000, 30_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000,
            ],
        }
    }
}

/// Alerts, and telling people of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Alerts {
    /// So many dead letters of an installation within an hour are an alert; ten times as many a critical one.
    pub dead_letters: usize,
    /// How long, in seconds, a receiver is sent nothing after a message: what happens meanwhile is one message.
    pub digest_s: u64,
    /// The server that takes mail.
    pub smtp: Option<Smtp>,
    /// Who is told of the alerts of all tenants, and of the host's own.
    pub receivers: Vec<AlertReceiver<SecretRef>>,
}

impl Default for Alerts {
    fn default() -> Self {
        Self { dead_letters: 10, digest_s: 60, smtp: None, receivers: Vec::new() }
    }
}

/// A server that takes mail.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// `smtp.example.com`
    pub host: String,
    /// By default the usual one: 587, with `tls = "implicit"` 465, with `tls = "none"` 25.
    #[serde(default)]
    pub port: Option<u16>,
    /// How the way there is protected.
    #[serde(default)]
    pub tls: SmtpTls,
    /// Whom mail is from: `Tieline <tieline@example.com>`.
    pub from: String,
    /// Whom to sign in as, where the server wants that.
    #[serde(default)]
    pub username: Option<String>,
    /// Their password.
    #[serde(default)]
    pub password: Option<SecretRef>,
}

/// How the way to a mail server is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// By `STARTTLS`, without which nothing is sent.
    #[default]
    StartTls,
    /// From the first byte.
    Implicit,
    /// Not at all: only to an address under `[egress] allow_private`.
    None,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_it_does_not_know() {
        let good = "[server]\nlisten = \"127.0.0.1:0\"\n[store]\nurl = \"sled:./data\"\n";
        assert!(toml::from_str::<HostConfig>(good).is_ok());
        assert!(toml::from_str::<HostConfig>(&format!("{good}[egres]\n")).is_err());
    }
}

//! What the host is told at start.

use std::{sync::Arc, time::Duration};

use tieline_capabilities::Services;
use tieline_datasets::Place;
use tieline_egress::MailServer;
use tieline_identity::{KeyFile, Vault};
use tieline_runtime::Runtime;
use tieline_types::{
    AlertReceiver, Doors, Limits, Secret,
    config::{Delivery, Keys, Subscriptions},
};
use url::Url;

use crate::{Endings, Forgets};

/// Options of a [`Host`](crate::Host).
pub struct HostOptions {
    /// What everything stands on. The store is opened and closed by whoever starts the host.
    pub services: Arc<Services>,
    /// The sandbox, over the same services.
    pub runtime: Arc<Runtime>,
    /// Seals the secrets of subscriptions; the one that the connections of `services` use.
    pub vault: Vault,
    /// Where the master key is; none: whoever starts the host keeps it.
    pub key_file: Option<KeyFile>,
    /// How keys are exchanged.
    pub keys: Keys,
    /// Where the files of datasets are; nobody else's.
    pub files: Place,
    /// How long rows wait for their file at most.
    pub rows_wait: Duration,
    /// The address under which Graph reaches this host: `https://tieline.example.com`.
    pub public_url: Url,
    /// Concurrency and retries.
    pub delivery: Delivery,
    /// How subscriptions are looked after.
    pub subscriptions: Subscriptions,
    /// What is an alert, and who is told.
    pub alerts: AlertOptions,
    /// Who knows of further things that end, and are told of in time.
    pub endings: Vec<Arc<dyn Endings>>,
    /// Who else keeps something of tenants, and forgets it when one is removed.
    pub forgets: Vec<Arc<dyn Forgets>>,
    /// The most that any grant may allow.
    pub limits: Limits,
    /// The largest things that are taken in.
    pub doors: Doors,
}

/// Alerts, and telling people of them.
#[derive(Debug, Clone)]
pub struct AlertOptions {
    /// So many dead letters of an installation within an hour are an alert.
    pub dead_letters: usize,
    /// How long a receiver is sent nothing after a message.
    pub digest: Duration,
    /// How mail is sent; none: it is not.
    pub mail: Option<MailOptions>,
    /// Who is told of everything. They were [judged](crate::receiver_faults).
    pub receivers: Vec<AlertReceiver<Secret>>,
}

/// How mail is sent.
#[derive(Debug, Clone)]
pub struct MailOptions {
    /// Through whom.
    pub server: MailServer,
    /// Whom it is from: `Tieline <tieline@example.com>`.
    pub from: String,
}

impl Default for AlertOptions {
    fn default() -> Self {
        Self { dead_letters: 10, digest: Duration::from_secs(60), mail: None, receivers: Vec::new() }
    }
}

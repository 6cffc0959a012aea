//! What the host is told at start.

use std::{sync::Arc, time::Duration};

use tieline_capabilities::Services;
use tieline_datasets::Place;
use tieline_identity::{KeyFile, Vault};
use tieline_runtime::Runtime;
use tieline_types::{
    Doors, Limits,
    config::{Delivery, Keys, Subscriptions},
};
use url::Url;

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
    /// The most that any grant may allow.
    pub limits: Limits,
    /// The largest things that are taken in.
    pub doors: Doors,
}

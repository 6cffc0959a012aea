//! What can be chosen at start.

use std::path::PathBuf;
use std::time::Duration;

/// How the simulators start. The default suits tests.
#[derive(Clone, Debug)]
pub struct Options {
    /// Keep what was received, for `received()`. The bench turns it off.
    pub record: bool,
    /// Of the Salesforce records of a type, keep the newest so many that were created. The others were
    /// validated and reported to the observer, and are forgotten, so that a long bench does not fill
    /// the memory.
    pub keep_records: usize,
    /// Of the messages of a channel or chat, keep the newest so many.
    pub keep_messages: usize,
    /// Accept `http` notification URLs, of loopback addresses only. Graph itself wants https.
    pub allow_http_notification_urls: bool,
    /// Where to write the certificate of the throw-away authority; a temporary file if absent.
    pub ca_out: Option<PathBuf>,
    /// How many channels the team has; at least 32.
    pub channels: usize,
    /// The daily API request allocation of the Salesforce organisation.
    pub salesforce_daily_requests: u64,
    /// How Graph delivers notifications.
    pub delivery: Delivery,
    /// Ports; 0 lets the system choose.
    pub ports: Ports,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            record: true,
            keep_records: usize::MAX,
            keep_messages: usize::MAX,
            allow_http_notification_urls: true,
            ca_out: None,
            channels: 40,
            salesforce_daily_requests: 100_000,
            delivery: Delivery::default(),
            ports: Ports::default(),
        }
    }
}

/// Time-outs and retries of change notifications.
///
/// The time-outs and the four hours are those of "Receive change notifications through webhooks"
/// (Microsoft Graph documentation, April 2026). The pace of the back-off is not documented; half
/// a second to start with keeps tests short.
#[derive(Clone, Copy, Debug)]
pub struct Delivery {
    /// The first attempt must be answered within this.
    pub first_timeout: Duration,
    /// Later attempts must be answered within this.
    pub retry_timeout: Duration,
    /// The pause before the second attempt; each later one doubles.
    pub first_pause: Duration,
    /// No pause is longer.
    pub longest_pause: Duration,
    /// After this long the notification is dropped.
    pub give_up: Duration,
    /// How long an endpoint is watched before it is judged, and how long the judgement holds.
    pub window: Duration,
    /// How much later a slow endpoint is sent its notifications.
    pub slow_delay: Duration,
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            first_timeout: Duration::from_secs(3),
            retry_timeout: Duration::from_secs(10),
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(600),
            give_up: Duration::from_secs(4 * 3600),
            window: Duration::from_secs(600),
            slow_delay: Duration::from_secs(600),
        }
    }
}

/// The port of each listener.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ports {
    /// Entra over http.
    pub entra: u16,
    /// Entra over TLS.
    pub entra_tls: u16,
    /// Graph over http.
    pub graph: u16,
    /// Graph over TLS.
    pub graph_tls: u16,
    /// Salesforce over http.
    pub salesforce: u16,
    /// Salesforce over TLS.
    pub salesforce_tls: u16,
    /// Dataverse over http.
    pub dataverse: u16,
    /// Dataverse over TLS.
    pub dataverse_tls: u16,
    /// Vault over http.
    pub vault: u16,
    /// Vault over TLS.
    pub vault_tls: u16,
    /// The contact centre over http.
    pub contact_center: u16,
    /// The contact centre over TLS.
    pub contact_center_tls: u16,
    /// The control API.
    pub control: u16,
}

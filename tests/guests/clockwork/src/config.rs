//! What an installation wants.

use serde::Deserialize;

/// The configuration of an installation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What it subscribes to: `/teams/{id}/channels/{id}/messages`.
    #[serde(default)]
    pub resource: Option<String>,
    /// And to what else.
    #[serde(default)]
    pub resources: Vec<String>,
    /// The timers of its plan.
    #[serde(default)]
    pub timers: Vec<Timer>,
    /// The hooks of its plan.
    #[serde(default)]
    pub webhooks: Vec<Webhook>,
    /// Under which key it counts notifications.
    #[serde(default = "count")]
    pub counter: String,
    /// Whether it asks for content. If it says so or not, it counts what came with content and without.
    #[serde(default)]
    pub with_content: Option<bool>,
    /// Whether its plan refuses.
    #[serde(default)]
    pub refuse: bool,
}

fn count() -> String {
    "count".to_owned()
}

/// A recurring timer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timer {
    key: String,
    /// Milliseconds.
    #[serde(default)]
    every: Option<u64>,
    /// In place of `every`: an expression and a zone.
    #[serde(default)]
    cron: Option<(String, String)>,
}

impl Timer {
    pub(crate) fn planned(&self) -> tieline_sdk::Timer {
        match &self.cron {
            Some((expression, zone)) => tieline_sdk::Timer::cron(&self.key, expression, zone),
            None => tieline_sdk::Timer::every(&self.key, self.every.unwrap_or_default()),
        }
    }
}

/// A hook for others to call; one of the four says how they prove themselves.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    key: String,
    #[serde(default)]
    header: Option<String>,
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    signed: Option<String>,
    #[serde(default)]
    organization: Option<String>,
}

impl Webhook {
    pub(crate) fn planned(&self) -> tieline_sdk::Webhook {
        let Self { key, header, query, signed, organization } = self;
        match (header, query, signed) {
            (Some(name), ..) => tieline_sdk::Webhook::by_header(key, name),
            (_, Some(name), _) => tieline_sdk::Webhook::by_query(key, name),
            (.., Some(header)) => tieline_sdk::Webhook::signed(key, header),
            _ => tieline_sdk::Webhook::outbound_messages(key, organization.as_deref().unwrap_or_default()),
        }
    }
}

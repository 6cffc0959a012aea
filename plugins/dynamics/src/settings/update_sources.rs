//! How updates of records are learned of.

use serde::Deserialize;

/// Two sources that can stand side by side: what both tell of is told to people once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Updates {
    /// Where a webhook of Dataverse carries the secret that proves it is one: a webhook is not signed. Null: there is
    /// no webhook.
    #[serde(default = "default_proof")]
    pub webhook: Option<Proof>,
    /// Ask for changes every so many seconds, at least 30 (change tracking). Dataverse tries a webhook again once at
    /// most, so that this finds what was lost. Null: never.
    #[serde(default)]
    pub poll_seconds: Option<u32>,
    /// An update that a chain of this many others caused is told; one further down is taken for a loop.
    #[serde(default = "default_depth")]
    pub deepest: u32,
}

/// How a webhook proves itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// Authentication type WebhookKey: the query parameter `code`.
    Code,
    /// Authentication type HttpHeader: the header field `x-tieline-key`.
    Header,
}

impl Default for Updates {
    fn default() -> Self {
        Self { webhook: default_proof(), poll_seconds: None, deepest: default_depth() }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it is a field's default")]
fn default_proof() -> Option<Proof> {
    Some(Proof::Code)
}

/// What a person or a workflow after them did, and no more.
fn default_depth() -> u32 {
    2
}

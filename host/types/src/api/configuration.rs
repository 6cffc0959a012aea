//! Configuration part by part: what is asked and answered about one installation, and about packages.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::InstallationSummary;
use crate::{
    ConnectorId, Digest, Grant, InstallationId, Manifest, Problem, Subscriber, Timestamp, Timing,
    Verification, dataset::Table, tenant::Installation,
};

/// An installation with its configuration.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct InstallationDetail {
    /// As in the list.
    pub summary: InstallationSummary,
    /// As it was put.
    pub configuration: Installation<Digest>,
}

/// What an installation was granted, beside what it asks for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct GrantReport {
    /// As it was put.
    pub grant: Grant,
    /// What it may touch, in words.
    pub rights: Vec<String>,
    /// What it asked for and was not granted, in words.
    pub ungranted: Vec<String>,
}

/// An installation as it might be. What is left out is as it is now.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Proposal {
    /// Which package; to be named where there is no such installation yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<Digest>,
    /// What it may do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant: Option<Grant>,
    /// What the connector's JSON Schema says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub config: Option<serde_json::Value>,
}

/// What is wrong with an installation as it might be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ValidationReport {
    /// Each with its field: `/config/…`. None: it can be put.
    pub problems: Vec<Problem>,
}

/// What an installation as it might be would want to exist.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlanPreview {
    /// Graph subscriptions.
    pub subscriptions: Vec<PlannedSubscription>,
    /// Recurring timers.
    pub timers: Vec<PlannedTimer>,
    /// Hooks for other systems to call.
    pub hooks: Vec<PlannedHook>,
    /// Tables that rows may be appended to.
    pub tables: Vec<Table>,
    /// Why there is no plan, if there is none.
    pub problems: Vec<Problem>,
}

/// A Graph subscription of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlannedSubscription {
    /// What it watches.
    pub resource: String,
    /// As whom it is made.
    pub subscriber: Subscriber,
    /// `created`, `updated`, `deleted`.
    pub change_types: Vec<String>,
    /// Whether its notifications bring their content.
    pub with_content: bool,
}

/// A timer of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlannedTimer {
    /// The connector's own name for it.
    pub key: String,
    /// When it recurs.
    pub timing: Timing,
}

/// A hook of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlannedHook {
    /// The connector's own name for it.
    pub key: String,
    /// How callers prove themselves.
    pub verification: Verification,
}

/// What became of asking an installation to pause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PauseReport {
    /// Whether it ran until now.
    pub paused: bool,
}

/// How much an installation keeps and does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InstallationUsage {
    /// Which.
    pub installation: InstallationId,
    /// Bytes in storage, keys included.
    pub storage_bytes: u64,
    /// The most that it may keep there.
    pub storage_bytes_limit: u64,
    /// Keys in storage.
    pub storage_keys: u64,
    /// The most that it may keep there.
    pub storage_keys_limit: u64,
    /// Bytes in datasets: files, and rows that wait for theirs.
    pub dataset_bytes: u64,
    /// The most that it may keep there.
    pub dataset_bytes_limit: u64,
    /// Its events, of those that were counted.
    pub events: EventCounts,
}

/// Events by where they stand. Of a tenant the newest 20,000 are counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventCounts {
    /// Will be attempted (again).
    pub pending: u64,
    /// Handled.
    pub done: u64,
    /// Dead letters.
    pub dead: u64,
    /// The oldest that was counted was received then; absent when none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

/// A connector of which packages were uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConnectorSummary {
    /// Its id.
    pub id: ConnectorId,
    /// Display name, as its newest package says.
    pub name: String,
    /// Who ships it.
    pub vendor: String,
    /// One sentence.
    pub description: String,
    /// Its versions, the newest first.
    pub versions: Vec<String>,
}

/// A version of a connector: one package of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConnectorVersion {
    /// The connector's version.
    pub version: String,
    /// The package's content address.
    pub package: Digest,
    /// The oldest host version that it runs on.
    pub minimum_host: String,
    /// When it was last used, to the hour.
    pub last_used: Timestamp,
    /// How many installations of all tenants have it.
    pub installations: usize,
}

/// What a package says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PackageDetail {
    /// Its content address.
    pub digest: Digest,
    /// Its manifest.
    pub manifest: Manifest,
    /// The JSON Schema of its configuration, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub config_schema: Option<serde_json::Value>,
}

/// Something that has just happened in a tenant.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Happened {
    /// An event was taken, attempted, settled, or is to be delivered again.
    Event {
        /// As it stands now.
        event: Box<super::EventSummary>,
    },
    /// An alert was raised (again).
    Alert {
        /// As it stands now.
        alert: Box<crate::Alert>,
    },
    /// An alert is over.
    AlertCleared {
        /// Which.
        about: crate::AlertKey,
    },
    /// Something happened that was not told, because there was too much of it, or before whoever listens came: everything
    /// that is shown is to be read anew.
    Missed,
}

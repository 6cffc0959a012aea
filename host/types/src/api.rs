//! What the admin API takes and answers, shared by the host and its CLI.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ConnectionName, ConnectorId, DeliveryState, Digest, EventId, InstallationId, Payload, Problem,
    Subscriber, TenantId, TimerKind, Timestamp, Timing, run::RunRecord, tenant::Licensing,
};

mod access;
mod audit;
mod calendar;
mod configuration;
mod connection;
mod coverage;
mod dataset;
mod hook;
mod keys;
mod people;
mod receiver;
mod replay;
mod view;

pub use crate::difference::FieldChange;
pub use access::{
    CreateTokenRequest, CreatedToken, CredentialKind, Right, SessionSummary, TokenSignIn, TokenState,
    TokenSummary,
};
pub use audit::{AuditFault, AuditHead, AuditOutcome, AuditRecord, AuditVerdict, AuditWho, AuditWhoKind};
pub use calendar::{CalendarEntry, CalendarItem};
pub use configuration::{
    ConnectorSummary, ConnectorVersion, EventCounts, GrantReport, Happened, InstallationDetail,
    InstallationUsage, PackageDetail, PauseReport, PlanPreview, PlannedHook, PlannedSubscription,
    PlannedTimer, Proposal, ValidationReport,
};
pub use connection::{
    AcceptRequest, Accepted, ConnectionTest, ConsentLine, ConsentReport, ConsentState, NeededBy, TestStage,
};
pub use coverage::{Coverage, CoverageState, CoverageStretch};
pub use dataset::{
    DatasetCompaction, DatasetDay, DatasetDetail, DatasetGroup, DatasetNumbers, DatasetSummary,
};
pub use hook::{HookDetail, HookSummary, RotateRequest};
pub use keys::{
    ExchangeState, KeptIn, KeyExchange, KeysSummary, MasterKeySummary, RotateKeys, RotateKeysReport,
    TenantKeySummary,
};
pub use people::{BrowserLink, ConsentRequest, PersonSummary, RevokeReport, SignInRequest, SignOutReport};
pub use receiver::{AlertMessage, ReceiverKind, ReceiverSummary, ReceiverTest};
pub use replay::{DeadLetterGroup, ReplayAs, ReplayFilter, ReplayReport, ReplayRequest};
pub use view::{ActionState, OfferedAction, View};

/// Part of a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// In order.
    pub items: Vec<T>,
    /// Give as `after` to continue; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What `apply` did, or would do.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ApplyReport {
    /// The tenant.
    pub tenant: TenantId,
    /// What was done, thing by thing.
    pub changes: Vec<Change>,
}

impl ApplyReport {
    /// Whether anything is different.
    pub fn differs(&self) -> bool {
        self.changes.iter().any(|change| change.done != ChangeKind::Unchanged)
    }
}

/// One thing that `apply` looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// `tenant`, `connection`, `installation`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What was done to it.
    pub done: ChangeKind,
    /// What is different now: `1.0.0 → 1.1.0`, `grant`, `configuration`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
    /// Field by field; of a secret only `set` and `changed`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
}

/// What `apply` did to one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum ChangeKind {
    Created,
    Updated,
    Unchanged,
    Removed,
}

/// A tenant in a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TenantSummary {
    /// Its id.
    pub id: TenantId,
    /// For people.
    pub name: String,
    /// Its connections.
    pub connections: Vec<ConnectionName>,
    /// Its installations.
    pub installations: Vec<InstallationId>,
}

/// A connection in a list. Secrets are named, never shown.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ConnectionSummary {
    /// Its name.
    pub name: ConnectionName,
    /// Its provider.
    pub provider: String,
    /// Where it leads: the cloud, or the sign-in origin.
    pub target: String,
    /// OAuth client id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// For people: what they call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Entra directory id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory_id: Option<String>,
    /// The app registration's object id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_id: Option<String>,
    /// The secrets that are set.
    pub secrets: Vec<String>,
    /// When its credential ends, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// How metered calls are paid for, where that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licensing: Option<Licensing>,
    /// When everything that it gave out was taken back: it sends nothing until it is applied with another credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Timestamp>,
}

/// An installation in a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct InstallationSummary {
    /// Its id.
    pub id: InstallationId,
    /// Its connector.
    pub connector: ConnectorId,
    /// The connector's version.
    pub version: String,
    /// Its package.
    pub package: Digest,
    /// What it may touch, in words.
    pub rights: Vec<String>,
    /// What it asked for and was not granted, in words.
    pub ungranted: Vec<String>,
    /// How many alerts about it stand.
    pub alerts: usize,
    /// Why it does not run, if it does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

/// A Graph subscription in a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SubscriptionSummary {
    /// A short name that stays when the subscription is made again.
    pub key: String,
    /// What it watches.
    pub resource: String,
    /// `created`, `updated`, `deleted`.
    pub change_types: Vec<String>,
    /// As whom it is made.
    #[serde(default)]
    pub subscriber: Subscriber,
    /// Graph's id, once it exists there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When it lapses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// When Graph last confirmed that it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Timestamp>,
    /// When the host's certificate ends with which Graph encrypts the content of its notifications; the host replaces
    /// it before. None: they come without content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_expires: Option<Timestamp>,
    /// Whose events it brings.
    pub installations: Vec<InstallationId>,
    /// Why it does not stand, if it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// A timer in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScheduleSummary {
    /// Whose connector it wakes.
    pub installation: InstallationId,
    /// The connector's own name for it.
    pub key: String,
    /// Who set it.
    pub kind: TimerKind,
    /// When it recurs; absent for one that fires once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timing: Option<Timing>,
    /// When it fires next.
    pub due: Timestamp,
    /// The first moment that passed without a firing, while its last event waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed_since: Option<Timestamp>,
}

/// An event in a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EventSummary {
    /// Its id.
    pub id: EventId,
    /// To whom.
    pub installation: InstallationId,
    /// When the host accepted it.
    pub received: Timestamp,
    /// Where it stands.
    pub state: DeliveryState,
    /// Attempts spent.
    pub attempts: u32,
    /// Whether a mutating call of an earlier attempt may or may not have happened.
    #[serde(default)]
    pub in_doubt: bool,
    /// What it is about.
    pub summary: String,
    /// Why the last attempt failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Problem>,
    /// The connection that it waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parked: Option<ConnectionName>,
    /// Of a dead letter: its group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Whether an operator delivered it again.
    #[serde(default)]
    pub replayed: bool,
}

/// An event with all that happened to it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EventDetail {
    /// As in the list.
    #[serde(flatten)]
    pub event: EventSummary,
    /// What runs under it one after another.
    pub ordering_key: String,
    /// When the next attempt is due, while it is pending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_attempt: Option<Timestamp>,
    /// What it is.
    pub payload: Payload,
    /// Its runs, first to last.
    pub runs: Vec<RunRecord>,
}

/// A line of the timeline beside a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActivityEntry {
    /// Who wrote it.
    pub installation: InstallationId,
    /// `Opportunity`
    pub record_kind: String,
    /// `006…`
    pub record_id: String,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub title: String,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Where it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// What became of asking an installation to run again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ResumeReport {
    /// Whether it had been suspended.
    pub resumed: bool,
}

/// One stage of a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CheckStage {
    /// What was tested.
    pub name: String,
    /// How it went.
    pub verdict: Verdict,
    /// What is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// How a stage of a test went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Verdict {
    Ok,
    Warning,
    Failed,
    Skipped,
}

/// The staged test of an installation.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CheckReport {
    /// Its stages in order.
    pub stages: Vec<CheckStage>,
}

/// A request to run an action.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActRequest {
    /// Valid under the action's input schema.
    pub input: serde_json::Value,
    /// Kind and id of the record that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<(String, String)>,
    /// Asking again with the same key gets the same answer, for seven days, and does nothing twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// On whose behalf: the object id or user name of somebody who is signed in to a connection of the tenant. The
    /// API client itself when absent.
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

/// The answer of an action.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ActResponse {
    /// Valid under the action's output schema.
    pub output: serde_json::Value,
}

/// What the host knows of an uploaded package.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PackageSummary {
    /// Its content address.
    pub digest: Digest,
    /// Its connector.
    pub connector: ConnectorId,
    /// The connector's version.
    pub version: String,
}

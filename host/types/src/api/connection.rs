//! The staged test of a connection, and what was consented to.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Verdict;
use crate::{ConnectionName, InstallationId, Problem, Timestamp, manifest::PermissionKind};

/// The staged test of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConnectionTest {
    /// Which connection.
    pub connection: ConnectionName,
    /// Its provider.
    pub provider: String,
    /// `dns`, `tls`, `token`, `permissions`, `call`, in this order; after one that failed the others are skipped.
    pub stages: Vec<TestStage>,
}

impl ConnectionTest {
    /// Whether no stage failed.
    pub fn passed(&self) -> bool {
        self.stages.iter().all(|stage| stage.verdict != Verdict::Failed)
    }
}

/// One stage of the test of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TestStage {
    /// What was tested.
    pub name: String,
    /// How it went.
    pub verdict: Verdict,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// What was found, or why it was skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// What is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// What was consented to, beside what the installations of a tenant need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConsentReport {
    /// Which connection.
    pub connection: ConnectionName,
    /// When the permissions of its tokens were found to be these; absent before the first token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Timestamp>,
    /// Needed ones first, then those that nobody needs.
    pub permissions: Vec<ConsentLine>,
    /// Where an administrator grants what is missing.
    pub link: String,
    /// Who may.
    pub who: String,
    /// Until when a consent that was just given may still be spreading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spreads_until: Option<Timestamp>,
    /// Who said that consent was given and only has to spread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Accepted>,
    /// Why events wait, if they do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

/// One permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConsentLine {
    /// `ChannelMessage.Read.All`
    pub permission: String,
    /// Application or delegated.
    pub kind: PermissionKind,
    /// Whether tokens have it.
    pub state: ConsentState,
    /// Which installations need it, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needed_by: Vec<NeededBy>,
}

/// Whether tokens have a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ConsentState {
    /// They do.
    Seen,
    /// They do, or consent was given, and Graph does not honour it everywhere yet.
    Spreading,
    /// They do not.
    Missing,
    /// There was no token yet to look at.
    Unknown,
    /// They do, and no installation needs it.
    Unneeded,
}

/// An installation that needs a permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NeededBy {
    /// Which.
    pub installation: InstallationId,
    /// Why, in the words of its manifest.
    pub reason: String,
}

/// Somebody's word that consent was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Accepted {
    /// When.
    pub at: Timestamp,
    /// Who, as the caller of the API named them.
    pub by: String,
}

/// Accepts the warning that a consent is still spreading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptRequest {
    /// Who accepts it: a name of 1 to 200 characters.
    pub by: String,
}

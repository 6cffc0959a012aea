//! Who may use the API: tokens, and whoever asks.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Role, TenantId, Timestamp, secret::ShownSecret};

/// What somebody is, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Right {
    /// What they are. An operator is one of the whole host.
    pub role: Role,
    /// In this tenant; absent: in all of them, and of the host itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
}

/// A request for an API token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTokenRequest {
    /// What it is called in lists and in the audit: 1 to 80 characters.
    pub name: String,
    /// What whoever holds it may; no more than whoever asks may give.
    pub rights: Vec<Right>,
    /// How long it is good, in seconds: a minute to 366 days.
    pub lasts_s: u64,
}

/// An API token in a list. The token itself is shown by nothing but the answer to its making.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenSummary {
    /// By which it is revoked; nothing of the token is in it.
    pub id: String,
    /// What whoever made it calls it.
    pub name: String,
    /// What whoever holds it may.
    pub rights: Vec<Right>,
    /// Whether it can be used.
    pub state: TokenState,
    /// When it was made.
    pub created: Timestamp,
    /// By whom.
    pub created_by: String,
    /// When it ends.
    pub expires: Timestamp,
    /// When it was last used, to the minute; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<Timestamp>,
    /// When somebody revoked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Timestamp>,
}

/// Whether a token can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum TokenState {
    Active,
    Expired,
    Revoked,
}

/// A token that was just made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CreatedToken {
    /// As in the list.
    #[serde(flatten)]
    pub summary: TokenSummary,
    /// The token: shown this once.
    pub token: ShownSecret,
}

/// Whoever asks, as the host knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionSummary {
    /// What they showed.
    pub kind: CredentialKind,
    /// For people: the token's name, or the person's.
    pub name: String,
    /// What a person signs in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// A person's object id in their directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_id: Option<String>,
    /// What they may.
    pub rights: Vec<Right>,
    /// In a browser's session: to be sent as `X-Tieline-CSRF` with every request but GET and HEAD.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub csrf: Option<String>,
    /// When a browser's session ends, however much it is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
}

/// What somebody showed to be let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CredentialKind {
    /// An API token.
    Token,
    /// A sign-in with their directory.
    Person,
    /// The token that the host printed at its first start.
    Bootstrap,
}

/// A sign-in of a browser with a token.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenSignIn {
    /// An API token, or the host's own.
    pub token: crate::Secret,
}

//! People who sign in to a connection, and administrators who consent to it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ConnectionName, Problem, Role, Timestamp};

/// A request for a link at which somebody signs in to a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SignInRequest {
    /// Whoever signs in becomes the connection's service user, in place of the one before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub service: bool,
    /// The link is for whoever asks, and nobody else signs in by it. Who is no administrator of the tenant asks for no other.
    #[serde(rename = "self", skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
    /// Where the browser goes back to afterwards: a path of this host, `/panel/…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_to: Option<String>,
}

/// A request for a link at which an administrator consents to a connection's app.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ConsentRequest {
    /// As for [`SignInRequest`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_to: Option<String>,
}

/// A link for a browser. Whoever has it may follow it: give it to the person that it is meant for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BrowserLink {
    /// Where to go.
    pub url: String,
    /// Until then.
    pub expires: Timestamp,
}

/// Somebody who is signed in to a connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonSummary {
    /// The connection.
    pub connection: ConnectionName,
    /// Whether it is the connection's service user.
    pub service: bool,
    /// Entra directory id.
    pub directory_id: String,
    /// Object id in that directory.
    pub object_id: String,
    /// What they sign in with: `priya.singh@example.com`.
    pub user_name: String,
    /// For people.
    pub display_name: String,
    /// What they may ask of connectors; empty for the service user.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// Delegated permissions, as the last token said.
    pub scopes: Vec<String>,
    /// When they signed in.
    pub since: Timestamp,
    /// When the sign-in ends unless it is used before.
    pub expires: Timestamp,
    /// Why they must sign in again, if they must.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// What signing out did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignOutReport {
    /// How many sign-ins ended.
    pub signed_out: usize,
}

/// What revoking a connection did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RevokeReport {
    /// How many sign-ins ended.
    pub signed_out: usize,
    /// How many tokens and sessions the upstream was told of.
    pub told: usize,
    /// Why it was not told of others, and what to do there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untold: Option<Problem>,
}

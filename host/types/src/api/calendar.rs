//! What ends, and when.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ConnectionName, InstallationId, Problem, Severity, Timestamp};

/// Something that ends unless somebody, or the host, does something in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CalendarEntry {
    /// What kind of thing it is.
    pub what: CalendarItem,
    /// Its own name: the connection's, the person's, the resource.
    pub name: String,
    /// The connection that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionName>,
    /// The installations that need it, where that is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub installations: Vec<InstallationId>,
    /// When it ends; absent when that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Timestamp>,
    /// Whole days until then; negative once it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_left: Option<i64>,
    /// How much that matters today.
    pub severity: Severity,
    /// Whether to show it to everybody who works with the tenant: a credential of the tenant's ends within 15 days,
    /// or has ended.
    pub banner: bool,
    /// What ends, in a sentence, and what to do about it.
    pub problem: Problem,
}

/// What can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CalendarItem {
    /// The client secret of a connection.
    ClientSecret,
    /// The certificate of a connection.
    Certificate,
    /// The password of a connection.
    Password,
    /// The sign-in of a connection's service user, unless it is used.
    ServiceSignIn,
    /// A person's sign-in, unless it is used.
    SignIn,
    /// A Graph subscription; the host renews it.
    Subscription,
    /// The certificate with which Graph encrypts content; the host replaces it.
    ContentCertificate,
    /// The time for which an installation may hear nothing before that is an alert.
    Silence,
    /// An API token that is good in this tenant alone.
    ApiToken,
    /// The secret that a webhook had before it was made anew, or its address where that is the secret.
    WebhookSecret,
    /// The certificate of the host's own server: an alert of the host, and in no tenant's calendar.
    ServerCertificate,
}

//! `[sign_in]`: how people sign in to the host itself.

use serde::Deserialize;

use crate::{Role, tenant::SecretRef};

/// An app registration at which the host's own people sign in, and what they are then.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The Microsoft cloud; `global` when absent.
    #[serde(default)]
    pub cloud: Option<String>,
    /// Entra directory (tenant) id.
    pub directory_id: String,
    /// The app registration's client id.
    pub client_id: String,
    /// Where its client secret is.
    pub client_secret: SecretRef,
    /// Who is what. Whom none of these names is not let in.
    pub roles: Vec<RoleRule>,
}

/// What the members of a group are, or those who were assigned an app role.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRule {
    /// Object id of a group in the directory.
    #[serde(default)]
    pub group: Option<String>,
    /// Value of an app role of the app registration.
    #[serde(default)]
    pub app_role: Option<String>,
    /// What they are.
    pub role: Role,
    /// Where: names of tenants, or `"*"` for all of them. Absent for operators, who are those of the whole host.
    #[serde(default)]
    pub tenants: Vec<String>,
}

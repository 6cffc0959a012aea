//! The keys under which secrets are sealed. Their names are shown, never they themselves.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{TenantId, Timestamp};

/// All keys, and how far an exchange is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeysSummary {
    /// What wraps the tenants' keys.
    pub master: MasterKeySummary,
    /// What is being done.
    pub exchange: KeyExchange,
    /// The keys of each tenant that has any.
    pub tenants: Vec<TenantKeySummary>,
}

/// The master key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MasterKeySummary {
    /// Its name.
    pub id: String,
    /// Who keeps it.
    pub kept: KeptIn,
}

/// Who keeps the master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum KeptIn {
    /// The host, in a file, for which it can make another.
    File,
    /// Whoever starts the host.
    Environment,
}

/// The keys of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TenantKeySummary {
    /// Whose.
    pub tenant: TenantId,
    /// The name of the key that seals.
    pub id: String,
    /// When it took the place of another; absent: it is the tenant's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The names of keys that still open what they sealed, until that is sealed anew.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub old: Vec<String>,
}

/// How far an exchange of keys is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeyExchange {
    /// What is being done.
    pub state: ExchangeState,
    /// Stored values that this pass has looked at.
    pub looked_at: u64,
    /// Secrets that were sealed anew since the exchange began, or since the host started.
    pub resealed: u64,
    /// Secrets that their own key does not open: they were damaged before.
    pub unreadable: u64,
}

/// What is being done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExchangeState {
    /// Nothing: each tenant has one key.
    #[default]
    Idle,
    /// What old keys sealed is sealed anew.
    Sealing,
    /// Everything was sealed anew; what is being written just now is waited for, and looked at again.
    Settling,
}

/// Asks for other keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RotateKeys {
    /// For this tenant; absent: for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// The master key instead: tenants' keys stay, and are wrapped anew.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub master: bool,
}

/// What was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RotateKeysReport {
    /// Tenants that were given another key. One whose old key is still there was not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub begun: Vec<TenantId>,
    /// How many keys of tenants were wrapped anew, under the new master key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rewrapped: Option<usize>,
}

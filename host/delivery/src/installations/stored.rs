//! Installations as they are kept.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tieline_store::{Key, Space};
use tieline_types::{Digest, InstallationKey, TenantId, tenant};

use super::{Installation, plan::Plan};

/// An installation as it is kept: with its plan, so that a start asks no guest before it can tell whose a
/// notification is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stored {
    /// As the operator wrote it.
    pub(crate) installation: tenant::Installation<Digest>,
    /// The connector's version.
    #[serde(default)]
    pub(crate) version: String,
    /// What its connector wants to exist.
    pub(crate) plan: Plan,
}

impl Stored {
    /// An installation for keeping.
    pub(super) fn of(installation: &Installation) -> Self {
        Self {
            installation: installation.document.clone(),
            version: installation.version.clone(),
            plan: installation.plan.clone(),
        }
    }

    /// Where all installations of a tenant stand.
    pub(crate) fn space(tenant: &TenantId) -> Key {
        Key::new(Space::Installation).part(tenant.as_str())
    }

    /// Where this one stands.
    pub(crate) fn key(installation: &InstallationKey) -> Key {
        Self::space(&installation.tenant).part(installation.installation.as_str())
    }

    /// As written to the store.
    pub(crate) fn bytes(&self) -> Bytes {
        Bytes::from(serde_json::to_vec(self).expect("plain data always serialises"))
    }
}

/// Where all tenants stand.
pub(crate) fn tenants() -> Key {
    Key::new(Space::Tenant)
}

/// Where a tenant stands.
pub(crate) fn tenant_key(tenant: &TenantId) -> Key {
    tenants().part(tenant.as_str())
}

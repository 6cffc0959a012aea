//! Webhooks as they are kept: nothing by which one could be called stands there unsealed.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tieline_identity::{Sealed, Vault, VaultError};
use tieline_store::{Key, Op, Space};
use tieline_types::{InstallationKey, RouteKey, Secret, TenantId, Timestamp};

/// How long it is remembered where a hook was that no plan names any more: its callers are told that it is gone,
/// and one that comes back finds its address and secret again.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 3_600);

/// A webhook as it is kept. How its callers prove themselves stands in the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    /// Where it is called, and what its callers know.
    pub(super) way: SealedWay,
    /// When it was made.
    pub(super) made: Timestamp,
    /// When its way was last made anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rotated: Option<Timestamp>,
    /// The way before that, and until when it leads here too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) old: Option<(SealedWay, Timestamp)>,
    /// Whether no plan names it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) gone: bool,
}

/// A way in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Way {
    /// Its address.
    pub(super) route: RouteKey,
    /// What callers prove that they know.
    pub(super) secret: Secret,
}

/// The same, as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct SealedWay {
    route: Sealed,
    secret: Sealed,
}

impl Way {
    pub(super) async fn sealed(
        &self,
        vault: &Vault,
        installation: &InstallationKey,
        hook: &str,
    ) -> Result<SealedWay, VaultError> {
        let (route, secret) = purposes(installation, hook);
        let address = Secret::new(self.route.as_str());
        Ok(SealedWay {
            route: vault.seal(&installation.tenant, &route, &address).await?,
            secret: vault.seal(&installation.tenant, &secret, &self.secret).await?,
        })
    }
}

impl SealedWay {
    pub(super) async fn opened(
        &self,
        vault: &Vault,
        installation: &InstallationKey,
        hook: &str,
    ) -> Result<Way, VaultError> {
        let (route, secret) = purposes(installation, hook);
        let address = vault.unseal(&installation.tenant, &route, &self.route).await?;
        let unreadable =
            || VaultError::Unreadable { tenant: installation.tenant.clone(), purpose: route.clone() };
        Ok(Way {
            route: RouteKey::parse(address.expose()).ok_or_else(unreadable)?,
            secret: vault.unseal(&installation.tenant, &secret, &self.secret).await?,
        })
    }
}

/// What the vault seals them as: a way that is moved to another hook does not open there.
fn purposes(installation: &InstallationKey, hook: &str) -> (String, String) {
    let of = format!("of webhook {}/{hook}", installation.installation);
    (format!("address {of}"), format!("secret {of}"))
}

/// Where all webhooks stand.
pub(super) fn all() -> Key {
    Key::new(Space::Webhook)
}

/// Where those of an installation stand.
pub(super) fn space(installation: &InstallationKey) -> Key {
    of_tenant(&installation.tenant).part(installation.installation.as_str())
}

fn of_tenant(tenant: &TenantId) -> Key {
    all().part(tenant.as_str())
}

/// Whose hook stands there, and its name.
pub(super) fn placed(key: &Key) -> Option<(InstallationKey, String)> {
    let [tenant, installation, hook] = key.parts().try_into().ok()?;
    let installation =
        InstallationKey { tenant: tenant.parse().ok()?, installation: installation.parse().ok()? };
    Some((installation, hook))
}

impl Record {
    /// The change that keeps it; one that is gone for a while only.
    pub(super) fn put(&self, installation: &InstallationKey, hook: &str, now: Timestamp) -> Op {
        Op::Put {
            key: space(installation).part(hook),
            value: serde_json::to_vec(self).expect("plain data always serialises").into(),
            expires: self.gone.then(|| now.after(REMEMBERED)),
        }
    }
}

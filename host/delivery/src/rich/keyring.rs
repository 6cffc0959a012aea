//! The certificates of the host: made when an app first needs one, replaced long before they end, and kept until
//! nothing can come any more that was encrypted with them.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use aws_lc_rs::{rand, rsa::OaepPrivateDecryptingKey};
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use tieline_capabilities::Services;
use tieline_identity::{Sealed, Vault, VaultError};
use tieline_store::{Batch, CommitError, Key, Pages, Space, StoreError};
use tieline_types::{RouteKey, TenantId, Timestamp};

use super::certificate;
use crate::subscriptions::desired::Owner;

/// What the vault seals a private key as.
const PURPOSE: &str = "key of a certificate for content";
/// A certificate is valid for so long after it was replaced: no subscription lives longer without being renewed.
const SPARE: Duration = Duration::from_secs(31 * 24 * 60 * 60);
/// And before it was made, for Graph's clock and ours may differ.
const EARLIER: Duration = Duration::from_secs(24 * 60 * 60);
/// A key that no subscription uses is kept for so long: Graph delivers for four hours, and what it delivered may wait
/// in the inbox.
const KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// All certificates.
pub(crate) struct Keyring {
    services: Arc<Services>,
    vault: Vault,
    /// How long a certificate is used.
    used_for: Duration,
    held: RwLock<HashMap<String, Arc<Certificate>>>,
    /// One is made at a time, so that an app has not two.
    making: tokio::sync::Mutex<()>,
}

/// A certificate with its private key.
pub(crate) struct Certificate {
    kept: Kept,
    key: OaepPrivateDecryptingKey,
}

/// A certificate as it is stored. It is durable before Graph is told of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    /// What Graph calls it; unguessable.
    id: String,
    owner: Owner,
    /// The tenant that its key was sealed for; one of those that the app serves.
    tenant: TenantId,
    /// DER, as base64.
    der: String,
    key: Sealed,
    /// From then on another one is used.
    until: Timestamp,
    expires: Timestamp,
    /// Since when no subscription uses it.
    #[serde(default)]
    unused: Option<Timestamp>,
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyringError {
    #[error("making a certificate")]
    Make(#[from] rcgen::Error),
    #[error("the random source failed")]
    Randomness,
    #[error("making a certificate was cut off")]
    CutOff(#[from] tokio::task::JoinError),
    #[error("sealing the key of a certificate")]
    Vault(#[from] VaultError),
    #[error("reading the certificates")]
    Store(#[from] StoreError),
    #[error("keeping a certificate")]
    Commit(#[from] CommitError),
}

impl Certificate {
    /// What Graph calls it.
    pub(crate) fn id(&self) -> &str {
        &self.kept.id
    }

    /// What Graph is given: DER, as base64.
    pub(crate) fn der(&self) -> &str {
        &self.kept.der
    }

    /// From when on another one is to be used.
    pub(crate) fn until(&self) -> Timestamp {
        self.kept.until
    }

    /// When it ends.
    pub(crate) fn expires(&self) -> Timestamp {
        self.kept.expires
    }

    /// Opens what was encrypted with it.
    pub(super) fn key(&self) -> &OaepPrivateDecryptingKey {
        &self.key
    }
}

impl Keyring {
    pub(crate) fn new(services: Arc<Services>, vault: Vault, used_for: Duration) -> Self {
        Self { services, vault, used_for, held: RwLock::default(), making: tokio::sync::Mutex::default() }
    }

    /// Reads what is kept. A certificate whose key cannot be opened is left out: its app gets another one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn load(&self) -> Result<(), KeyringError> {
        let mut pages = Pages::under(space());
        while let Some(page) = pages.next(&*self.services.store).await? {
            for (_, value) in page {
                let kept = Kept::read(&value.bytes)?;
                let id = kept.id.clone();
                match self.opened(kept).await {
                    Ok(certificate) => drop(self.held.write().insert(id, Arc::new(certificate))),
                    Err(error) => {
                        let error = &error as &dyn std::error::Error;
                        tracing::error!(id, error, "the key of a certificate cannot be opened");
                    }
                }
            }
        }
        Ok(())
    }

    async fn opened(&self, kept: Kept) -> Result<Certificate, VaultError> {
        let key = self.vault.unseal(&kept.tenant, PURPOSE, &kept.key).await?;
        let unreadable = || VaultError::Unreadable { tenant: kept.tenant.clone(), purpose: PURPOSE.into() };
        let key = certificate::read(&key).ok_or_else(unreadable)?;
        Ok(Certificate { kept, key })
    }

    /// The certificate that an app is to use now. One that is made is durable when it is handed out; its key is
    /// sealed for `tenant`.
    ///
    /// # Errors
    /// When it cannot be made or kept.
    pub(crate) async fn current(
        &self,
        owner: &Owner,
        tenant: &TenantId,
    ) -> Result<Arc<Certificate>, KeyringError> {
        if let Some(current) = self.in_use(owner) {
            return Ok(current);
        }
        let _one_at_a_time = self.making.lock().await;
        if let Some(current) = self.in_use(owner) {
            return Ok(current);
        }
        let now = self.services.clock.now();
        let until = now.after(self.used_for);
        let (from, expires) =
            (Timestamp(now.0.saturating_sub(EARLIER.as_millis() as u64)), until.after(SPARE));
        // It takes processor time.
        let made = tokio::task::spawn_blocking(move || certificate::make(from, expires)).await??;
        let mut random = [0; 32];
        rand::fill(&mut random).map_err(|_| KeyringError::Randomness)?;
        let kept = Kept {
            id: RouteKey::from_random(random).as_str().to_owned(),
            owner: owner.clone(),
            tenant: tenant.clone(),
            der: made.der,
            key: self.vault.seal(tenant, PURPOSE, &made.key).await?,
            until,
            expires,
            unused: None,
        };
        let certificate = Arc::new(self.opened(kept).await?);
        self.services.store.commit(Batch::new().ops([certificate.kept.put()])).await?;
        tracing::info!(client = %owner.client_id, id = certificate.id(), "a certificate was made for content");
        self.held.write().insert(certificate.id().to_owned(), certificate.clone());
        Ok(certificate)
    }

    /// Notes since when a certificate is unused, in what is kept of it now: its key may have been sealed anew.
    async fn note(&self, known: &Kept, unused: Option<Timestamp>) -> Result<(), KeyringError> {
        let Some(value) = self.services.store.get(&known.place()).await? else { return Ok(()) };
        let kept = Kept { unused, ..Kept::read(&value.bytes)? };
        let changed = self.opened(kept).await?;
        let batch = Batch::new().expect(known.place(), Some(value.revision));
        self.services.store.commit(batch.ops([changed.kept.put()])).await?;
        self.held.write().insert(changed.kept.id.clone(), Arc::new(changed));
        Ok(())
    }

    fn in_use(&self, owner: &Owner) -> Option<Arc<Certificate>> {
        let now = self.services.clock.now();
        let held = self.held.read();
        let own = held.values().filter(|held| held.kept.owner == *owner && held.kept.until > now);
        own.max_by_key(|held| held.kept.until).cloned()
    }

    /// The certificate with this id, if it is this app's.
    pub(crate) fn of(&self, owner: &Owner, id: &str) -> Option<Arc<Certificate>> {
        self.held.read().get(id).filter(|held| held.kept.owner == *owner).cloned()
    }

    /// Lets no key rest on a tenant that is no more: those of an app that serves others too are sealed for one of them, the
    /// others go.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub(crate) async fn leave(
        &self,
        tenant: &TenantId,
        heirs: &BTreeMap<Owner, TenantId>,
    ) -> Result<(), KeyringError> {
        let held: Vec<_> = self.held.read().values().map(|held| held.kept.clone()).collect();
        for known in held.into_iter().filter(|kept| kept.tenant == *tenant) {
            let found = self.services.store.get(&known.place()).await?;
            let (Some(heir), Some(value)) = (heirs.get(&known.owner), found) else {
                self.services.store.commit(Batch::new().delete(known.place())).await?;
                self.held.write().remove(&known.id);
                continue;
            };
            let kept = Kept::read(&value.bytes)?;
            let key = self.vault.unseal(&kept.tenant, PURPOSE, &kept.key).await?;
            let key = self.vault.seal(heir, PURPOSE, &key).await?;
            let inherited = self.opened(Kept { tenant: heir.clone(), key, ..kept }).await?;
            let batch = Batch::new().expect(known.place(), Some(value.revision));
            self.services.store.commit(batch.ops([inherited.kept.put()])).await?;
            self.held.write().insert(inherited.kept.id.clone(), Arc::new(inherited));
        }
        Ok(())
    }

    /// Forgets the keys that have been used by no subscription for a week; `used` are those that are.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub(crate) async fn tend(&self, used: &BTreeSet<String>) -> Result<(), KeyringError> {
        let now = self.services.clock.now();
        let all: Vec<_> = self.held.read().values().cloned().collect();
        for certificate in all {
            let kept = &certificate.kept;
            match standing(kept, used.contains(&kept.id), now) {
                Standing::AsItIs => {}
                Standing::Unused(unused) => self.note(kept, unused).await?,
                Standing::Over => {
                    self.services.store.commit(Batch::new().delete(kept.place())).await?;
                    self.held.write().remove(&kept.id);
                }
            }
        }
        Ok(())
    }
}

/// What is to become of a certificate.
#[derive(Debug, PartialEq, Eq)]
enum Standing {
    AsItIs,
    /// Since when it is unused is to be noted, or that it is used after all.
    Unused(Option<Timestamp>),
    /// Nothing can come any more that it would open.
    Over,
}

fn standing(kept: &Kept, used: bool, now: Timestamp) -> Standing {
    match kept.unused {
        // One that may still be handed out is not unused.
        _ if used || kept.until > now => match kept.unused {
            None => Standing::AsItIs,
            Some(_) => Standing::Unused(None),
        },
        None => Standing::Unused(Some(now)),
        Some(since) if now.since(since) >= KEPT => Standing::Over,
        Some(_) => Standing::AsItIs,
    }
}

fn space() -> Key {
    Key::new(Space::Certificate)
}

impl Kept {
    fn place(&self) -> Key {
        space().part(&self.owner.digest()).part(&self.id)
    }

    fn read(bytes: &[u8]) -> Result<Self, StoreError> {
        serde_json::from_slice(bytes).map_err(|_| StoreError::Corrupt { what: "a certificate" })
    }

    fn put(&self) -> tieline_store::Op {
        let value = serde_json::to_vec(self).expect("plain data always serialises").into();
        tieline_store::Op::Put { key: self.place(), value, expires: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriptions::desired::tests::owner;

    #[test]
    fn a_key_goes_a_week_after_nothing_used_it_and_not_before() {
        let at = |days: u64| Timestamp(days * 86_400_000);
        let kept = |unused: Option<Timestamp>| Kept {
            id: "1".into(),
            owner: owner("app"),
            tenant: "acme".parse().unwrap(),
            der: String::new(),
            key: serde_json::from_str("\"1.x\"").unwrap(),
            until: at(60),
            expires: at(91),
            unused,
        };
        assert_eq!(standing(&kept(None), false, at(59)), Standing::AsItIs, "it is handed out");
        assert_eq!(standing(&kept(None), true, at(99)), Standing::AsItIs, "a subscription uses it");
        assert_eq!(standing(&kept(None), false, at(60)), Standing::Unused(Some(at(60))));
        assert_eq!(standing(&kept(Some(at(60))), true, at(70)), Standing::Unused(None), "used after all");
        assert_eq!(standing(&kept(Some(at(60))), false, at(66)), Standing::AsItIs);
        assert_eq!(standing(&kept(Some(at(60))), false, at(67)), Standing::Over);
    }
}

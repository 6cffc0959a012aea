//! Who is told of alerts: the host's own receivers, of everything; a tenant's, of that tenant alone.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use parking_lot::RwLock;
use tieline_identity::{Sealed, Vault, VaultError};
use tieline_store::{Pages, Store, StoreError};
use tieline_types::{
    AlertKey, AlertReceiver, GivenSecret, Problem, ReceiverName, Secret, SetSecret, TenantId,
    secret::SecretState, tenant::Tenant,
};

use crate::installations::stored::tenants;

/// What the alert about a receiver that cannot be told is called: this and its name.
pub(super) const ALERT: &str = "alerts.receiver.";

/// A receiver, with whose it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ReceiverKey {
    /// None: the host's own.
    pub(crate) tenant: Option<TenantId>,
    pub(crate) name: ReceiverName,
}

impl ReceiverKey {
    /// Whether it is told of this alert. Never of its own: it would be told, when it works again, that it did not.
    pub(super) fn hears(&self, about: &AlertKey) -> bool {
        let whose = self.tenant.is_none() || self.tenant == about.tenant;
        whose && *about != self.alert()
    }

    /// What the alert that stands while it cannot be told is about.
    pub(super) fn alert(&self) -> AlertKey {
        let key = format!("{ALERT}{}", self.name);
        match &self.tenant {
            Some(tenant) => AlertKey::of_tenant(tenant, key),
            None => AlertKey::of_host(key),
        }
    }
}

/// A receiver as it is used.
pub(super) type Receiver = Arc<AlertReceiver<Secret>>;

/// All receivers.
#[derive(Debug, Default)]
pub(super) struct Receivers {
    all: RwLock<BTreeMap<ReceiverKey, Receiver>>,
    /// How often they changed.
    changes: AtomicU64,
}

/// Why the receivers could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unread {
    #[error("reading the tenants failed")]
    Store(#[from] StoreError),
    #[error("unsealing the secret of an alert receiver failed")]
    Vault(#[from] VaultError),
}

impl Receivers {
    /// Reads those of all tenants, beside the host's own.
    pub(super) async fn load(
        &self,
        own: &[AlertReceiver<Secret>],
        store: &dyn Store,
        vault: &Vault,
    ) -> Result<(), Unread> {
        self.learn(None, own);
        let mut pages = Pages::under(tenants());
        while let Some(page) = pages.next(store).await? {
            for (_, value) in page {
                let stored = serde_json::from_slice(&value.bytes);
                let stored: Tenant<Sealed> = stored.map_err(|_| StoreError::Corrupt { what: "tenant" })?;
                let tenant = unsealed(vault, stored).await?;
                self.learn(Some(&tenant.id), &tenant.alert_receivers);
            }
        }
        Ok(())
    }

    /// Those of a tenant, or the host's own, are these from now on.
    pub(super) fn learn(&self, tenant: Option<&TenantId>, receivers: &[AlertReceiver<Secret>]) {
        let mut all = self.all.write();
        all.retain(|key, _| key.tenant.as_ref() != tenant);
        for receiver in receivers {
            let key = ReceiverKey { tenant: tenant.cloned(), name: receiver.name.clone() };
            all.insert(key, Arc::new(receiver.clone()));
        }
        self.changes.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn all(&self) -> BTreeMap<ReceiverKey, Receiver> {
        self.all.read().clone()
    }

    /// How often they changed. Whoever reads them after this does not miss what it counts.
    pub(super) fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    pub(super) fn get(&self, key: &ReceiverKey) -> Option<Receiver> {
        self.all.read().get(key).cloned()
    }
}

/// A tenant as it was given, with the secrets put in that are to stay. One stays only where the webhook's address is the
/// same as before: whoever may change it must not have calls elsewhere signed with it.
pub(crate) fn completed(
    given: &Tenant<GivenSecret>,
    stored: Option<&Tenant<Secret>>,
) -> Result<Tenant<Secret>, Vec<Problem>> {
    let (mut receivers, mut problems) = (Vec::new(), Vec::new());
    for (index, receiver) in given.alert_receivers.iter().enumerate() {
        let known = stored.into_iter().flat_map(|stored| &stored.alert_receivers);
        let known =
            known.into_iter().find(|known| known.name == receiver.name && known.webhook == receiver.webhook);
        let secret = match &receiver.secret {
            Some(GivenSecret(Some(secret))) => Some(secret.clone()),
            None => None,
            Some(GivenSecret(None)) => {
                let kept = known.and_then(|known| known.secret.clone());
                if kept.is_none() {
                    let message = format!(
                        "There is no secret of `{}` for this address that could stay.",
                        receiver.name
                    );
                    let problem =
                        Problem::new("alerts.secret-unset", message).remedy("Give the secret itself.");
                    problems.push(problem.at(format!("/tenant/alert_receivers/{index}/secret")));
                }
                kept
            }
        };
        receivers.push(receiver.clone().with_secret(secret));
    }
    let Tenant { id, name, quotas, panel, .. } = given.clone();
    if problems.is_empty() {
        Ok(Tenant { id, name, quotas, panel, alert_receivers: receivers })
    } else {
        Err(problems)
    }
}

/// A tenant as it is shown: its secrets are named, and no more.
pub(crate) fn shown(stored: Tenant<Sealed>) -> Tenant<SetSecret> {
    stored.with_receivers(|receiver| {
        let set = receiver.secret.as_ref().map(|_| SetSecret::SET);
        receiver.with_secret(set)
    })
}

/// A tenant that takes the place of another one, as it is told: of secrets which are set and which are others than
/// before, of a webhook's address its origin, since with some services the rest is a secret.
pub(crate) fn told(tenant: &Tenant<Secret>, before: Option<&Tenant<Secret>>) -> Tenant<SecretState> {
    tenant.clone().with_receivers(|mut receiver| {
        let mut was = before.into_iter().flat_map(|before| &before.alert_receivers);
        let was = was.find(|was| was.name == receiver.name).and_then(|was| was.secret.as_ref());
        let state = receiver.secret.as_ref().map(|secret| match was {
            Some(was) if was != secret => SecretState::Changed,
            _ => SecretState::Set,
        });
        if let Some(webhook) = &mut receiver.webhook {
            webhook.set_path("/");
            webhook.set_query(None);
        }
        receiver.with_secret(state)
    })
}

/// The tenant that changes nothing.
pub(crate) fn as_it_is(shown: Tenant<SetSecret>) -> Tenant<GivenSecret> {
    shown.with_receivers(|receiver| {
        let kept = receiver.secret.map(|_| GivenSecret(None));
        receiver.with_secret(kept)
    })
}

fn purpose(receiver: &ReceiverName) -> String {
    format!("alert receiver {receiver} secret")
}

/// A tenant as it is kept.
pub(crate) async fn sealed(vault: &Vault, tenant: Tenant<Secret>) -> Result<Tenant<Sealed>, VaultError> {
    let Tenant { id, name, quotas, panel, alert_receivers } = tenant;
    let mut receivers = Vec::with_capacity(alert_receivers.len());
    for receiver in alert_receivers {
        let secret = match &receiver.secret {
            Some(secret) => Some(vault.seal(&id, &purpose(&receiver.name), secret).await?),
            None => None,
        };
        receivers.push(receiver.with_secret(secret));
    }
    Ok(Tenant { id, name, quotas, panel, alert_receivers: receivers })
}

/// A tenant as it was applied.
pub(crate) async fn unsealed(vault: &Vault, tenant: Tenant<Sealed>) -> Result<Tenant<Secret>, VaultError> {
    let Tenant { id, name, quotas, panel, alert_receivers } = tenant;
    let mut receivers = Vec::with_capacity(alert_receivers.len());
    for receiver in alert_receivers {
        let secret = match &receiver.secret {
            Some(secret) => Some(vault.unseal(&id, &purpose(&receiver.name), secret).await?),
            None => None,
        };
        receivers.push(receiver.with_secret(secret));
    }
    Ok(Tenant { id, name, quotas, panel, alert_receivers: receivers })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(tenant: Option<&str>, name: &str) -> ReceiverKey {
        let tenant = tenant.map(|tenant| tenant.parse().unwrap());
        ReceiverKey { tenant, name: name.parse().unwrap() }
    }

    #[test]
    fn a_secret_stays_only_for_the_same_address() {
        let tenant = |address: &str, secret: &str| {
            let json = format!(
                r#"{{"id":"acme","name":"A","alert_receivers":[{{"name":"desk","webhook":"{address}","secret":{secret}}}]}}"#
            );
            serde_json::from_str::<Tenant<GivenSecret>>(&json).unwrap()
        };
        let here = "https://x.example/h";
        let stored = completed(&tenant(here, "\"a secret\""), None).unwrap();
        assert_eq!(completed(&tenant(here, "true"), Some(&stored)).unwrap(), stored);
        for (address, known) in [("https://y.example/h", Some(&stored)), (here, None)] {
            let refused = completed(&tenant(address, "true"), known).unwrap_err();
            assert_eq!(refused[0].field.as_deref(), Some("/tenant/alert_receivers/0/secret"));
        }
    }

    #[test]
    fn a_tenants_receiver_hears_of_nobody_else_and_none_of_itself() {
        let (acme, globex) = ("acme".parse().unwrap(), "globex".parse().unwrap());
        let of = |tenant| AlertKey::of_tenant(tenant, "expiry.microsoft");
        let (host, desk) = (key(None, "ops"), key(Some("acme"), "desk"));
        assert!(host.hears(&of(&acme)) && host.hears(&of(&globex)) && host.hears(&AlertKey::of_host("x")));
        assert!(desk.hears(&of(&acme)) && !desk.hears(&of(&globex)) && !desk.hears(&AlertKey::of_host("x")));
        assert!(!desk.hears(&desk.alert()) && host.hears(&desk.alert()));
        assert!(!host.hears(&host.alert()) && key(None, "pager").hears(&host.alert()));
        assert!(!desk.hears(&host.alert()), "what fails at the operator's is no tenant's matter");
    }
}

//! Hooks that other systems call: each has an address that nobody can guess and, but for outbound messages, a secret
//! that its callers prove to know. What a verified call brings is durable before it is answered; no guest runs here.

mod asked;
mod call;
mod dedupe;
mod organization;
mod planned;
mod record;
mod soap;
mod table;
mod take;
mod verify;

use std::{collections::BTreeMap, sync::Arc};

use aws_lc_rs::rand;
use tieline_capabilities::Services;
use tieline_identity::{Vault, VaultError};
use tieline_store::{Batch, CommitError, Op, StoreError};
use tieline_types::{AlertKey, InstallationKey, RouteKey, Secret, Verification};

use crate::{HostError, alerts::Alerts, installations::Installations};
pub(crate) use planned::understood;
use record::{Record, Way};
use table::{Table, Webhook};
pub use take::{Called, HookRequest};

const PAGE: usize = 500;

/// All webhooks of this host.
pub(crate) struct Webhooks {
    services: Arc<Services>,
    vault: Vault,
    alerts: Alerts,
    table: Table,
}

/// Why webhooks cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WebhookError {
    #[error("reading the webhooks failed")]
    Store(#[from] StoreError),
    #[error("sealing a webhook's secret failed")]
    Vault(#[from] VaultError),
    #[error("keeping a webhook failed")]
    Commit(#[from] CommitError),
}

impl From<WebhookError> for HostError {
    fn from(error: WebhookError) -> Self {
        Self::Unavailable { doing: "preparing the webhooks", source: Some(Box::new(error)) }
    }
}

/// What a plan changes about the webhooks of installations; to be committed with the plan, and shown after.
#[derive(Default)]
pub(crate) struct Changes {
    ops: Vec<Op>,
    standing: Vec<Webhook>,
    gone: Vec<(InstallationKey, String)>,
}

impl Changes {
    /// As changes of the store.
    pub(crate) fn ops(&self) -> impl Iterator<Item = Op> {
        self.ops.iter().cloned()
    }

    /// These, and then others.
    pub(crate) fn extend(&mut self, others: Self) {
        self.ops.extend(others.ops);
        self.standing.extend(others.standing);
        self.gone.extend(others.gone);
    }
}

impl Webhooks {
    pub(crate) fn new(services: Arc<Services>, vault: Vault, alerts: Alerts) -> Arc<Self> {
        Arc::new(Self { services, vault, alerts, table: Table::default() })
    }

    /// Whether a webhook stands at this address, or stood there.
    pub(crate) fn is_at(&self, route: &RouteKey) -> bool {
        self.table.at(route).is_some()
    }

    /// Shows the webhooks of the installations as they are, before anybody calls.
    ///
    /// # Errors
    /// When they cannot be read, or one that is missing cannot be made.
    pub(crate) async fn load(&self, installations: &Installations) -> Result<(), WebhookError> {
        for (installation, hook, record) in self.under(&record::all()).await? {
            let ways = std::iter::once(&record.way).chain(record.old.as_ref().map(|(way, _)| way));
            for way in ways {
                self.table.was(way.opened(&self.vault, &installation, &hook).await?.route);
            }
        }
        for installation in installations.all().iter().filter(|found| !found.plan.webhooks.is_empty()) {
            let changes = self.planned(&installation.key, &installation.plan.webhooks).await?;
            let batch = Batch::new().ops(changes.ops());
            if !batch.ops.is_empty() {
                self.services.store.commit(batch).await?;
            }
            self.changed(changes).await;
        }
        Ok(())
    }

    /// What must change so that an installation has the webhooks of its plan and no others. One that stands, or stood
    /// not long ago, keeps its address and its secret.
    ///
    /// # Errors
    /// When those that stand cannot be read, or a secret cannot be made.
    pub(crate) async fn planned(
        &self,
        installation: &InstallationKey,
        plan: &BTreeMap<String, Verification>,
    ) -> Result<Changes, WebhookError> {
        let now = self.services.clock.now();
        let stand = self.under(&record::space(installation)).await?;
        let mut stand: BTreeMap<_, _> = stand.into_iter().map(|(_, hook, record)| (hook, record)).collect();
        let mut changes = Changes::default();
        for (key, verification) in plan {
            let record = match stand.remove(key) {
                Some(record) if !record.gone => record,
                found => {
                    let record = match found {
                        Some(record) => Record { gone: false, ..record },
                        None => {
                            let way = fresh()?.sealed(&self.vault, installation, key).await?;
                            Record { way, made: now, rotated: None, old: None, gone: false }
                        }
                    };
                    changes.ops.push(record.put(installation, key, now));
                    record
                }
            };
            changes.standing.push(self.live(installation, key, verification, &record).await?);
        }
        for (key, record) in stand.into_iter().filter(|(_, record)| !record.gone) {
            changes.ops.push(Record { gone: true, ..record }.put(installation, &key, now));
            changes.gone.push((installation.clone(), key));
        }
        Ok(changes)
    }

    /// Shows what a commit has changed.
    pub(crate) async fn changed(&self, changes: Changes) {
        changes.standing.into_iter().for_each(|hook| self.table.put(hook));
        for (installation, hook) in changes.gone {
            self.table.remove(&installation, &hook);
            self.alerts.clear(&refused(&installation, &hook)).await;
        }
    }

    async fn live(
        &self,
        installation: &InstallationKey,
        key: &str,
        verification: &Verification,
        record: &Record,
    ) -> Result<Webhook, WebhookError> {
        let old = match &record.old {
            Some((way, until)) => Some((way.opened(&self.vault, installation, key).await?, *until)),
            None => None,
        };
        let before = self.table.get(installation, key);
        Ok(Webhook {
            installation: installation.clone(),
            key: key.to_owned(),
            verification: verification.clone(),
            way: record.way.opened(&self.vault, installation, key).await?,
            old,
            made: record.made,
            rotated: record.rotated,
            seen: before.map(|before| before.seen.clone()).unwrap_or_default(),
        })
    }

    async fn under(
        &self,
        prefix: &tieline_store::Key,
    ) -> Result<Vec<(InstallationKey, String, Record)>, StoreError> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = self.services.store.scan(prefix, after.as_ref(), PAGE).await?;
            let more = page.len() == PAGE;
            after = page.last().map(|(key, _)| key.clone());
            for (place, value) in page {
                let damaged = || StoreError::Corrupt { what: "a webhook" };
                let (installation, hook) = record::placed(&place).ok_or_else(damaged)?;
                let record = serde_json::from_slice(&value.bytes).map_err(|_| damaged())?;
                all.push((installation, hook, record));
            }
            if !more {
                return Ok(all);
            }
        }
    }
}

/// A way in that nobody can guess.
fn fresh() -> Result<Way, VaultError> {
    let random = || {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).map_err(|_| VaultError::Randomness)?;
        Ok(RouteKey::from_random(bytes))
    };
    Ok(Way { route: random()?, secret: Secret::new(random()?.as_str()) })
}

/// What the alert about calls that prove nothing is called.
fn refused(installation: &InstallationKey, hook: &str) -> AlertKey {
    AlertKey::of_installation(installation, format!("webhook.refused {hook}"))
}

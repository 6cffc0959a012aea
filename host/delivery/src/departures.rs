//! Tenants that were removed: what is left of them goes, and only then may their name be used again.
//!
//! The commit that removes a tenant marks it. While the mark stands nobody can create a tenant of that name; a keeper waits
//! until nothing of the tenant runs, stands at Graph or lies in files, deletes all that the store has of it, its keys among
//! that, and then the mark. Each step may be the last before a crash: the next start finds the mark and goes on.
//!
//! What stays is the audit; and fences, which refuse the runs of before.

use std::{collections::BTreeMap, error::Error, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use tieline_capabilities::Services;
use tieline_identity::Vault;
use tieline_store::{Batch, CommitError, Key, Op, Pages, Space, Store, StoreError, Swept};
use tieline_types::{Problem, TenantId};
use tokio::sync::Notify;

use crate::{
    HostError,
    act::under_way::UnderWay,
    datasets::Upkeep,
    dispatch::Dispatcher,
    subscriptions::{LeaveError, Subscriptions},
    tapes::Tapes,
};

/// How soon it is looked again at what is awaited.
const AGAIN: Duration = Duration::from_millis(250);
/// How soon after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

fn marks() -> Key {
    Key::new(Space::Host).part("leaving")
}

fn mark(tenant: &TenantId) -> Key {
    marks().part(tenant.as_str())
}

/// The change that begins a departure, to be committed with the removal.
pub(crate) fn begun(tenant: &TenantId) -> Op {
    Op::Put { key: mark(tenant), value: "removed".into(), expires: None }
}

/// Refuses to create a tenant of which something is left.
///
/// # Errors
/// [`HostError::TooEarly`] while that is so.
pub(crate) async fn refuse(store: &dyn Store, tenant: &TenantId) -> Result<(), HostError> {
    let left = store.get(&mark(tenant)).await;
    let left = left.map_err(|error| HostError::store("looking for what is left of a tenant", error))?;
    if left.is_none() {
        return Ok(());
    }
    let message = format!("A tenant {tenant} was removed, and what is left of it is still being deleted.");
    let remedy = "Ask again in a moment. If that does not help, the host's log says what it is waiting for.";
    Err(HostError::TooEarly { problem: Problem::new("tenant.leaving", message).remedy(remedy) })
}

/// Whoever else keeps something of tenants.
pub trait Forgets: Send + Sync {
    /// Forgets a tenant. Asked before its name may be used again, and perhaps more than once.
    ///
    /// # Errors
    /// When that failed: then it is asked again, and the name stays taken.
    fn forget<'a>(&'a self, tenant: &'a TenantId) -> BoxFuture<'a, Result<(), Box<dyn Error + Send + Sync>>>;
}

/// Sees tenants off.
pub(crate) struct Departures {
    pub(crate) services: Arc<Services>,
    pub(crate) vault: Vault,
    pub(crate) dispatcher: Arc<Dispatcher>,
    pub(crate) subscriptions: Arc<Subscriptions>,
    pub(crate) upkeep: Arc<Upkeep>,
    pub(crate) tapes: Arc<Tapes>,
    pub(crate) under_way: Arc<UnderWay>,
    pub(crate) others: Vec<Arc<dyn Forgets>>,
    pub(crate) asked: Notify,
}

/// Why a tenant is not gone yet.
#[derive(Debug, thiserror::Error)]
enum NotGone {
    #[error("deleting it from the store failed")]
    Store(#[from] StoreError),
    #[error("ending a departure failed")]
    Commit(#[from] CommitError),
    #[error("what rests on the tenant could not be handed over")]
    Leave(#[from] LeaveError),
    #[error("what others keep of the tenant could not be forgotten")]
    Others(#[source] Box<dyn Error + Send + Sync>),
}

impl Departures {
    /// A tenant was removed.
    pub(crate) fn begin(&self) {
        self.asked.notify_one();
    }

    /// Sees off whoever leaves. Runs until it is dropped; what it has not done then is done after the next start.
    pub(crate) async fn keep(self: Arc<Self>) {
        // What the log said last that each waits for.
        let mut told = BTreeMap::new();
        loop {
            let again = self.round(&mut told).await.unwrap_or_else(|error| {
                tracing::error!(error = &error as &dyn Error, "removed tenants could not be seen off");
                Some(AFTER_FAILURE)
            });
            tokio::select! {
                () = tokio::time::sleep(again.unwrap_or_default()), if again.is_some() => {}
                () = self.asked.notified() => {}
            }
        }
    }

    /// When to look again; none: all are gone. One that cannot go holds up no other.
    async fn round(
        &self,
        told: &mut BTreeMap<TenantId, Vec<&'static str>>,
    ) -> Result<Option<Duration>, StoreError> {
        let mut again = None;
        for (key, _) in Pages::all(&*self.services.store, marks()).await? {
            let tenant: Option<TenantId> = key.last().and_then(|tenant| tenant.parse().ok());
            let tenant = tenant.ok_or(StoreError::Corrupt { what: "the mark of a removed tenant" })?;
            let soon = match self.see_off(&tenant).await {
                Ok(awaited) if awaited.is_empty() => {
                    told.remove(&tenant);
                    continue;
                }
                Ok(awaited) => {
                    if told.get(&tenant) != Some(&awaited) {
                        tracing::info!(%tenant, ?awaited, "a removed tenant is not gone yet");
                        told.insert(tenant, awaited);
                    }
                    AGAIN
                }
                Err(error) => {
                    let error = &error as &dyn Error;
                    tracing::error!(%tenant, error, "what is left of a removed tenant could not be deleted");
                    AFTER_FAILURE
                }
            };
            again = Some(again.map_or(soon, |known: Duration| known.min(soon)));
        }
        Ok(again)
    }

    /// What the tenant still waits for; with nothing it is gone.
    async fn see_off(&self, tenant: &TenantId) -> Result<Vec<&'static str>, NotGone> {
        let awaited = [
            ("runs", !self.dispatcher.forget(tenant)),
            ("actions", self.under_way.any_of(tenant)),
            ("files of datasets", !self.upkeep.is_rid_of(tenant)),
            ("subscriptions", !self.subscriptions.leave(tenant).await?),
        ];
        let awaited: Vec<_> = awaited.iter().filter(|(_, awaited)| *awaited).map(|(what, _)| *what).collect();
        if !awaited.is_empty() {
            return Ok(awaited);
        }
        for others in &self.others {
            others.forget(tenant).await.map_err(NotGone::Others)?;
        }
        let (mut events, mut values) = (0, 0);
        loop {
            let step = self.services.store.forget(tenant).await?;
            let Swept { expired, events: handled, dead_letters, more } = step;
            (events, values) = (events + handled + dead_letters, values + expired);
            if !more {
                break;
            }
        }
        self.vault.forget(tenant);
        self.tapes.forget(tenant);
        self.services.store.commit(Batch::new().delete(mark(tenant))).await?;
        tracing::info!(%tenant, events, values, "a removed tenant is gone; its audit stays");
        Ok(Vec::new())
    }
}

//! Who looks after subscriptions: wakes on wishes, on what Graph says, and when something is due.

use std::{collections::HashMap, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tieline_capabilities::Services;
use tieline_identity::{Vault, VaultError};
use tieline_store::StoreError;
use tieline_types::{ConnectionKey, TenantId, api::SubscriptionSummary, tenant::Licensing};
use tokio::{
    sync::Notify,
    task::{JoinError, JoinSet},
};

use super::{
    book::{Book, Entry},
    desired::{Owner, Watched, Wish, desired},
    failure::GraphFailure,
    graph::Graph,
    notice::Notice,
    reconcile::Step,
    record::{PURPOSE, Record},
};
use crate::{
    dispatch::Dispatcher,
    installations::{Installations, validate::MICROSOFT},
    receive::route::Routes,
};

/// Steps at the same time, over all tenants.
const STEPS: usize = 16;
/// How long to sleep when nothing is due.
const IDLE: Duration = Duration::from_secs(3_600);
const PAGE: usize = 500;

/// Looks after the subscriptions. All that it knows is in the store, in the plans, or at Graph.
pub(crate) struct Subscriptions {
    pub(super) services: Arc<Services>,
    pub(super) vault: Vault,
    pub(super) graph: Graph,
    pub(super) routes: Arc<Routes>,
    pub(super) dispatcher: Arc<Dispatcher>,
    installations: Arc<Installations>,
    /// The host's address as Graph sees it, without a slash at its end.
    pub(super) public_url: String,
    pub(super) book: Mutex<Book>,
    /// One computation of wishes at a time, so that an older one never overwrites a newer one.
    wishing: tokio::sync::Mutex<()>,
    wake: Notify,
    /// Told by the hooks when Graph said something.
    noticed: Arc<Notify>,
}

/// Why the subscriptions could not be read at start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error("reading the subscriptions")]
    Store(#[from] StoreError),
    #[error("unsealing the secret of a subscription")]
    Vault(#[from] VaultError),
    #[error("a stored subscription cannot be read")]
    Corrupt(#[from] serde_json::Error),
}

impl Subscriptions {
    pub(crate) fn new(
        services: Arc<Services>,
        vault: Vault,
        (routes, dispatcher, installations): (Arc<Routes>, Arc<Dispatcher>, Arc<Installations>),
        public_url: &url::Url,
        noticed: Arc<Notify>,
    ) -> Arc<Self> {
        Arc::new(Self {
            graph: Graph { services: services.clone() },
            public_url: public_url.as_str().trim_end_matches('/').to_owned(),
            services,
            vault,
            routes,
            dispatcher,
            installations,
            book: Mutex::default(),
            wishing: tokio::sync::Mutex::new(()),
            wake: Notify::new(),
            noticed,
        })
    }

    /// Reads what was kept, and opens every route: after this, notifications are taken.
    pub(crate) async fn load(&self) -> Result<(), LoadError> {
        let mut after = None;
        loop {
            let page = self.services.store.scan(&Record::space(), after.as_ref(), PAGE).await?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            for (_, value) in page {
                let record: Record = serde_json::from_slice(&value.bytes)?;
                let secret = self.vault.unseal(&record.via.tenant, PURPOSE, &record.client_state).await?;
                let watched = record.watched.clone();
                let entry = Entry { kept: Some((record, secret)), ..Entry::default() };
                self.book.lock().0.insert(watched, entry);
            }
        }
        self.read_notices().await?;
        self.wish_again().await;
        Ok(())
    }

    /// Computes anew what should exist. When it returns, notifications go to whoever wants them now; what
    /// must change at Graph follows.
    pub(crate) async fn wish_again(&self) {
        let _one_at_a_time = self.wishing.lock().await;
        let installations = self.installations.all();
        let mut owners: HashMap<TenantId, Option<(ConnectionKey, Owner, Option<Licensing>)>> = HashMap::new();
        for installation in
            installations.iter().filter(|installation| !installation.plan.subscriptions.is_empty())
        {
            let tenant = &installation.key.tenant;
            if !owners.contains_key(tenant) {
                owners.insert(tenant.clone(), self.owner(tenant).await);
            }
        }
        let wishes = installations.iter().filter_map(|installation| {
            let (via, owner, licensing) = owners.get(&installation.key.tenant)?.clone()?;
            Some(Wish {
                installation: installation.key.clone(),
                via,
                owner,
                licensing,
                plan: &installation.plan.subscriptions,
            })
        });
        let desired = desired(wishes);
        let mut book = self.book.lock();
        book.wish(desired);
        book.0.values().filter_map(Entry::route).for_each(|route| self.routes.put(route));
        drop(book);
        self.wake.notify_one();
    }

    /// Subscriptions that bring events to a tenant.
    pub(crate) fn summaries(&self, tenant: &TenantId) -> Vec<SubscriptionSummary> {
        self.book.lock().summaries(tenant)
    }

    /// Brings about what should be, for ever. Runs until it is dropped; what is then under way at Graph is
    /// found again at the next start.
    pub(crate) async fn keep(self: Arc<Self>) {
        let mut steps = JoinSet::new();
        let mut watching = HashMap::new();
        loop {
            let now = self.services.clock.now();
            let (due, later) = self.book.lock().due(now, STEPS - watching.len());
            for (watched, step) in due {
                let task = steps.spawn(self.clone().step(watched.clone(), step));
                watching.insert(task.id(), watched);
            }
            let wait = later.map_or(IDLE, |later| later.since(now));
            tokio::select! {
                Some(ended) = steps.join_next_with_id() => {
                    let id = ended.as_ref().map_or_else(JoinError::id, |(id, ())| *id);
                    if let (Some(watched), Err(_)) = (watching.remove(&id), ended) {
                        self.fault(&watched);
                    }
                }
                () = tokio::time::sleep(wait) => {}
                () = self.wake.notified() => {}
                () = self.noticed.notified() => {
                    if let Err(error) = self.read_notices().await {
                        tracing::error!(error = &error as &dyn std::error::Error, "what Graph said could not be read");
                    }
                }
            }
        }
    }

    async fn step(self: Arc<Self>, watched: Watched, step: Step) {
        let failure = self.take_step(&watched, step).await.err();
        if let Some(failure) = &failure {
            tracing::warn!(resource = %watched.resource, problem = %failure.problem, "a subscription is not as it should be");
        }
        self.book.lock().ended(&watched, failure, self.services.clock.now());
    }

    /// A step ended in a panic, so it did not say that it ended.
    fn fault(&self, watched: &Watched) {
        tracing::error!(resource = %watched.resource, "looking after a subscription ended in a fault of the host");
        let failure = GraphFailure::host_fault();
        self.book.lock().ended(watched, Some(failure), self.services.clock.now());
    }

    async fn owner(&self, tenant: &TenantId) -> Option<(ConnectionKey, Owner, Option<Licensing>)> {
        let connection = MICROSOFT.parse().expect("it is a valid name");
        let key = ConnectionKey { tenant: tenant.clone(), connection };
        match self.services.connections.application(&key).await {
            Ok(app) => Some((
                key,
                Owner {
                    cloud: app.cloud_name,
                    directory_id: app.directory_id.to_ascii_lowercase(),
                    client_id: app.client_id.to_ascii_lowercase(),
                },
                app.licensing,
            )),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(connection = %key, error, "nobody can subscribe");
                None
            }
        }
    }

    async fn read_notices(&self) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            let page = self.services.store.scan(&Notice::space(), after.as_ref(), PAGE).await?;
            let Some((last, _)) = page.last() else { return Ok(()) };
            after = Some(last.clone());
            let mut book = self.book.lock();
            page.iter()
                .filter_map(|(key, _)| Notice::at(key))
                .for_each(|(route, notice)| book.notice(&route, notice));
        }
    }
}

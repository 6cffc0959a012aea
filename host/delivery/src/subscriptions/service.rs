//! Who looks after subscriptions: wakes on wishes, on what Graph says, and when something is due.

use std::{collections::HashMap, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tieline_capabilities::Services;
use tieline_identity::{Vault, VaultError};
use tieline_store::{Batch, CommitError, Pages, StoreError};
use tieline_types::{
    InstallationKey, TenantId, Timestamp,
    api::{Coverage, SubscriptionSummary},
};
use tokio::{
    sync::Notify,
    task::{JoinError, JoinSet},
};

use super::{
    book::{Book, Due, Entry},
    desired::Watched,
    downtime,
    failure::GraphFailure,
    gaps,
    graph::Graph,
    notice::Notice,
    reconcile::Step,
    record::Record,
};
use crate::{
    alerts::Alerts,
    coverage,
    dispatch::Dispatcher,
    installations::Installations,
    receive::route::Routes,
    rich::{Keyring, KeyringError},
};

/// Steps at the same time, over all tenants.
const STEPS: usize = 32;
/// How long to sleep when nothing is due.
const IDLE: Duration = Duration::from_secs(3_600);

/// Looks after the subscriptions. All that it knows is in the store, in the plans, or at Graph.
pub(crate) struct Subscriptions {
    pub(super) services: Arc<Services>,
    pub(super) vault: Vault,
    /// What the content of notifications is encrypted with.
    pub(super) keyring: Arc<Keyring>,
    pub(super) graph: Graph,
    pub(super) routes: Arc<Routes>,
    pub(super) dispatcher: Arc<Dispatcher>,
    pub(super) installations: Arc<Installations>,
    /// The host's address as Graph sees it, without a slash at its end.
    pub(super) public_url: String,
    pub(super) book: Mutex<Book>,
    /// One computation of wishes at a time, so that an older one never overwrites a newer one.
    pub(super) wishing: tokio::sync::Mutex<()>,
    pub(super) wake: Notify,
    pub(super) alerts: Alerts,
    /// Told by the hooks when Graph said something.
    noticed: Arc<Notify>,
}

/// Why the subscriptions could not be read at start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error("reading the subscriptions")]
    Store(#[from] StoreError),
    #[error("noting how long the host was down")]
    Commit(#[from] CommitError),
    #[error("unsealing the secret of a subscription")]
    Vault(#[from] VaultError),
    #[error("reading the certificates for content")]
    Keyring(#[from] KeyringError),
    #[error("a stored subscription cannot be read")]
    Corrupt(#[from] serde_json::Error),
}

impl Subscriptions {
    pub(crate) fn new(
        services: Arc<Services>,
        (vault, keyring): (Vault, Arc<Keyring>),
        (routes, dispatcher, installations, alerts): (
            Arc<Routes>,
            Arc<Dispatcher>,
            Arc<Installations>,
            Alerts,
        ),
        public_url: &url::Url,
        noticed: Arc<Notify>,
    ) -> Arc<Self> {
        let public_url = public_url.as_str().trim_end_matches('/').to_owned();
        Arc::new(Self {
            graph: Graph { services: services.clone() },
            alerts,
            services,
            vault,
            keyring,
            routes,
            dispatcher,
            installations,
            book: Mutex::new(Book { address: public_url.clone(), ..Book::default() }),
            public_url,
            wishing: tokio::sync::Mutex::new(()),
            wake: Notify::new(),
            noticed,
        })
    }

    /// Reads what was kept, and opens every route: after this, notifications are taken.
    pub(crate) async fn load(&self) -> Result<(), LoadError> {
        self.keyring.load().await?;
        let mut records = Pages::under(Record::space());
        while let Some(page) = records.next(&*self.services.store).await? {
            for (_, value) in page {
                let kept = Record::read(&value.bytes, &self.vault).await?;
                let watched = kept.0.watched.clone();
                let entry = Entry { kept: Some(kept), ..Entry::default() };
                self.book.lock().entries.insert(watched, entry);
            }
        }
        let begun = coverage::begun(&*self.services.store).await?;
        self.book.lock().begun = begun;
        self.note_downtime().await?;
        self.read_notices().await?;
        self.wish_again().await;
        Ok(())
    }

    /// What lay between the last sign of life and now may be missing. That it is to be told is durable in the
    /// commit of the next sign of life.
    async fn note_downtime(&self) -> Result<(), LoadError> {
        let now = self.services.clock.now();
        let mut batch = downtime::alive(Batch::new(), now);
        let last = downtime::last(&self.services).await?;
        let were_down: Vec<_> = last.map_or_else(Vec::new, |last| {
            let mut book = self.book.lock();
            let kept = book.entries.values_mut().filter_map(|entry| entry.kept.as_mut());
            kept.filter_map(|kept| gaps::was_down(&mut kept.0, last, now).then(|| kept.clone())).collect()
        });
        for (record, secret) in were_down {
            batch = record.put(batch, &secret, &self.vault).await?;
        }
        self.services.store.commit(batch).await?;
        Ok(())
    }

    /// Subscriptions that bring events to a tenant.
    pub(crate) fn summaries(&self, tenant: &TenantId) -> Vec<SubscriptionSummary> {
        self.book.lock().summaries(tenant)
    }

    /// How many subscriptions stand, are still to be made, and cannot be as they should be.
    pub(crate) fn counted(&self) -> (usize, usize, usize) {
        self.book.lock().counted()
    }

    /// Since when an installation is brought anything; none when it is brought nothing.
    pub(crate) fn begun(&self, installation: &InstallationKey) -> Option<Timestamp> {
        let book = self.book.lock();
        let from = (installation.clone(), String::new());
        let begun = book.begun.range(from..).take_while(|((key, _), _)| key == installation);
        begun.map(|(_, at)| *at).min()
    }

    /// How completely a subscription's events were brought to each installation of a tenant; none when there is no
    /// such subscription.
    pub(crate) async fn coverage(
        &self,
        tenant: &TenantId,
        name: &str,
    ) -> Result<Option<Vec<Coverage>>, StoreError> {
        let covered = {
            let book = self.book.lock();
            if !book.knows(tenant, name) {
                return Ok(None);
            }
            book.covered(tenant, name)
        };
        let (store, now) = (&*self.services.store, self.services.clock.now());
        let mut all = Vec::new();
        for ((installation, resource), standing) in covered {
            let stretches = coverage::timeline(store, &installation, &resource, standing, now).await?;
            all.push(Coverage { installation: installation.installation, resource, stretches });
        }
        Ok(Some(all))
    }

    /// Brings about what should be, for ever. Runs until it is dropped; what is then under way at Graph is
    /// found again at the next start.
    pub(crate) async fn keep(self: Arc<Self>) {
        let mut steps = JoinSet::new();
        let mut watching = HashMap::new();
        let mut standing = self.left_over().await;
        loop {
            self.raise(&mut standing).await;
            let now = self.services.clock.now();
            let Due { steps: due, later } = self.book.lock().due(now, STEPS - watching.len());
            for (watched, step) in due {
                let task = steps.spawn(self.clone().step(watched.clone(), step, now));
                watching.insert(task.id(), (watched, now));
            }
            let wait = later.map_or(IDLE, |later| later.since(now));
            tokio::select! {
                Some(ended) = steps.join_next_with_id() => {
                    let id = ended.as_ref().map_or_else(JoinError::id, |(id, ())| *id);
                    if let (Some((watched, begun)), Err(_)) = (watching.remove(&id), ended) {
                        self.fault(&watched, begun);
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

    /// Forgets certificates that are of no more use. Runs until it is dropped.
    pub(crate) async fn keep_certificates(self: Arc<Self>) {
        loop {
            let used = self.book.lock().certificates();
            if let Err(error) = self.keyring.tend(&used).await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "certificates could not be looked after"
                );
            }
            tokio::time::sleep(IDLE).await;
        }
    }

    async fn step(self: Arc<Self>, watched: Watched, step: Step, begun: Timestamp) {
        let ended = self.take_step(&watched, step).await;
        let failure = self.with_consent(&watched, step, ended).await.err();
        if let Some(failure) = &failure {
            tracing::warn!(resource = %watched.resource, ?step, problem = %failure.problem, "a subscription is not as it should be");
        }
        self.book.lock().ended(&watched, begun, failure, self.services.clock.now());
    }

    /// A step ended in a panic, so it did not say that it ended.
    fn fault(&self, watched: &Watched, begun: Timestamp) {
        tracing::error!(resource = %watched.resource, "looking after a subscription ended in a fault of the host");
        let failure = GraphFailure::host_fault();
        self.book.lock().ended(watched, begun, Some(failure), self.services.clock.now());
    }

    async fn read_notices(&self) -> Result<(), StoreError> {
        let mut pages = Pages::under(Notice::space());
        while let Some(page) = pages.next(&*self.services.store).await? {
            let now = self.services.clock.now();
            let mut book = self.book.lock();
            for (key, value) in &page {
                if let Some((route, notice)) = Notice::at(key) {
                    book.notice(&route, notice, Notice::since(&value.bytes).unwrap_or(now));
                }
            }
        }
        Ok(())
    }
}

//! The subscriptions of the tenant.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::RwLock;

use super::resource::{Kind, Watched};
use super::{Change, Subscription};
use crate::clock;
use crate::graph::bearer::Bearer;
use crate::graph::errors::GraphError;
use crate::graph::messages::Spot;

/// All Teams subscriptions of a tenant together.
const TEAMS_TOTAL: usize = 10_000;

/// Subscriptions by id, and the clock of the service. Ended ones stay until they are deleted, unseen by apps.
#[derive(Debug, Default)]
pub(in crate::graph) struct Store(RwLock<Inner>, AtomicU64);

#[derive(Debug, Default)]
struct Inner {
    created: u64,
    /// A limit that a script has put in place of [`TEAMS_TOTAL`].
    teams_total: Option<usize>,
    by_id: HashMap<String, Arc<Subscription>>,
}

impl Store {
    /// The time of the subscription service, which a script may set ahead.
    pub(in crate::graph) fn now_ms(&self) -> u64 {
        clock::now_ms() + self.1.load(Ordering::Relaxed)
    }

    /// Sets the clock of the service so far ahead.
    pub(in crate::graph) fn set_ahead(&self, ahead_ms: u64) {
        self.1.store(ahead_ms, Ordering::Relaxed);
    }

    /// Allows so many Teams subscriptions, or as many as Graph does.
    pub(in crate::graph) fn set_quota(&self, teams_total: Option<usize>) {
        self.0.write().teams_total = teams_total;
    }

    /// Those whose owner is to be asked now to reauthorise them.
    pub(in crate::graph) fn challenged(&self) -> Vec<Arc<Subscription>> {
        let now = self.now_ms();
        let mut inner = self.0.write();
        let mut challenged = Vec::new();
        for held in inner.by_id.values_mut().filter(|held| held.lifecycle_url.is_some()) {
            let mut life = held.life.clone();
            if life.is_challenged(held.expires_ms, now) {
                Arc::make_mut(held).life = life;
                challenged.push(held.clone());
            }
        }
        challenged
    }

    /// Refuses what exists already or is too much.
    pub(super) fn admits(&self, new: &Subscription) -> Result<(), GraphError> {
        self.0.read().admits(new, self.now_ms())
    }

    /// Adds a subscription, if it is still admitted.
    pub(in crate::graph) fn insert(&self, mut new: Subscription) -> Result<Arc<Subscription>, GraphError> {
        let now = self.now_ms();
        let mut inner = self.0.write();
        inner.admits(&new, now)?;
        inner.created += 1;
        new.seq = inner.created;
        let new = Arc::new(new);
        inner.by_id.insert(new.id.clone(), new.clone());
        Ok(new)
    }

    /// A subscription, even an ended one.
    pub(in crate::graph) fn get(&self, id: &str) -> Option<Arc<Subscription>> {
        self.0.read().by_id.get(id).cloned()
    }

    /// A subscription of whoever asks that has not ended.
    pub(super) fn live(&self, id: &str, bearer: &Bearer) -> Result<Arc<Subscription>, GraphError> {
        self.get(id).filter(|found| found.is_of(bearer) && found.expires_ms > self.now_ms()).ok_or_else(
            || GraphError::new(http::StatusCode::NOT_FOUND, "ResourceNotFound", "The object was not found."),
        )
    }

    /// Changes a subscription; `None` if it is gone.
    pub(in crate::graph) fn update(
        &self,
        id: &str,
        change: impl FnOnce(&mut Subscription),
    ) -> Option<Arc<Subscription>> {
        let mut inner = self.0.write();
        let held = inner.by_id.get_mut(id)?;
        change(Arc::make_mut(held));
        Some(held.clone())
    }

    pub(in crate::graph) fn remove(&self, id: &str) -> Option<Arc<Subscription>> {
        self.0.write().by_id.remove(id)
    }

    /// All subscriptions, oldest first.
    pub(in crate::graph) fn all(&self) -> Vec<Arc<Subscription>> {
        let mut all: Vec<_> = self.0.read().by_id.values().cloned().collect();
        all.sort_by_key(|subscription| subscription.seq);
        all
    }

    /// The subscriptions that are told about such a change of messages there.
    pub(in crate::graph) fn watching(&self, spot: &Spot, change: Change) -> Vec<Arc<Subscription>> {
        self.told_of(change, |watched| watched.covers(spot))
    }

    /// Those that are told about such a change of call records.
    pub(in crate::graph) fn watching_calls(&self, change: Change) -> Vec<Arc<Subscription>> {
        self.told_of(change, |watched| watched.kind == Kind::CallRecord)
    }

    /// Those that are told when somebody's presence changes.
    pub(in crate::graph) fn watching_presence(&self, user: &str) -> Vec<Arc<Subscription>> {
        self.told_of(Change::Updated, |watched| watched.is_presence_of(user))
    }

    fn told_of(&self, change: Change, covers: impl Fn(&Watched) -> bool) -> Vec<Arc<Subscription>> {
        let now = self.now_ms();
        let mut watching: Vec<_> = self
            .0
            .read()
            .by_id
            .values()
            .filter(|held| {
                held.expires_ms > now
                    && !held.life.corrupted
                    && held.changes.contains(&change)
                    && covers(&held.watched)
            })
            .cloned()
            .collect();
        watching.sort_by_key(|subscription| subscription.seq);
        watching
    }
}

impl Inner {
    fn admits(&self, new: &Subscription, now: u64) -> Result<(), GraphError> {
        let teams_total = self.teams_total.unwrap_or(TEAMS_TOTAL);
        let live = || self.by_id.values().filter(|held| held.expires_ms > now);
        let same_key =
            || live().filter(|held| held.app_id == new.app_id && held.watched.key == new.watched.key);
        if let Some(twin) = same_key().find(|held| held.changes == new.changes) {
            return Err(GraphError::new(
                http::StatusCode::CONFLICT,
                "Conflict",
                format!("Subscription Id {} already exists for the requested combination", twin.id),
            ));
        }
        // The documentation says that the message names the limit, not in which words.
        let over = |limit: usize, what: &str| {
            GraphError::forbidden(format!("Subscription quota exceeded: {limit} {what}."))
        };
        if let Some((limit, what)) = new.watched.quota()
            && same_key().count() >= limit
        {
            return Err(over(limit, what));
        }
        let is_teams = new.watched.kind.is_teams();
        if is_teams && live().filter(|held| held.watched.kind.is_teams()).count() >= teams_total {
            return Err(over(teams_total, "Teams subscriptions per organization"));
        }
        Ok(())
    }
}

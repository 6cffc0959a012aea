//! The live table of webhooks: what a call needs to be judged, without the store.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use parking_lot::RwLock;
use tieline_types::{InstallationKey, RouteKey, Secret, TenantId, Timestamp, Verification, api::HookSummary};

use super::record::Way;

/// One webhook. Never changed: replaced whole, so that a call sees one state of it.
#[derive(Debug)]
pub(super) struct Webhook {
    /// Whose connector it calls.
    pub(super) installation: InstallationKey,
    /// The connector's own name for it.
    pub(super) key: String,
    /// How its callers prove themselves.
    pub(super) verification: Verification,
    /// Where it is called.
    pub(super) way: Way,
    /// The way before, and until when it leads here too.
    pub(super) old: Option<(Way, Timestamp)>,
    pub(super) made: Timestamp,
    pub(super) rotated: Option<Timestamp>,
    /// What was seen of it; stays when it is replaced.
    pub(super) seen: Arc<Seen>,
}

/// What was seen of a webhook since the host's start.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) taken: AtomicU64,
    pub(super) refused: AtomicU64,
    last_taken: AtomicU64,
    /// Whether the last call was refused, and an alert says so. Not known at first.
    known: AtomicBool,
    failing: AtomicBool,
}

impl Seen {
    /// Notes that so many events were taken. Whether an alert may stand that has to be cleared.
    pub(super) fn took(&self, events: usize, now: Timestamp) -> bool {
        self.taken.fetch_add(events as u64, Ordering::Relaxed);
        self.last_taken.fetch_max(now.0, Ordering::Relaxed);
        let failing = self.failing.swap(false, Ordering::Relaxed);
        !self.known.swap(true, Ordering::Relaxed) || failing
    }

    /// Notes that a call was refused. Whether that is news.
    pub(super) fn refused(&self) -> bool {
        self.refused.fetch_add(1, Ordering::Relaxed);
        self.known.store(true, Ordering::Relaxed);
        !self.failing.swap(true, Ordering::Relaxed)
    }

    /// Whether the last call was refused.
    pub(super) fn is_failing(&self) -> bool {
        self.failing.load(Ordering::Relaxed)
    }

    /// When events were last taken.
    pub(super) fn last_taken(&self) -> Option<Timestamp> {
        Some(Timestamp(self.last_taken.load(Ordering::Relaxed))).filter(|at| at.0 > 0)
    }
}

impl Webhook {
    /// The secrets that prove a caller at this address; none: the address leads nowhere any more.
    pub(super) fn secrets(&self, route: &RouteKey, now: Timestamp) -> Option<Vec<&Secret>> {
        let old = self.old.as_ref().filter(|(_, until)| now < *until).map(|(way, _)| way);
        let here = *route == self.way.route || old.is_some_and(|old| old.route == *route);
        here.then(|| [Some(&self.way), old].into_iter().flatten().map(|way| &way.secret).collect())
    }

    /// For a list.
    pub(super) fn summary(&self, now: Timestamp) -> HookSummary {
        HookSummary {
            installation: self.installation.installation.clone(),
            key: self.key.clone(),
            verification: self.verification.clone(),
            made: self.made,
            rotated: self.rotated,
            old_until: self.old.as_ref().map(|(_, until)| *until).filter(|until| now < *until),
            taken: self.seen.taken.load(Ordering::Relaxed),
            refused: self.seen.refused.load(Ordering::Relaxed),
            last_taken: self.seen.last_taken(),
        }
    }

    fn routes(&self) -> impl Iterator<Item = &RouteKey> {
        [Some(&self.way), self.old.as_ref().map(|(way, _)| way)].into_iter().flatten().map(|way| &way.route)
    }
}

/// What stands at an address.
#[derive(Debug)]
pub(super) enum Found {
    Here(Arc<Webhook>),
    /// There was one.
    Gone,
}

/// All webhooks. The lock is held for a look-up or a swap, never longer.
#[derive(Debug, Default)]
pub(super) struct Table(RwLock<Inner>);

#[derive(Debug, Default)]
struct Inner {
    routes: HashMap<RouteKey, Arc<Webhook>>,
    names: BTreeMap<(InstallationKey, String), Arc<Webhook>>,
    gone: HashSet<RouteKey>,
}

impl Table {
    /// What stands at this address.
    pub(super) fn at(&self, route: &RouteKey) -> Option<Found> {
        let inner = self.0.read();
        let here = inner.routes.get(route).cloned().map(Found::Here);
        here.or_else(|| inner.gone.contains(route).then_some(Found::Gone))
    }

    /// The webhook of this name.
    pub(super) fn get(&self, installation: &InstallationKey, hook: &str) -> Option<Arc<Webhook>> {
        self.0.read().names.get(&(installation.clone(), hook.to_owned())).cloned()
    }

    /// Those of a tenant, by name.
    pub(super) fn of(&self, tenant: &TenantId) -> Vec<Arc<Webhook>> {
        let inner = self.0.read();
        inner.names.values().filter(|hook| hook.installation.tenant == *tenant).cloned().collect()
    }

    /// Adds or replaces one. What led to it before and does not any more is gone.
    pub(super) fn put(&self, hook: Webhook) {
        let mut inner = self.0.write();
        inner.remove(&hook.installation, &hook.key);
        let hook = Arc::new(hook);
        for route in hook.routes() {
            inner.gone.remove(route);
            inner.routes.insert(route.clone(), hook.clone());
        }
        inner.names.insert((hook.installation.clone(), hook.key.clone()), hook);
    }

    /// Removes one: whoever still calls is told that it is gone.
    pub(super) fn remove(&self, installation: &InstallationKey, hook: &str) {
        self.0.write().remove(installation, hook);
    }

    /// Notes where one was.
    pub(super) fn was(&self, route: RouteKey) {
        self.0.write().gone.insert(route);
    }
}

impl Inner {
    fn remove(&mut self, installation: &InstallationKey, hook: &str) {
        let Some(hook) = self.names.remove(&(installation.clone(), hook.to_owned())) else { return };
        for route in hook.routes() {
            self.routes.remove(route);
            self.gone.insert(route.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(n: u8) -> Way {
        Way { route: RouteKey::from_random([n; 32]), secret: Secret::new(n.to_string()) }
    }

    fn hook(now: u8, old: Option<(u8, u64)>) -> Webhook {
        Webhook {
            installation: InstallationKey {
                tenant: "acme".parse().unwrap(),
                installation: "desk".parse().unwrap(),
            },
            key: "changes".into(),
            verification: Verification::Header { name: "x-key".into() },
            way: way(now),
            old: old.map(|(old, until)| (way(old), Timestamp(until))),
            made: Timestamp(0),
            rotated: None,
            seen: Arc::default(),
        }
    }

    #[test]
    fn an_old_way_leads_here_for_its_time_and_then_nowhere() {
        let table = Table::default();
        table.put(hook(2, Some((1, 10))));
        let at = |n: u8, now: u64| match table.at(&way(n).route)? {
            Found::Here(hook) => {
                let secrets = hook.secrets(&way(n).route, Timestamp(now))?;
                Some(secrets.into_iter().map(|secret| secret.expose().to_owned()).collect::<Vec<_>>())
            }
            Found::Gone => None,
        };
        assert_eq!(at(2, 9), Some(vec!["2".into(), "1".into()]));
        assert_eq!(at(1, 9), Some(vec!["2".into(), "1".into()]));
        assert_eq!((at(2, 10), at(1, 10)), (Some(vec!["2".into()]), None));
        table.put(hook(3, None));
        for n in [1, 2] {
            assert!(matches!(table.at(&way(n).route), Some(Found::Gone)), "{n}");
        }
        table.remove(&hook(3, None).installation, "changes");
        assert!(matches!(table.at(&way(3).route), Some(Found::Gone)));
        assert!(table.at(&way(4).route).is_none());
        table.put(hook(3, None));
        assert!(matches!(table.at(&way(3).route), Some(Found::Here(_))), "it came back");
    }

    #[test]
    fn only_what_changes_is_news() {
        let seen = Seen::default();
        assert!(seen.took(1, Timestamp(5)), "an alert of an earlier life may stand");
        assert!(!seen.took(1, Timestamp(4)));
        assert!(seen.refused() && !seen.refused() && seen.is_failing());
        assert!(seen.took(1, Timestamp(6)) && !seen.is_failing());
        assert_eq!(
            (seen.last_taken(), seen.taken.into_inner(), seen.refused.into_inner()),
            (Some(Timestamp(6)), 3, 2)
        );
    }
}

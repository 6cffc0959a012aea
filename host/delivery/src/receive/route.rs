//! The live table of routes: what a request needs to be verified and fanned out, without the store.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use parking_lot::RwLock;
use tieline_types::{InstallationKey, RouteKey, Secret};

/// The way in of one subscription. Never changed: replaced whole, so that a request sees one state of it.
#[derive(Debug)]
pub(crate) struct Route {
    /// Its address.
    pub(crate) key: RouteKey,
    /// What Graph calls its subscription, once that is known.
    pub(crate) id: Option<String>,
    /// Whose subscription it is: the digest of its owner.
    pub(crate) subscriber: String,
    /// The secret that genuine items carry.
    pub(crate) client_state: Secret,
    /// Who wants its items.
    pub(crate) interests: Vec<Interest>,
}

/// An installation that wants a subscription's items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Interest {
    /// Who.
    pub(crate) installation: InstallationKey,
    /// Which changes; the subscription itself may bring more, for others.
    pub(crate) change_types: BTreeSet<String>,
    /// Whether with their content; it comes for all as soon as one asked for it.
    pub(crate) with_content: bool,
    /// Under which key they run one after another; none: each item's resource by itself.
    pub(crate) ordering_key: Option<Arc<str>>,
}

/// All routes, for readers that must not wait: the lock is held for a look-up or a swap, never longer.
#[derive(Debug, Default)]
pub(crate) struct Routes(RwLock<Table>);

/// Routes by address, and addresses by Graph's subscription id.
#[derive(Debug, Default)]
pub(crate) struct Table {
    routes: HashMap<RouteKey, Arc<Route>>,
    owners: HashMap<String, RouteKey>,
}

impl Routes {
    /// Looks something up.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&Table) -> T) -> T {
        look(&self.0.read())
    }

    /// Adds or replaces a route.
    pub(crate) fn put(&self, route: Route) {
        let mut table = self.0.write();
        table.take(&route.key);
        if let Some(id) = &route.id {
            table.owners.insert(id.clone(), route.key.clone());
        }
        table.routes.insert(route.key.clone(), Arc::new(route));
    }

    /// Removes a route: whatever still arrives there is answered as unknown.
    pub(crate) fn remove(&self, key: &RouteKey) {
        self.0.write().take(key);
    }
}

impl Table {
    /// The route at this address.
    pub(crate) fn get(&self, key: &RouteKey) -> Option<Arc<Route>> {
        self.routes.get(key).cloned()
    }

    /// The address that the subscription with this id belongs to, if it is known.
    pub(crate) fn owner_of(&self, id: &str) -> Option<&RouteKey> {
        self.owners.get(id)
    }

    fn take(&mut self, key: &RouteKey) {
        let route = self.routes.remove(key);
        if let Some(id) = route.as_ref().and_then(|route| route.id.as_ref()) {
            self.owners.remove(id);
        }
    }
}

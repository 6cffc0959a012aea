//! Installations as they run: the live table, and what may change it.

mod alike;
pub(crate) mod apply;
mod bounds;
mod changes;
mod fence;
pub(crate) mod installer;
pub(crate) mod load;
mod migrate;
pub(crate) mod packages;
pub(crate) mod plan;
pub(crate) mod planner;
pub(crate) mod schema;
pub(crate) mod stored;
mod tables;
mod trial;
mod trouble;
pub(crate) mod unused;
pub(crate) mod validate;
pub(crate) mod words;

use std::{collections::HashMap, sync::Arc};

use parking_lot::RwLock;
use tieline_capabilities::Allowance;
use tieline_runtime::Package;
use tieline_types::{InstallationKey, Problem, Rights, TenantId};

use plan::Plan;
pub(crate) use stored::Stored;

/// An installation, ready to be asked. Never changed: replaced whole, so that a run sees one state of it.
pub(crate) struct Installation {
    /// Whose, and which.
    pub(crate) key: InstallationKey,
    /// As the operator wrote it.
    pub(crate) document: tieline_types::tenant::Installation<tieline_types::Digest>,
    /// Its code, or why that cannot run; then its events wait.
    pub(crate) package: Result<Arc<Package>, Problem>,
    /// The connector's version; empty when it was never known.
    pub(crate) version: String,
    /// What it may touch.
    pub(crate) rights: Arc<Rights>,
    /// What a run of it may use.
    pub(crate) limits: Arc<Allowance>,
    /// Its configuration as JSON text.
    pub(crate) config: Arc<String>,
    /// What it wants to exist.
    pub(crate) plan: Plan,
    /// The revision at which its storage took the shape of its version, if it ever took another.
    pub(crate) fence: Option<u64>,
    /// Why its newest wishes could not be planned; the plan before them stands.
    pub(crate) plan_problems: Vec<Problem>,
}

impl Installation {
    /// Everything that keeps it from doing its work.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        self.package.as_ref().err().into_iter().chain(&self.plan_problems).cloned().collect()
    }
}

/// All installations by key. The lock is held for a look-up or a swap, never longer.
#[derive(Default)]
pub(crate) struct Installations(RwLock<HashMap<InstallationKey, Arc<Installation>>>);

impl Installations {
    /// The installation with this key.
    pub(crate) fn get(&self, key: &InstallationKey) -> Option<Arc<Installation>> {
        self.0.read().get(key).cloned()
    }

    /// All of them, in no order.
    pub(crate) fn all(&self) -> Vec<Arc<Installation>> {
        self.0.read().values().cloned().collect()
    }

    /// Those of a tenant, by name.
    pub(crate) fn of(&self, tenant: &TenantId) -> Vec<Arc<Installation>> {
        let mut found: Vec<_> =
            self.0.read().values().filter(|found| found.key.tenant == *tenant).cloned().collect();
        found.sort_by(|a, b| a.key.cmp(&b.key));
        found
    }

    /// Adds or replaces one.
    pub(crate) fn put(&self, installation: Installation) {
        self.0.write().insert(installation.key.clone(), Arc::new(installation));
    }

    /// Removes one: its events find it gone.
    pub(crate) fn remove(&self, key: &InstallationKey) {
        self.0.write().remove(key);
    }
}

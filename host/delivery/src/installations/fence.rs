//! What a run must find unchanged when it commits: that nobody migrated or removed the installation meanwhile.
//!
//! A run keeps the code that it began with. So one that began before a migration would write the old shape into
//! the new storage, and one that began before a removal would write what nobody looks after. Both are refused by
//! this expectation, and run again with what is there then. Fences outlive their installations and their tenants: who comes
//! back under the same name must not meet a run of before.

use tieline_store::{Expect, Key, Op, Space};
use tieline_types::InstallationKey;

use super::{Installation, installer::Installer};
use crate::HostError;

fn key(installation: &InstallationKey) -> Key {
    let space = Key::new(Space::Host).part("fence").part(installation.tenant.as_str());
    space.part(installation.installation.as_str())
}

/// The change that refuses the commits of runs under way.
pub(super) fn moved(installation: &InstallationKey, why: &str) -> Op {
    Op::Put { key: key(installation), value: why.to_owned().into(), expires: None }
}

impl Installation {
    /// What must stand when a run of this state of the installation commits.
    pub(crate) fn fence(&self) -> Expect {
        Expect::Revision { key: key(&self.key), revision: self.fence }
    }
}

impl Installer {
    /// The fence as it stands.
    pub(super) async fn fence(&self, installation: &InstallationKey) -> Result<Option<u64>, HostError> {
        let found = self.services.store.get(&key(installation)).await;
        let found = found.map_err(|error| HostError::store("reading an installation", error))?;
        Ok(found.map(|value| value.revision))
    }
}

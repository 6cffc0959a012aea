//! Parts of the host in this process, for what is measured below the host's own process.

use std::{path::Path, sync::Arc};

use tieline_capabilities::Services;
use tieline_egress::{Egress, Policy};
use tieline_identity::{Clouds, Connections, MasterKey, Vault};
use tieline_runtime::{Runtime, RuntimeOptions};
use tieline_types::{Clock, Doors, Limits, SystemClock};

use crate::error::BenchError;

/// Guests at the same time, as in a host with the default configuration.
const INSTANCES: u32 = 80;

/// A store and what stands on it, in a folder.
pub(crate) async fn services(folder: &Path) -> Result<Arc<Services>, BenchError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = tieline_store::open("lsm:./data", folder, clock.clone())
        .map_err(BenchError::part("opening the store"))?;
    let egress = Egress::new(&Policy::default()).map_err(BenchError::part("opening the door out"))?;
    let vault = Vault::open(store.clone(), &MasterKey::new([7; 32])).await;
    let vault = vault.map_err(BenchError::part("opening the vault"))?;
    let clouds = Clouds::new(Default::default()).map_err(BenchError::part("reading the clouds"))?;
    let connections = Connections::new(store.clone(), egress.clone(), vault, clouds, clock.clone());
    Ok(Arc::new(Services {
        store,
        egress,
        connections: Arc::new(connections),
        circuits: Default::default(),
        governor: Default::default(),
        datasets: Default::default(),
        clock,
    }))
}

/// A sandbox, which keeps compiled code in the folder. `reuse`: an instance handles many events.
pub(crate) fn runtime(folder: &Path, reuse: bool) -> Result<Arc<Runtime>, BenchError> {
    let options = RuntimeOptions {
        cache_dir: folder.join("compiled"),
        cache_key: [7; 32],
        instances: INSTANCES,
        limits: Limits::default(),
        doors: Doors::default(),
        reuse,
    };
    Runtime::new(options).map(Arc::new).map_err(BenchError::part("starting the sandbox"))
}

//! What capabilities stand on.

use std::sync::Arc;

use tieline_egress::Egress;
use tieline_identity::Connections;
use tieline_store::Store;
use tieline_types::Clock;

use crate::{Circuits, Governor, dataset::Kept};

/// The host's services, shared by all runs. A guest reaches them only through a capability, and the
/// capability only with the rights of the run.
pub struct Services {
    /// What must not be lost.
    pub store: Arc<dyn Store>,
    /// The one door out.
    pub egress: Egress,
    /// Credentials, which never reach a guest.
    pub connections: Arc<Connections>,
    /// Which connections are left alone for a while.
    pub circuits: Circuits,
    /// How often Graph may be called.
    pub governor: Governor,
    /// What is kept in datasets.
    pub datasets: Kept,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

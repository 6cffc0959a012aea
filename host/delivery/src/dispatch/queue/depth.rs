//! How much there is to do. Counted when somebody asks: what is asked for now and then costs events nothing.

use std::collections::HashMap;

use tieline_types::{TenantId, Timestamp};

use super::{Installation, Queue};

/// All events that are not settled for good.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Depth {
    /// Those that are being run.
    pub(crate) running: usize,
    /// Those in lanes whose head waits for a connection.
    pub(crate) parked: usize,
    /// All others.
    pub(crate) waiting: usize,
    /// When the oldest was received of those that are not being run.
    pub(crate) oldest: Option<Timestamp>,
    /// All of each tenant.
    pub(crate) of_tenants: HashMap<TenantId, usize>,
}

impl Queue {
    /// Counts everything.
    pub(crate) fn depth(&self) -> Depth {
        let mut depth = Depth { running: self.running, ..Depth::default() };
        for (key, installation) in &self.installations {
            let of_tenant = depth.add(installation);
            *depth.of_tenants.entry(key.tenant.clone()).or_default() += of_tenant;
        }
        depth
    }
}

impl Depth {
    /// How many events an installation has.
    fn add(&mut self, installation: &Installation) -> usize {
        let mut all = installation.running;
        for lane in installation.lanes.values() {
            let events = lane.waiting.len();
            let head = lane.waiting.front();
            if lane.running.is_none() && head.is_some_and(|head| head.delivery.parked.is_some()) {
                self.parked += events;
            } else {
                self.waiting += events;
            }
            // A lane is in order of receipt but for what was delivered again.
            let oldest = head.map(|head| head.event.received);
            self.oldest = [self.oldest, oldest].into_iter().flatten().min();
            all += events;
        }
        all
    }
}

//! Requests that stand still until a test lets them go.

use std::collections::BTreeMap;

use parking_lot::Mutex;
use serde::Serialize;
use tokio::sync::oneshot;

use crate::call::Call;
use crate::upstream::Upstream;

/// A request that is being held.
#[derive(Clone, Debug, Serialize)]
pub struct Held {
    /// The name of the hold.
    pub name: String,
    /// The simulator.
    pub upstream: Upstream,
    /// The HTTP method.
    pub method: String,
    /// The path as sent.
    pub path: String,
}

#[derive(Debug, Default)]
struct Gate {
    /// Released once and for all: nothing waits here any more.
    open: bool,
    waiting: BTreeMap<u64, (Held, oneshot::Sender<()>)>,
}

/// All holds, by name.
#[derive(Debug, Default)]
pub(crate) struct Holds(Mutex<(u64, BTreeMap<String, Gate>)>);

impl Holds {
    /// Waits until the hold is released.
    pub(crate) async fn wait(&self, name: &str, call: &Call<'_>) {
        let (ticket, released) = {
            let mut holds = self.0.lock();
            holds.0 += 1;
            let ticket = holds.0;
            let gate = holds.1.entry(name.to_owned()).or_default();
            if gate.open {
                return;
            }
            let held = Held {
                name: name.to_owned(),
                upstream: call.place.upstream,
                method: call.method().to_string(),
                path: call.path().to_owned(),
            };
            let (release, released) = oneshot::channel();
            gate.waiting.insert(ticket, (held, release));
            (ticket, released)
        };
        // The client may hang up while it waits, and then this future is dropped.
        let _leave = Leave { holds: self, name, ticket };
        let _ = released.await;
    }

    /// Lets everything go that waits under this name, and with `all` everything that ever will.
    /// Says how many went.
    pub(crate) fn release(&self, name: &str, all: bool) -> usize {
        let mut holds = self.0.lock();
        let gate = holds.1.entry(name.to_owned()).or_default();
        gate.open |= all;
        let waiting = std::mem::take(&mut gate.waiting);
        waiting.into_values().map(|(_, release)| release.send(())).filter(Result::is_ok).count()
    }

    pub(crate) fn list(&self) -> Vec<Held> {
        let holds = self.0.lock();
        holds.1.values().flat_map(|gate| gate.waiting.values().map(|(held, _)| held.clone())).collect()
    }

    /// Forgets every release and lets everything go.
    pub(crate) fn clear(&self) {
        self.0.lock().1.clear();
    }
}

struct Leave<'a> {
    holds: &'a Holds,
    name: &'a str,
    ticket: u64,
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        if let Some(gate) = self.holds.0.lock().1.get_mut(self.name) {
            gate.waiting.remove(&self.ticket);
        }
    }
}

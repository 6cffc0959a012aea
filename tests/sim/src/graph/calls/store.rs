//! The calls that there are, by when they began.

use std::collections::{BTreeMap, HashMap};

use parking_lot::RwLock;

/// Records are kept for so long.
pub(super) const KEPT_MS: u64 = 30 * 86_400_000;

/// A call, as little of it as all the rest can be told from.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) start_ms: u64,
    pub(super) modified_ms: u64,
    pub(super) shape: Shape,
    /// So many reads still show the version before.
    pub(super) stale_reads: u32,
}

/// What kind of call it is, and how it went.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// Which of all calls it is: what is not said otherwise follows from it.
    pub(super) number: u64,
    pub(super) group: bool,
    pub(super) duration_ms: u64,
    pub(super) sessions: u32,
    pub(super) participants: u32,
    /// Stage and reason.
    pub(super) failure: Option<(String, String)>,
    /// Of the first so many sessions.
    pub(super) failed_sessions: u32,
    pub(super) network: String,
    pub(super) platform: String,
    pub(super) device: String,
    pub(super) jitter_ms: f64,
    pub(super) round_trip_ms: f64,
    pub(super) loss: f64,
    /// The number of a telephone that took part.
    pub(super) phone: Option<String>,
    pub(super) rating: Option<String>,
}

#[derive(Debug, Default)]
pub(in crate::graph) struct Calls(RwLock<Inner>);

#[derive(Debug, Default)]
struct Inner {
    by_id: HashMap<String, Call>,
    by_start: BTreeMap<(u64, String), ()>,
}

impl Calls {
    /// Adds a call; one with the same id is replaced.
    pub(super) fn put(&self, call: Call) {
        let mut inner = self.0.write();
        inner.by_start.insert((call.start_ms, call.id.clone()), ());
        if let Some(before) = inner.by_id.insert(call.id.clone(), call.clone())
            && before.start_ms != call.start_ms
        {
            inner.by_start.remove(&(before.start_ms, before.id));
        }
    }

    pub(super) fn get(&self, id: &str) -> Option<Call> {
        self.0.read().by_id.get(id).cloned()
    }

    /// As a client sees it at a time: none once it is too old. A read uses up one that shows the version before.
    pub(super) fn read(&self, id: &str, now_ms: u64) -> Option<Call> {
        let seen = self.get(id).filter(|call| is_kept(call.start_ms, now_ms))?;
        if seen.stale_reads == 0 {
            return Some(seen);
        }
        self.change(id, |call| call.stale_reads -= 1);
        Some(Call { version: seen.version - 1, ..seen })
    }

    /// Changes a call; none if there is no such one.
    pub(super) fn change(&self, id: &str, change: impl FnOnce(&mut Call)) -> Option<Call> {
        let mut inner = self.0.write();
        let call = inner.by_id.get_mut(id)?;
        change(call);
        Some(call.clone())
    }

    /// So many calls behind the first `skip` that began in an interval, oldest first, and whether there are more.
    pub(super) fn between(
        &self,
        (from, before): (u64, u64),
        wanted: impl Fn(&Call) -> bool,
        skip: usize,
        take: usize,
        now_ms: u64,
    ) -> (Vec<Call>, bool) {
        let inner = self.0.read();
        let from = from.max(now_ms.saturating_sub(KEPT_MS));
        if from >= before {
            return (Vec::new(), false);
        }
        let range = inner.by_start.range((from, String::new())..(before, String::new()));
        let calls = range.filter_map(|((_, id), ())| inner.by_id.get(id)).filter(|call| wanted(call));
        let mut found: Vec<_> = calls.skip(skip).take(take + 1).cloned().collect();
        let more = found.len() > take;
        found.truncate(take);
        (found, more)
    }

    /// All of them, oldest first, those that are kept no more included.
    pub(super) fn all(&self) -> Vec<Call> {
        let inner = self.0.read();
        inner.by_start.keys().filter_map(|(_, id)| inner.by_id.get(id)).cloned().collect()
    }

    pub(super) fn count(&self) -> u64 {
        self.0.read().by_id.len() as u64
    }
}

fn is_kept(start_ms: u64, now_ms: u64) -> bool {
    start_ms + KEPT_MS > now_ms
}

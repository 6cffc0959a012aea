//! Routes whose notifications were sent back, and since when. Graph tries each for four hours; what is sent back for
//! longer is lost, and the connectors must be told.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use parking_lot::Mutex;
use tieline_types::{RouteKey, Timestamp};

/// Shorter than Graph tries, since its clock and ours may differ.
const PATIENCE: Duration = Duration::from_secs(3 * 3_600);

/// In memory only: a host that ends tells of its own absence.
#[derive(Debug, Default)]
pub(crate) struct SentBack {
    /// Whether there is any: the common case must not take the lock.
    any: AtomicBool,
    since: Mutex<HashMap<RouteKey, Timestamp>>,
}

impl SentBack {
    /// Notes that a notification was sent back.
    pub(super) fn note(&self, route: &RouteKey, now: Timestamp) {
        self.any.store(true, Ordering::Release);
        self.since.lock().entry(route.clone()).or_insert(now);
    }

    /// Since when notifications of a route were sent back that now takes them again, if that was too long.
    pub(super) fn over(&self, route: &RouteKey, now: Timestamp) -> Option<Timestamp> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let mut all = self.since.lock();
        let since = all.remove(route);
        self.any.store(!all.is_empty(), Ordering::Release);
        since.filter(|since| now.since(*since) >= PATIENCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_back_for_hours_is_told_once_and_from_its_begin() {
        let (sent_back, route) = (SentBack::default(), RouteKey::from_random([7; 32]));
        let at = |hours: u32| Timestamp(0).after(Duration::from_secs(3_600) * hours);
        assert_eq!(sent_back.over(&route, at(9)), None);
        (1..5).for_each(|hour| sent_back.note(&route, at(hour)));
        assert_eq!(sent_back.over(&RouteKey::from_random([8; 32]), at(9)), None);
        assert_eq!(sent_back.over(&route, at(5)), Some(at(1)));
        assert_eq!(sent_back.over(&route, at(9)), None);
        sent_back.note(&route, at(10));
        assert_eq!(sent_back.over(&route, at(11)), None, "Graph brought it again");
    }
}

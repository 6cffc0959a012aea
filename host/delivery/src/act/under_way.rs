//! Actions under way: one asking is answered before the same one runs again, and who looks at a record is told.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use tieline_types::{EventId, InstallationKey, TenantId, Timestamp};
use tokio::sync::{Notify, OwnedMutexGuard};

/// What somebody asked for: of whom, which action, about which record.
pub(crate) type What = (InstallationKey, String, Option<(String, String)>);

/// All actions under way, by what names their asking.
#[derive(Default)]
pub(crate) struct UnderWay {
    all: Mutex<HashMap<EventId, Asking>>,
    ended: Notify,
}

struct Asking {
    what: What,
    since: Timestamp,
    /// Whoever asked, and waits for an answer.
    askers: usize,
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// The right to run an action. Given back when it is dropped.
pub(crate) struct Turn {
    _held: OwnedMutexGuard<()>,
    // After the lock, so that the last of several finds it free.
    _asker: Asker,
}

struct Asker {
    all: Arc<UnderWay>,
    id: EventId,
}

impl UnderWay {
    /// Waits until nobody runs the same asking.
    pub(crate) async fn turn(self: &Arc<Self>, id: EventId, what: What, now: Timestamp) -> Turn {
        let turn = {
            let mut all = self.all.lock();
            let fresh = || Asking { what, since: now, askers: 0, turn: Arc::default() };
            let asking = all.entry(id).or_insert_with(fresh);
            asking.askers += 1;
            asking.turn.clone()
        };
        let asker = Asker { all: self.clone(), id };
        Turn { _held: turn.lock_owned().await, _asker: asker }
    }

    /// Since when somebody waits for this.
    pub(crate) fn since(&self, what: &What) -> Option<Timestamp> {
        self.all.lock().values().filter(|asking| asking.what == *what).map(|asking| asking.since).min()
    }

    /// Whether anything of a tenant is under way.
    pub(crate) fn any_of(&self, tenant: &TenantId) -> bool {
        self.all.lock().values().any(|asking| asking.what.0.tenant == *tenant)
    }

    /// Waits until nothing is under way.
    pub(crate) async fn over(&self) {
        loop {
            let ended = self.ended.notified();
            if self.all.lock().is_empty() {
                return;
            }
            ended.await;
        }
    }
}

impl Drop for Asker {
    fn drop(&mut self) {
        let mut all = self.all.all.lock();
        if let Some(asking) = all.get_mut(&self.id) {
            asking.askers -= 1;
            if asking.askers == 0 {
                all.remove(&self.id);
            }
        }
        drop(all);
        self.all.ended.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn what(action: &str) -> What {
        let key = InstallationKey { tenant: "acme".parse().unwrap(), installation: "desk".parse().unwrap() };
        (key, action.into(), None)
    }

    #[tokio::test]
    async fn the_same_asking_waits_and_another_does_not() {
        let all = Arc::new(UnderWay::default());
        let (one, other) = (EventId::generate(), EventId::generate());
        let first = all.turn(one, what("a"), Timestamp(1)).await;
        let _other = all.turn(other, what("b"), Timestamp(2)).await;
        assert_eq!((all.since(&what("a")), all.since(&what("c"))), (Some(Timestamp(1)), None));
        let second = all.turn(one, what("a"), Timestamp(3));
        let mut second = Box::pin(second);
        assert!(tokio::time::timeout(Duration::from_millis(20), &mut second).await.is_err(), "it waits");
        drop(first);
        let second = second.await;
        assert_eq!(all.since(&what("a")), Some(Timestamp(1)), "somebody has waited since then");
        drop(second);
        assert_eq!(all.since(&what("a")), None);
    }

    #[tokio::test]
    async fn whoever_leaves_while_waiting_leaves_nothing_behind() {
        let all = Arc::new(UnderWay::default());
        let id = EventId::generate();
        let first = all.turn(id, what("a"), Timestamp(1)).await;
        let waits = tokio::time::timeout(Duration::from_millis(5), all.turn(id, what("a"), Timestamp(2)));
        assert!(waits.await.is_err());
        let over = tokio::spawn({
            let all = all.clone();
            async move { all.over().await }
        });
        drop(first);
        over.await.unwrap();
        assert!(all.all.lock().is_empty());
    }
}

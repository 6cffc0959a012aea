//! Which event runs when: the [`queue`] decides, the [`Dispatcher`] lets run.

pub(crate) mod queue;

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use parking_lot::Mutex;
use tieline_types::{Clock, Delivery, DeliveryState, Event, TenantId};
use tokio::{sync::Notify, task::JoinSet};

use crate::run::Runner;
use queue::{Bounds, Queue, Turn};

/// How long an event waits whose run ended in a fault of the host.
const AFTER_FAULT: Duration = Duration::from_secs(30);
/// How long the timekeeper sleeps when nothing is due.
const IDLE: Duration = Duration::from_secs(3600);

/// Lets events run. A run starts in the very call that makes it possible (an event was added, another
/// run ended, a time came), so that nothing waits for a loop to come round.
pub(crate) struct Dispatcher {
    queue: Mutex<Queue>,
    /// The runs under way; none once the host stops, and then no run starts any more.
    turns: Mutex<Option<JoinSet<()>>>,
    runner: Runner,
    clock: Arc<dyn Clock>,
    /// Told when something may be due earlier than the timekeeper knows.
    earlier: Notify,
}

impl Dispatcher {
    /// A dispatcher of nothing yet.
    pub(crate) fn new(bounds: Bounds, runner: Runner, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            queue: Mutex::new(Queue::new(bounds)),
            turns: Mutex::new(Some(JoinSet::new())),
            runner,
            clock,
            earlier: Notify::new(),
        })
    }

    /// Adds events that were just made durable.
    pub(crate) fn add(self: &Arc<Self>, events: Vec<Arc<Event>>) {
        let turn = |event: Arc<Event>| Turn { delivery: Delivery::fresh(event.received), event };
        self.resume(events.into_iter().map(turn));
    }

    /// Adds events wherever they stand.
    pub(crate) fn resume(self: &Arc<Self>, turns: impl IntoIterator<Item = Turn>) {
        let now = self.clock.now();
        {
            let mut queue = self.queue.lock();
            turns.into_iter().for_each(|turn| queue.push(turn, now));
        }
        self.pump();
    }

    /// Events of a tenant that are not settled for good.
    pub(crate) fn pending(&self, tenant: &TenantId) -> usize {
        self.queue.lock().pending(tenant)
    }

    /// Wakes events when their time comes. Runs until it is dropped.
    pub(crate) async fn keep_time(self: Arc<Self>) {
        loop {
            let due = self.queue.lock().next_timer();
            let wait = due.map_or(IDLE, |due| due.since(self.clock.now()));
            tokio::select! {
                () = tokio::time::sleep(wait) => self.pump(),
                () = self.earlier.notified() => {}
            }
        }
    }

    /// Starts no more runs and waits for those under way. Whether all ended in time: those that did not are
    /// dropped, and what they left upstream is in doubt.
    pub(crate) async fn stop(&self, patience: Duration) -> bool {
        let Some(mut turns) = self.turns.lock().take() else { return true };
        let ended = async { while turns.join_next().await.is_some() {} };
        tokio::time::timeout(patience, ended).await.is_ok()
    }

    /// Starts everything that may run now.
    fn pump(self: &Arc<Self>) {
        let mut turns = self.turns.lock();
        let Some(turns) = turns.as_mut() else { return };
        while turns.try_join_next().is_some() {}
        let now = self.clock.now();
        let mut queue = self.queue.lock();
        while let Some(turn) = queue.next(now) {
            turns.spawn(self.clone().take(turn));
        }
        if queue.next_timer().is_some() {
            self.earlier.notify_one();
        }
    }

    async fn take(self: Arc<Self>, turn: Turn) {
        let Turn { event, delivery: before } = turn.clone();
        // A panic is a fault of the host: it costs the event a wait, and nothing else its life.
        let settled = AssertUnwindSafe(self.runner.run(turn)).catch_unwind().await.unwrap_or_else(|_| {
            let not_before = self.clock.now().after(AFTER_FAULT);
            tracing::error!(event = %event.reference(), "a run ended in a fault of the host");
            (Delivery { not_before, in_doubt: true, ..before }, Vec::new())
        });
        let (delivery, emitted) = settled;
        let now = self.clock.now();
        let again = (delivery.state == DeliveryState::Pending).then_some(delivery);
        self.queue.lock().settle(&event, again, now);
        self.add(emitted);
    }
}

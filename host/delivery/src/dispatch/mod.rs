//! Which event runs when: the [`queue`] decides, the [`Dispatcher`] lets run.

pub(crate) mod queue;

use std::{
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::FutureExt;
use parking_lot::Mutex;
use tieline_capabilities::{News, Services};
use tieline_telemetry::Whose;
use tieline_types::{ConnectionKey, Delivery, DeliveryState, Event, InstallationKey, TenantId, Timestamp};
use tokio::{sync::Notify, task::JoinSet};
use tracing::Instrument as _;

use crate::{
    observed,
    run::{Runner, Settled},
};
use queue::{Bounds, Depth, Queue, Turn};

/// How long an event waits whose run ended in a fault of the host.
const AFTER_FAULT: Duration = Duration::from_secs(30);
/// How long the timekeeper sleeps when nothing is due.
const IDLE: Duration = Duration::from_secs(3600);

/// Lets events run. A run starts in the very call that makes it possible (an event was added, another
/// run ended, a time came), so that nothing waits for a loop to come round.
pub(crate) struct Dispatcher {
    state: Mutex<State>,
    runner: Runner,
    services: Arc<Services>,
    /// Told when something is due earlier than the timekeeper knows.
    earlier: Notify,
}

struct State {
    queue: Queue,
    /// The workers under way, each with one run after another while there is something to run; none once the
    /// host stops, and then no run starts any more.
    workers: Option<JoinSet<()>>,
    /// Until when the timekeeper sleeps.
    asleep_until: Timestamp,
}

impl Dispatcher {
    /// A dispatcher of nothing yet.
    pub(crate) fn new(bounds: Bounds, runner: Runner) -> Arc<Self> {
        let state = State {
            queue: Queue::new(bounds),
            workers: Some(JoinSet::new()),
            asleep_until: Timestamp::default(),
        };
        let services = runner.services.clone();
        Arc::new(Self { state: Mutex::new(state), runner, services, earlier: Notify::new() })
    }

    /// Adds events that were just made durable.
    pub(crate) fn add(self: &Arc<Self>, events: Vec<Arc<Event>>) {
        let turn = |event: Arc<Event>| Turn { delivery: Delivery::fresh(event.received), event };
        events.iter().for_each(|event| self.runner.live.event(event, &Delivery::fresh(event.received)));
        self.resume(events.into_iter().map(turn));
    }

    /// Adds events wherever they stand.
    pub(crate) fn resume(self: &Arc<Self>, turns: impl IntoIterator<Item = Turn>) {
        self.change(|queue, now| turns.into_iter().for_each(|turn| queue.push(turn, now)));
    }

    /// Lets everybody go on who waits for this connection.
    pub(crate) fn release(self: &Arc<Self>, connection: &ConnectionKey) {
        self.change(|queue, now| queue.release(connection, now));
    }

    /// Lets nothing of an installation run; its events are kept.
    pub(crate) fn hold(self: &Arc<Self>, installation: &InstallationKey) {
        self.change(|queue, now| queue.hold(installation, now));
    }

    /// Lets an installation run again.
    pub(crate) fn unhold(self: &Arc<Self>, installation: &InstallationKey) {
        self.change(|queue, _| queue.unhold(installation));
    }

    /// Drops all that waits of a tenant that is no more. What runs ends by itself; whether nothing does.
    pub(crate) fn forget(self: &Arc<Self>, tenant: &TenantId) -> bool {
        self.change(|queue, _| queue.forget(tenant));
        self.pending(tenant) == 0
    }

    /// Events of a tenant that are not settled for good.
    pub(crate) fn pending(&self, tenant: &TenantId) -> usize {
        self.state.lock().queue.pending(tenant)
    }

    /// How much there is to do.
    pub(crate) fn depth(&self) -> Depth {
        self.state.lock().queue.depth()
    }

    /// Whether any event waits for this connection.
    pub(crate) fn is_parked(&self, connection: &ConnectionKey) -> bool {
        self.state.lock().queue.is_parked(connection)
    }

    /// Wakes events when their time comes. Runs until it is dropped.
    pub(crate) async fn keep_time(self: Arc<Self>) {
        loop {
            let wait = {
                let mut state = self.state.lock();
                let now = self.services.clock.now();
                state.asleep_until = state.queue.next_timer().unwrap_or_else(|| now.after(IDLE));
                state.asleep_until.since(now)
            };
            tokio::select! {
                () = tokio::time::sleep(wait) => self.change(|_, _| {}),
                () = self.earlier.notified() => {}
            }
        }
    }

    /// Starts no more runs and waits for those under way. Whether all ended in time: those that did not are
    /// dropped, and what they left upstream is in doubt.
    pub(crate) async fn stop(&self, patience: Duration) -> bool {
        let Some(mut workers) = self.state.lock().workers.take() else { return true };
        let ended = async { while workers.join_next().await.is_some() {} };
        tokio::time::timeout(patience, ended).await.is_ok()
    }

    /// Changes the queue and starts everything that may run then.
    fn change(self: &Arc<Self>, change: impl FnOnce(&mut Queue, Timestamp)) {
        let now = self.services.clock.now();
        let mut state = self.state.lock();
        change(&mut state.queue, now);
        self.start(&mut state, now);
    }

    fn start(self: &Arc<Self>, state: &mut State, now: Timestamp) {
        let Some(workers) = state.workers.as_mut() else { return };
        while workers.try_join_next().is_some() {}
        while let Some(turn) = state.queue.next(now) {
            workers.spawn(self.clone().work(turn));
        }
        for connection in state.queue.news() {
            self.services.circuits.tell(connection, News::Waiting);
        }
        if state.queue.next_timer().is_some_and(|due| due < state.asleep_until) {
            state.asleep_until = Timestamp::default();
            self.earlier.notify_one();
        }
    }

    /// Runs an event, and then others for as long as there are some.
    async fn work(self: Arc<Self>, first: Turn) {
        let mut turn = Some(first);
        while let Some(Turn { event, delivery: before }) = turn.take() {
            let began = Instant::now();
            let whose = Whose { event: event.clone(), attempt: before.attempts.saturating_add(1) };
            let run = whose.does(self.runner.run(event.clone(), before.clone()));
            let run = run.instrument(observed::run(&event, &before));
            let ran = AssertUnwindSafe(run).catch_unwind().await;
            // A panic is a fault of the host: it costs the event a wait, and nothing else its life.
            let settled = ran.unwrap_or_else(|_| {
                let not_before = self.services.clock.now().after(AFTER_FAULT);
                tracing::error!(event = %event.reference(), "a run ended in a fault of the host");
                Settled::waiting(Delivery { not_before, in_doubt: true, ..before })
            });
            turn = self.settle(&event, settled, began.elapsed());
        }
    }

    /// Puts an event where it stands now, and takes the next one for the worker that had it.
    fn settle(self: &Arc<Self>, event: &Arc<Event>, settled: Settled, took: Duration) -> Option<Turn> {
        let Settled { delivery, emitted, suspended } = settled;
        let now = self.services.clock.now();
        let mut state = self.state.lock();
        let queue = &mut state.queue;
        if suspended {
            queue.hold(&event.installation, now);
        }
        let again = (delivery.state == DeliveryState::Pending).then_some(delivery);
        queue.settle(event, again, took, now);
        for event in emitted {
            queue.push(Turn { delivery: Delivery::fresh(event.received), event }, now);
        }
        let next = if state.workers.is_some() { state.queue.next(now) } else { None };
        self.start(&mut state, now);
        next
    }
}

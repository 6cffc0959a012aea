//! Processor time of guests, counted in epoch ticks.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tieline_types::{Exceeded, Limit, Limits};
use wasmtime::{CallHook, Store, UpdateDeadline};

use crate::{
    guest::Guest,
    ticks::{TICK, Ticks},
    turns::{Turn, Turns},
};

/// Ticks after which a guest computes for long: from then on it takes turns with others that do. One tick may hit
/// anybody.
const LONG: u64 = 2;

/// Counts the ticks that are a guest's: those inside its code, and those inside a host function that worked for
/// it. A tick while a host function waited (an upstream that is slow) is nobody's.
pub(crate) struct Meter {
    ticks: Ticks,
    polls: Polls,
    used: u64,
    limit_ms: u64,
    wall_ms: u64,
    /// The tick at which the wall clock is up; a guest that never waits would not be seen by a timer.
    wall_ends: u64,
    calls: u32,
    calls_limit: u32,
    call: HostCall,
    turn: Turn,
}

/// A call of the host: when it began, and whether its ticks were counted.
#[derive(Default)]
struct HostCall {
    tick: u64,
    poll: u64,
    counted: bool,
}

/// How often a guest was resumed, seen from outside: a host call between whose ends it was resumed has waited.
#[derive(Clone, Default)]
pub(crate) struct Polls(Arc<AtomicU64>);

impl Polls {
    /// The future, with each time that it is resumed counted.
    pub(crate) async fn counted<F: Future>(self, future: F) -> F::Output {
        let mut future = std::pin::pin!(future);
        std::future::poll_fn(|context| {
            self.0.fetch_add(1, Ordering::Relaxed);
            future.as_mut().poll(context)
        })
        .await
    }

    fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Meter {
    pub(crate) fn new(ticks: &Ticks, turns: &Turns, limits: &Limits) -> Self {
        let mut meter = Self {
            ticks: ticks.clone(),
            polls: Polls::default(),
            used: 0,
            limit_ms: 0,
            wall_ms: 0,
            wall_ends: 0,
            calls: 0,
            calls_limit: 0,
            call: HostCall::default(),
            turn: Turn::none(turns),
        };
        meter.begin(limits);
        meter
    }

    /// Begins another call, with limits of its own and nothing used.
    pub(crate) fn begin(&mut self, limits: &Limits) {
        self.used = 0;
        self.limit_ms = limits.cpu_ms;
        self.wall_ms = limits.wall_ms;
        // The timer comes first where it can.
        self.wall_ends = self.ticks.now().saturating_add(limits.wall_ms / TICK.as_millis() as u64 + 2);
        self.calls = 0;
        self.calls_limit = limits.host_calls;
        self.call = HostCall::default();
    }

    /// Processor time so far, in milliseconds.
    pub(crate) fn used_ms(&self) -> u64 {
        self.used * TICK.as_millis() as u64
    }

    fn charge(&mut self, ticks: u64) -> Result<(), Exceeded> {
        self.used += ticks;
        if self.used_ms() > self.limit_ms { Err(Exceeded::new(Limit::CPU, self.limit_ms)) } else { Ok(()) }
    }

    /// A tick was seen inside the guest. The one that ended a host call was counted there.
    fn tick(&mut self) -> Result<(), Exceeded> {
        if std::mem::take(&mut self.call.counted) { Ok(()) } else { self.charge(1) }
    }

    /// How a guest makes room for others at a tick.
    fn make_room(&self) -> UpdateDeadline {
        if self.computes_long() {
            UpdateDeadline::YieldCustom(1, self.turn.next())
        } else {
            UpdateDeadline::Yield(1)
        }
    }

    fn computes_long(&self) -> bool {
        self.used >= LONG
    }

    /// The guest has ended, or waits for something else.
    pub(crate) fn rest(&self) {
        if self.computes_long() {
            self.turn.give_back();
        }
    }

    fn calling(&mut self) -> Result<(), Exceeded> {
        let now = self.ticks.now();
        if now > self.wall_ends {
            return Err(Exceeded::new(Limit::WALL, self.wall_ms));
        }
        if self.calls >= self.calls_limit {
            return Err(Exceeded::new(Limit::HOST_CALLS, self.calls_limit));
        }
        self.calls += 1;
        self.rest();
        self.call = HostCall { tick: now, poll: self.polls.now(), counted: false };
        Ok(())
    }

    /// A host call that took a tick or more is settled here, and the guest makes room for others at once.
    fn called(&mut self) -> Result<(), Exceeded> {
        let passed = self.ticks.now() - self.call.tick;
        if passed == 0 {
            return Ok(());
        }
        self.call.counted = true;
        if self.polls.now() == self.call.poll { self.charge(passed) } else { Ok(()) }
    }
}

/// Begins a call: ticks before it are nobody's.
pub(crate) fn arm(store: &mut Store<Guest>) -> Polls {
    store.set_epoch_deadline(1);
    store.data().meter.polls.clone()
}

/// Lets the meter see a store: at each tick inside the guest, charge it and let other tasks of the thread run.
pub(crate) fn hook(store: &mut Store<Guest>) {
    store.epoch_deadline_callback(|mut store| {
        let meter = &mut store.data_mut().meter;
        meter.tick()?;
        Ok(meter.make_room())
    });
    store.call_hook(|mut store, hook| {
        let meter = &mut store.data_mut().meter;
        match hook {
            CallHook::CallingHost => meter.calling()?,
            CallHook::ReturningFromHost => meter.called()?,
            CallHook::CallingWasm | CallHook::ReturningFromWasm => {}
        }
        Ok(())
    });
}

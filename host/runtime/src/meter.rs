//! Processor time of guests, counted in epoch ticks.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use wasmtime::{CallHook, Engine, Store, UpdateDeadline};

use crate::guest::Guest;

/// Length of a tick: how finely processor time is counted, and how long a guest holds a thread at most.
const TICK: Duration = Duration::from_millis(10);

/// The ticks since the engine started.
#[derive(Clone)]
pub(crate) struct Ticks(Arc<AtomicU64>);

impl Ticks {
    /// Ticks until the engine is gone. Ticks that the machine slept through are skipped, not made up for.
    pub(crate) fn start(engine: &Engine) -> Self {
        let ticks = Self(Arc::default());
        let (counter, engine) = (ticks.clone(), engine.weak());
        let tick = move || {
            let mut next = Instant::now() + TICK;
            while let Some(engine) = engine.upgrade() {
                engine.increment_epoch();
                counter.0.fetch_add(1, Ordering::Relaxed);
                drop(engine);
                std::thread::sleep(next.saturating_duration_since(Instant::now()));
                next = Instant::now().max(next) + TICK;
            }
        };
        let spawned = std::thread::Builder::new().name("epoch-ticker".into()).spawn(tick);
        spawned.expect("a process that cannot start one thread at its begin cannot do anything");
        ticks
    }

    fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts the ticks that fall inside guest code. A tick during a host call (an upstream that is slow) is not
/// the guest's: the deadline is moved on when the call returns. One that spins in between is charged.
pub(crate) struct Meter {
    ticks: Ticks,
    used: u64,
    limit_ms: u64,
    host_call_began: u64,
}

/// The limit of processor time is used up.
#[derive(Debug, thiserror::Error)]
#[error("the limit of {0} ms of processor time is used up")]
pub(crate) struct CpuExhausted(pub(crate) u64);

impl Meter {
    pub(crate) fn new(ticks: &Ticks, limit_ms: u64) -> Self {
        Self { ticks: ticks.clone(), used: 0, limit_ms, host_call_began: 0 }
    }

    /// Processor time so far, in milliseconds.
    pub(crate) fn used_ms(&self) -> u64 {
        self.used * TICK.as_millis() as u64
    }

    fn charge(&mut self) -> Result<(), CpuExhausted> {
        self.used += 1;
        if self.used_ms() > self.limit_ms { Err(CpuExhausted(self.limit_ms)) } else { Ok(()) }
    }
}

/// Begins a call: ticks before it are nobody's.
pub(crate) fn arm(store: &mut Store<Guest>) {
    store.set_epoch_deadline(1);
}

/// Lets the meter see a store: at each tick inside the guest, charge it and let other tasks of the thread run.
pub(crate) fn hook(store: &mut Store<Guest>) {
    store.epoch_deadline_callback(|mut store| {
        store.data_mut().meter.charge()?;
        Ok(UpdateDeadline::Yield(1))
    });
    store.call_hook(|mut store, hook| {
        let meter = &mut store.data_mut().meter;
        match hook {
            CallHook::CallingHost => meter.host_call_began = meter.ticks.now(),
            CallHook::ReturningFromHost if meter.ticks.now() != meter.host_call_began => {
                store.set_epoch_deadline(1);
            }
            _ => {}
        }
        Ok(())
    });
}

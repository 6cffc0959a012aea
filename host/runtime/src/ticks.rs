//! The clock by which guests compute.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    thread::Thread,
    time::{Duration, Instant},
};

use wasmtime::{Engine, EngineWeak};

/// Length of a tick: how finely processor time is counted, and how long a guest holds a thread at most.
pub(crate) const TICK: Duration = Duration::from_millis(2);

/// How long ticks go on after the last guest: short pauses between events are not worth a sleep.
const LINGER: Duration = Duration::from_millis(100);
/// How long the thread sleeps without looking whether the engine is gone.
const SLEEP: Duration = Duration::from_secs(1);

/// The ticks of an engine, from a thread of their own; there are none while no guest is asked anything, so that an
/// idle host is left alone. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Ticks {
    clock: Arc<Clock>,
    thread: Thread,
}

#[derive(Default)]
struct Clock {
    ticks: AtomicU64,
    /// Guests that are asked something.
    guests: AtomicUsize,
    asleep: AtomicBool,
}

impl Ticks {
    /// Ticks until the engine is gone. Ticks that the machine slept through are skipped, not made up for.
    pub(crate) fn start(engine: &Engine) -> Self {
        let clock = Arc::<Clock>::default();
        let (theirs, engine) = (Arc::clone(&clock), engine.weak());
        let spawned =
            std::thread::Builder::new().name("epoch-ticker".into()).spawn(move || theirs.run(&engine));
        let handle = spawned.expect("a process that cannot start one thread at its begin cannot do anything");
        Self { clock, thread: handle.thread().clone() }
    }

    /// Ticks so far.
    pub(crate) fn now(&self) -> u64 {
        self.clock.ticks.load(Ordering::Relaxed)
    }

    /// Keeps the clock going for a guest, until the answer is dropped.
    pub(crate) fn keep_going(&self) -> Going {
        // Either the thread sees this guest before it sleeps, or this sees that it sleeps: both are SeqCst.
        self.clock.guests.fetch_add(1, Ordering::SeqCst);
        if self.clock.asleep.load(Ordering::SeqCst) {
            self.thread.unpark();
        }
        Going(Arc::clone(&self.clock))
    }
}

impl Clock {
    fn run(&self, engine: &EngineWeak) {
        let mut next = Instant::now() + TICK;
        let mut needed = Instant::now();
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            self.ticks.fetch_add(1, Ordering::Relaxed);
            let now = Instant::now();
            if self.guests.load(Ordering::Relaxed) > 0 {
                needed = now;
            } else if now.duration_since(needed) > LINGER {
                self.sleep();
                next = Instant::now();
            }
            std::thread::sleep(next.saturating_duration_since(now));
            next = next.max(now) + TICK;
        }
    }

    fn sleep(&self) {
        self.asleep.store(true, Ordering::SeqCst);
        if self.guests.load(Ordering::SeqCst) == 0 {
            std::thread::park_timeout(SLEEP);
        }
        self.asleep.store(false, Ordering::SeqCst);
    }
}

/// A guest is asked something.
pub(crate) struct Going(Arc<Clock>);

impl Drop for Going {
    fn drop(&mut self) {
        self.0.guests.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(ticks: &Ticks) -> bool {
        let (before, end) = (ticks.now(), Instant::now() + Duration::from_secs(20));
        while Instant::now() < end {
            if ticks.now() > before + 3 {
                return true;
            }
            std::thread::sleep(TICK);
        }
        false
    }

    #[test]
    fn sleeps_without_guests_and_wakes_with_one() {
        let engine = Engine::default();
        let ticks = Ticks::start(&engine);
        for _ in 0..3 {
            let going = ticks.keep_going();
            assert!(passes(&ticks));
            drop(going);
            while !ticks.clock.asleep.load(Ordering::SeqCst) {
                std::thread::sleep(TICK);
            }
        }
    }
}

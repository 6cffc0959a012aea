//! One guest while it runs.

use std::{future::Future, pin::Pin, time::Duration};

use tieline_capabilities::{Finished, Mode, Run, RunSpec, Stop, bindings::ConnectorWorld};
use tieline_types::{Exceeded, Limit};
use wasmtime::Store;

use crate::{
    Package, Runtime,
    limiter::{self, Limiter},
    meter::{self, Meter},
    reuse::{Live, Owner, Taken},
    stop,
    ticks::Ticks,
    turns::Turns,
};

/// What a guest's store holds: its run, and what it used.
pub(crate) struct Guest {
    /// None between two calls.
    run: Option<Run>,
    pub(crate) meter: Meter,
    limiter: Limiter,
}

impl Guest {
    fn new(run: Run, ticks: &Ticks, turns: &Turns) -> Self {
        let (meter, limiter) = (Meter::new(ticks, turns, run.limits()), Limiter::new(run.limits()));
        Self { run: Some(run), meter, limiter }
    }

    /// Begins another call: with limits of its own, in the memory that is there.
    fn begin(&mut self, run: Run) {
        self.meter.begin(run.limits());
        self.limiter.begin(run.limits());
        self.run = Some(run);
    }

    /// Linear memory held now, in bytes.
    pub(crate) fn memory(&self) -> usize {
        self.limiter.memory()
    }
}

impl AsMut<Run> for Guest {
    fn as_mut(&mut self) -> &mut Run {
        self.run.as_mut().expect("a guest calls capabilities only while it is asked something")
    }
}

/// One question of the contract, put to an instance.
pub(crate) type Question<'a, T> = Pin<Box<dyn Future<Output = wasmtime::Result<T>> + Send + 'a>>;

impl Runtime {
    /// Puts a question to an instance: to one that handled an event of the same installation before, if there
    /// is one, else to a fresh one. An instance outlives a call only if the call ended well: a trap, a limit
    /// or a time-out drops it whole, and nothing of it reaches the next call.
    pub(crate) async fn ask<T: Send>(
        &self,
        package: &Package,
        spec: RunSpec,
        question: impl for<'a> FnOnce(&'a ConnectorWorld, &'a mut Store<Guest>) -> Question<'a, T> + Send,
    ) -> Finished<T> {
        let owner = Owner { installation: spec.installation.clone(), package: package.inspection.digest };
        // WASI's resources belong to the run, and code that was compiled for it keeps its own handles of them.
        let reusable = spec.mode == Mode::Handle && package.inspection.wasi.is_empty();
        let run = Run::new(spec);
        let limits = run.shared_limits();
        let mut seat = match self.instances.take(&owner, reusable).await {
            Taken::Kept(mut live) => {
                live.store.data_mut().begin(run);
                live
            }
            Taken::Place(place) => Live::new(self.store(run), owner, place),
        };
        let Live { store, world, .. } = &mut *seat;
        limiter::bound(store, &limits);
        let _ticks = self.ticks.keep_going();
        let polls = meter::arm(store);
        let asked = async {
            let world = match world {
                Some(world) => world,
                None => world.insert(package.pre.instantiate_async(&mut *store).await?),
            };
            question(world, store).await
        };
        let ended = tokio::time::timeout(Duration::from_millis(limits.wall_ms), polls.counted(asked)).await;
        let guest = store.data_mut();
        guest.meter.rest();
        let (cpu_ms, memory_bytes) = (guest.meter.used_ms(), guest.limiter.peak());
        let run = guest.run.take().expect("it was put there when the call began");
        let answer = match ended {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(stop::of(error, &limits)),
            Err(_) => Err(Stop::Limit(Exceeded::new(Limit::WALL, limits.wall_ms))),
        };
        if answer.is_ok() && reusable {
            self.instances.keep(seat);
        } else {
            drop(seat);
        }
        run.finish(answer, cpu_ms, memory_bytes).await
    }

    fn store(&self, run: Run) -> Store<Guest> {
        let mut store = Store::new(&self.engine, Guest::new(run, &self.ticks, &self.turns));
        store.limiter(|guest| &mut guest.limiter);
        meter::hook(&mut store);
        store
    }
}

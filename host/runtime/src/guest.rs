//! One guest while it runs.

use std::{future::Future, pin::Pin, time::Duration};

use tieline_capabilities::{Finished, Run, RunSpec, Stop, bindings::ConnectorWorld};
use wasmtime::Store;

use crate::{
    Package, Runtime,
    limiter::{Exceeded, Limiter},
    meter::{self, CpuExhausted, Meter},
};

/// What a guest's store holds: its run, and what it used.
pub(crate) struct Guest {
    run: Run,
    pub(crate) meter: Meter,
    limiter: Limiter,
}

impl AsMut<Run> for Guest {
    fn as_mut(&mut self) -> &mut Run {
        &mut self.run
    }
}

/// One question of the contract, put to an instance.
pub(crate) type Question<'a, T> = Pin<Box<dyn Future<Output = wasmtime::Result<T>> + Send + 'a>>;

impl Runtime {
    /// Puts a question to a fresh instance. The store lives for this call only: a trap, a limit or a time-out
    /// drops it whole, and nothing of it reaches the next call.
    pub(crate) async fn ask<T: Send>(
        &self,
        package: &Package,
        spec: RunSpec,
        question: impl for<'a> FnOnce(&'a ConnectorWorld, &'a mut Store<Guest>) -> Question<'a, T> + Send,
    ) -> Finished<T> {
        let slot = self.slots.acquire().await;
        let run = Run::new(spec, self.services.clone());
        let limits = run.limits().clone();
        let meter = Meter::new(&self.ticks, limits.cpu_ms);
        let mut store = Store::new(&self.engine, Guest { run, meter, limiter: Limiter::new(&limits) });
        store.limiter(|guest| &mut guest.limiter);
        meter::arm(&mut store);
        let asked = async {
            let instance = package.pre.instantiate_async(&mut store).await?;
            question(&instance, &mut store).await
        };
        let answer = match tokio::time::timeout(Duration::from_millis(limits.wall_ms), asked).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(stop(error)),
            Err(_) => Err(Stop::Wall { limit_ms: limits.wall_ms }),
        };
        let Guest { run, meter, limiter } = store.into_data();
        drop(slot);
        run.finish(answer, meter.used_ms(), limiter.peak()).await
    }
}

/// Names what ended a guest.
fn stop(error: wasmtime::Error) -> Stop {
    if let Some(CpuExhausted(limit_ms)) = error.downcast_ref() {
        return Stop::Cpu { limit_ms: *limit_ms };
    }
    match error.downcast_ref() {
        Some(Exceeded::Memory(limit_bytes)) => return Stop::Memory { limit_bytes: *limit_bytes },
        Some(Exceeded::Tables(limit_elements)) => return Stop::Tables { limit_elements: *limit_elements },
        None => {}
    }
    match error.downcast_ref::<wasmtime::Trap>() {
        Some(trap) => Stop::Trapped { reason: trap.to_string() },
        None => Stop::Host(error.into()),
    }
}

//! The sandbox: reads packages, compiles them once, and asks guests the contract's questions within limits.
//!
//! Guests run in fibers of the host's threads. Whatever a guest does (spin, trap, eat memory), the call ends
//! with a typed [`Stop`], its memory goes back to the pool, and the next guest finds a clean instance.

mod ask;
mod cache;
mod convert;
mod engine;
mod guest;
mod limiter;
mod meter;
mod package;
#[cfg(test)]
mod package_tests;
mod reuse;
mod shape;
mod stop;
mod ticks;
mod turns;

use std::path::PathBuf;

pub use tieline_capabilities::Stop;
use tieline_types::{Digest, Doors, Limits};
use wasmtime::{Engine, component::Linker};

pub use ask::{
    ActionCall, Failure, PlanResult, PlannedSubscription, PlannedTimer, PlannedWebhook, ViewAnswer, said,
};
pub use engine::EngineError;
pub use package::{Inspection, Package, PackageError, inspect};

use cache::CompiledCache;
use guest::Guest;
use reuse::Instances;
use ticks::Ticks;
use turns::Turns;

/// What a runtime is made of.
pub struct RuntimeOptions {
    /// Where compiled code is kept between starts.
    pub cache_dir: PathBuf,
    /// Authenticates the compiled code that the host itself wrote: nothing else is ever mapped as code.
    pub cache_key: [u8; 32],
    /// Guests at the same time.
    pub instances: u32,
    /// The most that any grant may allow: the engine's pool has room for so much.
    pub limits: Limits,
    /// The largest packages that are read.
    pub doors: Doors,
    /// Whether an instance may handle further events of its installation.
    pub reuse: bool,
}

/// The places for guests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// With a guest at work.
    pub busy: usize,
    /// With one that waits for another call of its installation.
    pub idle: usize,
    /// Empty.
    pub free: usize,
}

/// The engine with everything linked. Cheap to share; guests of all tenants run in it side by side and
/// share nothing.
pub struct Runtime {
    engine: Engine,
    linker: Linker<Guest>,
    cache: CompiledCache,
    instances: Instances,
    places: usize,
    ticks: Ticks,
    turns: Turns,
    limits: Limits,
    doors: Doors,
}

impl Runtime {
    /// Starts an engine.
    ///
    /// # Errors
    /// When the machine allows neither a pool nor single instances, or the cache cannot be made.
    pub fn new(options: RuntimeOptions) -> Result<Self, EngineError> {
        let engine = engine::start(options.instances, &options.limits)?;
        let mut linker = Linker::new(&engine);
        tieline_capabilities::add_to_linker(&mut linker).map_err(EngineError::link)?;
        let cache = CompiledCache::open(&options.cache_dir, &engine, options.cache_key)
            .map_err(EngineError::Cache)?;
        let (ticks, turns) = (Ticks::start(&engine), Turns::of_this_machine());
        let instances = Instances::new(options.instances, options.reuse);
        let places = options.instances as usize;
        let RuntimeOptions { limits, doors, .. } = options;
        Ok(Self { engine, linker, cache, instances, places, ticks, turns, limits, doors })
    }

    /// Removes a package's compiled code. One that is needed after all is compiled again.
    pub fn forget(&self, package: &Digest) {
        if let Err(error) = self.cache.remove(*package) {
            tracing::warn!(%package, %error, "compiled code could not be removed");
        }
    }

    /// The places for guests, as they are now.
    pub fn places(&self) -> Places {
        let (idle, free) = self.instances.idle_and_free();
        Places { busy: self.places.saturating_sub(idle + free), idle, free }
    }

    /// Drops the instances that nobody asked for in a while. To be called now and then.
    pub fn trim(&self) {
        self.instances.trim();
    }
}

//! The engine and its settings.

use tieline_types::Limits;
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Strategy};

/// Why there is no engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Neither pooled nor single allocation works on this machine.
    #[error("starting the WebAssembly engine failed")]
    Start(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A fault of the host's own list of capabilities.
    #[error("linking the capabilities failed")]
    Link(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The folder of compiled code cannot be used.
    #[error("opening the cache of compiled code failed")]
    Cache(#[source] std::io::Error),
}

impl EngineError {
    pub(crate) fn link(error: wasmtime::Error) -> Self {
        Self::Link(error.into())
    }
}

/// Starts an engine with a pool for so many guests; where the machine's address space is too small for the
/// pool, each guest allocates for itself, slower but as safe.
pub(crate) fn start(instances: u32, limits: &Limits) -> Result<Engine, EngineError> {
    let mut config = settings();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(instances, limits)));
    Engine::new(&config).or_else(|error| {
        tracing::warn!(%error, "no instance pool on this machine; guests allocate one by one");
        Engine::new(&settings()).map_err(|error| EngineError::Start(error.into()))
    })
}

fn settings() -> Config {
    let mut config = Config::new();
    config
        .strategy(Strategy::Cranelift)
        .epoch_interruption(true)
        .memory_init_cow(true)
        // The fiber's stack holds the guest's and the host functions' frames.
        .max_wasm_stack(512 << 10)
        .async_stack_size(2 << 20)
        // Nothing that no supported guest language needs.
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .concurrency_support(false)
        .wasm_backtrace_details(wasmtime::WasmBacktraceDetails::Disable);
    config
}

/// Room for so many guests at the most that any grant may allow each, so that no guest finds the pool empty:
/// what is reserved is address space, and counts.
fn pool(instances: u32, limits: &Limits) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(instances)
        .total_core_instances(instances.saturating_mul(limits.core_instances))
        .total_memories(instances.saturating_mul(limits.memories))
        .total_tables(instances.saturating_mul(limits.tables))
        .total_stacks(instances.saturating_mul(2))
        .max_core_instances_per_component(limits.core_instances)
        .max_memories_per_component(limits.memories)
        .max_memories_per_module(limits.memories)
        .max_tables_per_component(limits.tables)
        .max_tables_per_module(limits.tables)
        .table_elements(limits.table_elements)
        .max_memory_size(limits.memory_bytes)
        // Pages kept by a slot between guests: resetting them is cheaper than faulting them in again.
        .linear_memory_keep_resident(2 << 20)
        .table_keep_resident(16 << 10)
        // Where the kernel can tell which pages were written, only those are reset.
        .pagemap_scan(Enabled::Auto)
        // Giving pages back interrupts the other processors; done for many slots at once it costs little.
        .decommit_batch_size(32);
    pool
}

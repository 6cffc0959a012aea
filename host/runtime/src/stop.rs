//! What ended a guest, by name.

use tieline_capabilities::{HostFault, Stop, tape::TapeEnded, wasi};
use tieline_types::{Exceeded, Limit, Limits};

/// The engine's own words for limits that it enforces and does not name by a type. A hostile guest for each of
/// them shows that they are still its words.
const WORDS: [(&str, Limit); 8] = [
    ("fuel allocated for hostcalls has been exhausted", Limit::HOST_CALL_BYTES),
    ("store handle limit exceeded", Limit::HANDLES),
    ("instance count too high", Limit::CORE_INSTANCES),
    ("memory count too high", Limit::MEMORIES),
    ("table count too high", Limit::TABLES),
    // When it compiles: what it makes over and over, which only the engine counts.
    ("core module instances, which exceeds", Limit::CORE_INSTANCES),
    ("Wasm linear memories, which exceeds", Limit::MEMORIES),
    ("tables, which exceeds", Limit::TABLES),
];

/// Names what ended a guest that ran within these limits.
pub(crate) fn of(error: wasmtime::Error, limits: &Limits) -> Stop {
    if let Some(exceeded) = error.downcast_ref::<Exceeded>() {
        return Stop::Limit(*exceeded);
    }
    if let Some(TapeEnded(problem)) = error.downcast_ref() {
        return Stop::Recorded(problem.clone());
    }
    if let Some(trap) = error.downcast_ref::<wasmtime::Trap>() {
        return Stop::Trapped { reason: trap.to_string() };
    }
    if let Some(exceeded) = in_words(&error, limits) {
        return Stop::Limit(exceeded);
    }
    if wasi::held_too_many(&error) {
        return Stop::Limit(Exceeded::new(Limit::HANDLES, limits.handles));
    }
    if let Some(reason) = wasi::ended_itself(&error) {
        return Stop::Trapped { reason };
    }
    let words = error.root_cause().to_string();
    if is_ours(&error) {
        return Stop::Host(error.into());
    }
    // It broke the rules by which components talk: a pointer beyond its memory, text that is none.
    Stop::Trapped { reason: words }
}

/// The limit that the engine names in words.
pub(crate) fn in_words(error: &wasmtime::Error, limits: &Limits) -> Option<Exceeded> {
    let words = error.root_cause().to_string();
    let (_, limit) = WORDS.iter().find(|(part, _)| words.contains(part))?;
    Some(Exceeded { limit: *limit, allowed: allowed(*limit, limits) })
}

/// Whether a guest could do nothing about it.
fn is_ours(error: &wasmtime::Error) -> bool {
    error.is::<HostFault>()
        || error.is::<wasmtime::PoolConcurrencyLimitError>()
        || error.root_cause().is::<std::io::Error>()
        || error.root_cause().is::<serde_json::Error>()
}

fn allowed(limit: Limit, limits: &Limits) -> u64 {
    match limit {
        Limit::HOST_CALL_BYTES => limits.host_call_bytes as u64,
        Limit::HANDLES => limits.handles as u64,
        Limit::CORE_INSTANCES => limits.core_instances.into(),
        Limit::MEMORIES => limits.memories.into(),
        _ => limits.tables.into(),
    }
}

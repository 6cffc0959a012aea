//! What ended a guest, by name.

use tieline_capabilities::{Stop, tape::TapeEnded};
use tieline_types::{Exceeded, Limit, Limits};

/// The engine's own words for limits that it enforces and does not name by a type. A hostile guest for each of
/// them shows that they are still its words.
const WORDS: [(&str, Limit); 5] = [
    ("fuel allocated for hostcalls has been exhausted", Limit::HOST_CALL_BYTES),
    ("store handle limit exceeded", Limit::HANDLES),
    ("instance count too high", Limit::CORE_INSTANCES),
    ("memory count too high", Limit::MEMORIES),
    ("table count too high", Limit::TABLES),
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
    let words = error.root_cause().to_string();
    match WORDS.iter().find(|(part, _)| words.contains(part)) {
        Some((_, limit)) => Stop::Limit(Exceeded { limit: *limit, allowed: allowed(*limit, limits) }),
        None => Stop::Host(error.into()),
    }
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

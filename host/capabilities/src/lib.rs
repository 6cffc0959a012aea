//! What a connector may call: one folder a capability, each of them bindings, a view over the run, and one
//! line in [`add_to_linker`].
//!
//! A capability answers a refusal; it never kills the guest for asking. Only faults of the host trap.
//! Capabilities do not know each other: what they share is the [`run`] (its transaction, its journal) and
//! the [`outbound`] call.

pub mod activity;
pub mod alert;
pub mod bindings;
pub mod clock;
pub mod dataset;
pub mod events;
pub mod graph;
pub mod http_out;
pub mod log;
mod outbound;
pub mod random;
pub mod run;
pub mod schedule;
mod services;
pub mod storage;
pub mod tape;
pub mod wasi;

use wasmtime::component::Linker;

pub use outbound::{
    circuits::{Circuits, News, Park},
    effects::EffectMemory,
    governor::Governor,
};
pub use run::{
    Mode, Run, RunSpec, Tables,
    allowance::Allowance,
    fault::HostFault,
    finished::{Finished, Stop, Usage},
    journal::Journal,
    news, timers,
    transaction::Transaction,
};
pub use services::Services;
pub use tape::{Left, Source};

/// Links every capability of the contract, for guests whose state holds a [`Run`].
///
/// # Errors
/// When a name is linked twice: a fault of this list.
pub fn add_to_linker<T: AsMut<Run> + Send + 'static>(linker: &mut Linker<T>) -> wasmtime::Result<()> {
    graph::add_to_linker(linker)?;
    http_out::add_to_linker(linker)?;
    storage::add_to_linker(linker)?;
    events::add_to_linker(linker)?;
    schedule::add_to_linker(linker)?;
    activity::add_to_linker(linker)?;
    dataset::add_to_linker(linker)?;
    alert::add_to_linker(linker)?;
    log::add_to_linker(linker)?;
    clock::add_to_linker(linker)?;
    random::add_to_linker(linker)?;
    wasi::add_to_linker(linker)?;
    Ok(())
}

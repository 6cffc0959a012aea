//! Running a recorded run again, without the world: the same sandbox, and a tape in place of every answer.

mod difference;
mod file;

use std::sync::Arc;

use bytes::Bytes;
use tieline_capabilities::{Allowance, EffectMemory, Left, Mode, RunSpec, Source, tape::Player};
use tieline_runtime::{EngineError, PackageError, Runtime, RuntimeOptions, said};
use tieline_types::{
    Doors, Limits, Rights,
    tape::{FORMAT, Tape},
};

pub(crate) use difference::Difference;
pub(crate) use file::{FileError, RunFile, own};

/// So much more time than the recorded run had: a machine that is slower than the one that recorded is no difference.
const SLOWER: u64 = 8;
/// At least so much, in milliseconds, for a run that ended in its time. Reading a tape counts as time of the guest,
/// and beside a small limit that may be most of it.
const LEAST: u64 = 10_000;

/// Why a tape cannot be played.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReplayError {
    /// Written by a version with other tapes.
    #[error("the tape has the form {0}, and this version plays {FORMAT}")]
    Format(u32),
    /// No place for compiled code.
    #[error("making a temporary folder failed")]
    Folder(#[source] std::io::Error),
    /// No sandbox.
    #[error("starting the sandbox failed")]
    Engine(#[from] EngineError),
    /// The package does not load.
    #[error("loading the package failed")]
    Package(#[from] PackageError),
}

/// Runs `package` on a tape. Needs no network, no store and no host.
pub(crate) async fn play(tape: &Tape, package: Bytes) -> Result<Difference, ReplayError> {
    if tape.head.format != FORMAT {
        return Err(ReplayError::Format(tape.head.format));
    }
    let folder = tempfile::tempdir().map_err(ReplayError::Folder)?;
    let limits = limits(tape);
    let runtime = Arc::new(Runtime::new(RuntimeOptions {
        cache_dir: folder.path().to_owned(),
        // The folder is ours alone, and gone with this process.
        cache_key: [0; 32],
        instances: 1,
        limits: limits.clone(),
        doors: Doors::default(),
        reuse: false,
    })?);
    let package = runtime.load(package).await?;
    let head = &tape.head;
    let same_code = package.inspection.digest == head.package;
    let spec = RunSpec {
        mode: Mode::Handle,
        installation: head.event.installation.clone(),
        // What it may do was decided then, and stands on the tape.
        rights: Arc::new(Rights::default()),
        limits: Arc::new(Allowance::new(limits)),
        tables: Default::default(),
        event: None,
        actor: head.event.actor.clone(),
        effects: EffectMemory::default(),
        seed: *head.event.id.as_bytes(),
        source: Source::tape(Player::new(tape)),
    };
    let config = Arc::new(head.config.clone());
    let finished = runtime.handle(&package, spec, &config, &head.event, &head.delivery).await;
    let calls = match finished.left {
        Left::Compared(calls) => calls,
        Left::Nothing | Left::Recorded(_) => Vec::new(),
    };
    Ok(Difference::new(calls, head.said.clone(), said(&finished.answer), same_code))
}

/// The limits of the recorded run, with more time: a replay never ends earlier than the run did. One that time ended
/// goes on until its tape ends; one that computed behind its last call until it was stopped does so again.
fn limits(tape: &Tape) -> Limits {
    let least = if tape.head.said.is_of_time() { 0 } else { LEAST };
    let longer = |recorded: u64| recorded.saturating_mul(SLOWER).max(least);
    let Limits { cpu_ms, wall_ms, .. } = tape.head.limits;
    Limits { cpu_ms: longer(cpu_ms), wall_ms: longer(wall_ms), ..tape.head.limits.clone() }
}

//! How a run ended.

use std::time::Duration;

use tieline_types::{
    EventRef, Exceeded, Problem, Timestamp,
    run::{RunOutcome, RunRecord, TapeState},
};

use super::{journal::Journal, transaction::Transaction};
use crate::{EffectMemory, Left, Park};

/// A run that ended, with everything that must be settled.
pub struct Finished<T> {
    /// What the guest answered, or why it was stopped.
    pub answer: Result<T, Stop>,
    /// What it wants written; to be committed with its success and with nothing else.
    pub transaction: Transaction,
    /// What it did upstream; to be committed whatever the answer.
    pub effects: EffectMemory,
    /// Whether a mutating call may or may not have been carried out.
    pub in_doubt: bool,
    /// A connection cannot be used now: the event waits for it.
    pub park: Option<Park>,
    /// The host refused a call for so long: the event waits without spending an attempt.
    pub throttled: Option<Duration>,
    /// What it did.
    pub journal: Journal,
    /// What it used.
    pub usage: Usage,
    /// What it left on tape.
    pub left: Left,
}

impl<T> Finished<T> {
    /// The journal entry of this run.
    pub fn record(
        &mut self,
        event: EventRef,
        attempt: u32,
        started: Timestamp,
        outcome: RunOutcome,
    ) -> RunRecord {
        let journal = std::mem::take(&mut self.journal);
        RunRecord {
            event,
            attempt,
            started,
            duration_us: u64::try_from(self.usage.duration.as_micros()).unwrap_or(u64::MAX),
            cpu_ms: self.usage.cpu_ms,
            memory_bytes: self.usage.memory_bytes,
            outcome,
            calls: journal.calls,
            log: journal.log,
            log_dropped: journal.log_dropped,
            denials_dropped: journal.denials_dropped,
            tape: TapeState::Off,
        }
    }
}

/// What a run used.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// Time inside guest code, in milliseconds, to the epoch tick.
    pub cpu_ms: u64,
    /// The most linear memory held at once, in bytes.
    pub memory_bytes: u64,
    /// From start to end, upstream calls included.
    pub duration: Duration,
}

/// Why the host stopped a guest.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// It used more than it may.
    #[error(transparent)]
    Limit(Exceeded),
    /// The guest trapped.
    #[error("the connector trapped: {reason}")]
    Trapped {
        /// The trap's own words.
        reason: String,
    },
    /// The run that is replayed was stopped here.
    #[error("the recorded run ended here")]
    Recorded(Problem),
    /// The host could not run it.
    #[error("the host failed to run the connector")]
    Host(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Stop {
    /// The same for people and programs.
    pub fn problem(&self) -> Problem {
        let (code, remedy) = match self {
            Self::Limit(exceeded) => return exceeded.problem(),
            Self::Trapped { .. } => {
                ("guest.trapped", "Report it to the connector's vendor with this run's journal.")
            }
            Self::Recorded(problem) => return problem.clone(),
            Self::Host(_) => ("host.fault", "Look into the host's log."),
        };
        Problem::new(code, self.to_string()).remedy(remedy)
    }
}

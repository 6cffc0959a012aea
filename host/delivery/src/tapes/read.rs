//! Giving a tape out again.

use tieline_types::{
    EventId, Problem, TenantId,
    run::{RunRecord, TapeState},
    tape::TapedRun,
};

use super::{Tapes, place, purpose};
use crate::{Host, HostError};

impl Host {
    /// The tape of one run of an event: of its last attempt, or of the last with this number.
    pub(crate) async fn show_tape(
        &self,
        tenant: &TenantId,
        id: EventId,
        attempt: Option<u32>,
    ) -> Result<TapedRun, HostError> {
        let runs = self.show_event(tenant, id).await?.runs;
        let run = runs.into_iter().rfind(|run| attempt.is_none_or(|attempt| attempt == run.attempt));
        let run = run.ok_or_else(|| match attempt {
            Some(attempt) => HostError::NotFound { what: format!("attempt {attempt} of event {id}") },
            None => HostError::NotFound { what: format!("a run of event {id}") },
        })?;
        self.tapes.read(run).await
    }
}

impl Tapes {
    pub(crate) async fn read(&self, run: RunRecord) -> Result<TapedRun, HostError> {
        if let Some(problem) = unkept(&run) {
            return Err(HostError::Failed { problem });
        }
        let found = self.services.store.get(&place(&run)).await;
        let found = found.map_err(|error| HostError::store("reading a tape", error))?;
        let sealed = found.ok_or_else(|| HostError::Failed { problem: gone() })?;
        let tenant = &run.event.installation.tenant;
        let internal = |source| HostError::Internal { doing: "opening a tape", source };
        let opened = self.vault.unseal_content(tenant, &purpose(&run), &sealed.bytes).await;
        let opened = opened.map_err(|error| internal(Box::new(error)))?;
        let tape = serde_json::from_slice(&opened).map_err(|error| internal(Box::new(error)))?;
        Ok(TapedRun { run, tape })
    }
}

/// Why there is no tape, if there never was one.
fn unkept(run: &RunRecord) -> Option<Problem> {
    let attempt = run.attempt;
    match run.tape {
        TapeState::Whole { .. } => None,
        TapeState::Off => Some(
            Problem::new(
                "tape.none",
                format!("Only the shape of attempt {attempt} was kept, so it cannot be replayed."),
            )
            .remedy("Set journal = \"full\" at the installation and apply it: later runs can be replayed."),
        ),
        TapeState::Cut { limit } => Some(
            Problem::new(
                "tape.cut",
                format!("The tape of attempt {attempt} was longer than {limit} bytes, so it was not kept."),
            )
            .remedy("Look at the shapes of its calls; a run that asks and is told less can be replayed."),
        ),
    }
}

fn gone() -> Problem {
    Problem::new(
        "tape.gone",
        "The tape was deleted: tapes are kept for seven days, and as far as the quota goes.",
    )
    .remedy("Raise journal_bytes in [tenant.quotas], and export runs that must be kept for longer.")
}

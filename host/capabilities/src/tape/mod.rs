//! Where the answers to a guest's calls come from: from the world, or from the tape of an earlier run.
//!
//! Every function of the contract asks [`Run::asked`] before it does anything, and gives what it answers to
//! [`Run::told`]. Between the two lies the world, which a replayed run never reaches.

mod plain;
mod player;
#[cfg(test)]
mod player_tests;
mod recorder;

use std::{fmt, sync::Arc};

use serde::{Serialize, de::DeserializeOwned};

use crate::{Services, run::Run};
pub(crate) use plain::Plain;
pub use player::{Compared, Heard, Player, TapeEnded};
pub use recorder::{Recorded, Recorder};

/// Where the answers to a guest's calls come from.
pub enum Source {
    /// The host's services.
    Live {
        /// What capabilities stand on.
        services: Arc<Services>,
        /// Writes down what is asked and told; none where nobody wants to know.
        recorder: Option<Box<Recorder>>,
    },
    /// The tape of an earlier run: nothing is read, written or sent.
    Tape(Box<Player>),
}

/// What a run leaves on tape.
#[derive(Debug)]
pub enum Left {
    /// Nothing was to be kept.
    Nothing,
    /// What was recorded.
    Recorded(Recorded),
    /// How the run compares with the one on the tape.
    Compared(Vec<Compared>),
}

impl Source {
    /// The world.
    pub fn live(services: Arc<Services>) -> Self {
        Self::Live { services, recorder: None }
    }

    /// The world, with a tape running.
    pub fn recorded(services: Arc<Services>) -> Self {
        Self::Live { services, recorder: Some(Box::default()) }
    }

    /// A tape in place of the world.
    pub fn tape(player: Player) -> Self {
        Self::Tape(Box::new(player))
    }

    /// What capabilities stand on. A call that a tape answers never gets so far.
    pub(crate) fn services(&self) -> &Arc<Services> {
        match self {
            Self::Live { services, .. } => services,
            Self::Tape(_) => unreachable!("a call is answered by the tape before it needs a service"),
        }
    }

    pub(crate) fn leave(self) -> Left {
        match self {
            Self::Live { recorder: None, .. } => Left::Nothing,
            Self::Live { recorder: Some(recorder), .. } => Left::Recorded(recorder.finish()),
            Self::Tape(player) => Left::Compared(player.finish()),
        }
    }
}

impl Run {
    /// A guest asks for something. The answer, where a tape gives it; none: find it out, and give it to
    /// [`told`](Self::told). `unheard` is the answer to a call that the tape knows nothing of.
    ///
    /// # Errors
    /// When the tape ends here: the guest is stopped as it was then.
    pub(crate) fn asked<T: DeserializeOwned>(
        &mut self,
        call: &'static str,
        about: fmt::Arguments<'_>,
        asked: &impl Serialize,
        unheard: impl FnOnce() -> T,
    ) -> wasmtime::Result<Option<T>> {
        match &mut self.spec.source {
            Source::Live { recorder: None, .. } => Ok(None),
            Source::Live { recorder: Some(recorder), .. } => {
                recorder.asked(call, about, asked);
                Ok(None)
            }
            Source::Tape(player) => Ok(Some(player.answer(call, about, asked)?.unwrap_or_else(unheard))),
        }
    }

    /// What the guest is told about what it [`asked`](Self::asked) last.
    pub(crate) fn told(&mut self, told: &impl Serialize) {
        if let Source::Live { recorder: Some(recorder), .. } = &mut self.spec.source {
            recorder.told(told);
        }
    }

    /// What capabilities stand on.
    pub(crate) fn services(&self) -> &Arc<Services> {
        self.spec.source.services()
    }
}

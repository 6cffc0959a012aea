//! Playing a tape: each call finds its counterpart in the recorded run.

use std::fmt;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use tieline_types::{
    Problem,
    tape::{Said, Tape, TapedCall},
};

/// Answers a guest from a tape, and notes how what it asks differs from what was asked then.
pub struct Player {
    calls: Vec<Place>,
    /// Behind the last place on the tape that was found: nothing from here on was played.
    reached: usize,
    /// Places that were not played yet.
    left: usize,
    heard: Vec<Compared>,
    /// How the recorded run was stopped, if it was.
    stopped: Option<Problem>,
    /// Whether its time was up: where the tape ends, so does the run.
    out_of_time: bool,
}

struct Place {
    recorded: TapedCall,
    played: bool,
}

/// A call of the replayed run beside its counterpart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// Which function: `storage.put`.
    pub call: String,
    /// What it was about.
    pub about: String,
    /// How it compares.
    pub how: Heard,
    /// What was asked on the tape, where that differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<Value>,
    /// What was asked now, where that differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Value>,
}

/// How a call compares with the tape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Heard {
    /// Asked just so.
    Same,
    /// Asked just so, but not in this order.
    Moved,
    /// Asked about the same, with other content. The answer was the recorded one.
    Changed,
    /// Not on the tape. It was answered as if nothing were there.
    New,
    /// On the tape only.
    Missing,
}

/// The tape ends where the recorded run was stopped.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the recorded run was stopped here: {0}")]
pub struct TapeEnded(pub Problem);

impl Player {
    /// A tape from its begin.
    pub fn new(tape: &Tape) -> Self {
        let place = |recorded: &TapedCall| Place { recorded: recorded.clone(), played: false };
        let stopped = match &tape.head.said {
            Said::Stopped { problem } => Some(problem.clone()),
            _ => None,
        };
        Self {
            calls: tape.calls.iter().map(place).collect(),
            reached: 0,
            left: tape.calls.len(),
            heard: Vec::new(),
            stopped,
            out_of_time: tape.head.said.is_of_time(),
        }
    }

    /// The recorded answer; none: the tape knows nothing of such a call.
    ///
    /// # Errors
    /// [`TapeEnded`] where the recorded run went no further; or when the tape does not hold what it should.
    pub(crate) fn answer<T: DeserializeOwned>(
        &mut self,
        call: &str,
        about: fmt::Arguments<'_>,
        asked: &impl Serialize,
    ) -> wasmtime::Result<Option<T>> {
        let asked = serde_json::to_value(asked)?;
        let about = about.to_string();
        let Some(at) = self.counterpart(call, &about, &asked) else {
            return match self.unheard(call, about, asked)? {
                Some(told) => Ok(Some(serde_json::from_value(told)?)),
                None => Ok(None),
            };
        };
        let place = &mut self.calls[at];
        place.played = true;
        self.left -= 1;
        let (how, then, now) = if place.recorded.asked != asked {
            (Heard::Changed, Some(place.recorded.asked.clone()), Some(asked))
        } else if at < self.reached {
            (Heard::Moved, None, None)
        } else {
            (Heard::Same, None, None)
        };
        self.reached = self.reached.max(at + 1);
        self.heard.push(Compared { call: call.into(), about, how, then, now });
        match &self.calls[at].recorded.told {
            Some(told) => Ok(Some(T::deserialize(told)?)),
            None => Err(self.end().into()),
        }
    }

    /// The next place on the tape, if it asked just this. Else the first call that was not played yet and asked just
    /// this; else the first that was about the same.
    fn counterpart(&self, call: &str, about: &str, asked: &Value) -> Option<usize> {
        let next = self.calls.get(self.reached).map(|place| &place.recorded);
        if next.is_some_and(|recorded| recorded.call == call && recorded.asked == *asked) {
            return Some(self.reached);
        }
        if self.left == 0 {
            return None;
        }
        let find = |like: &dyn Fn(&TapedCall) -> bool| {
            self.calls.iter().position(|p| !p.played && p.recorded.call == call && like(&p.recorded))
        };
        find(&|recorded| recorded.asked == *asked).or_else(|| find(&|recorded| recorded.about == about))
    }

    /// A call without a counterpart. One that was asked before is answered as it was then.
    fn unheard(&mut self, call: &str, about: String, asked: Value) -> wasmtime::Result<Option<Value>> {
        if self.out_of_time && self.left == 0 {
            return Err(self.end().into());
        }
        let before = self.calls.iter().rev().find(|p| p.recorded.call == call && p.recorded.asked == asked);
        let told = before.and_then(|place| place.recorded.told.clone());
        self.heard.push(Compared { call: call.into(), about, how: Heard::New, then: None, now: Some(asked) });
        Ok(told)
    }

    fn end(&self) -> TapeEnded {
        TapeEnded(self.stopped.clone().unwrap_or_else(|| {
            Problem::new("tape.ended", "The recorded run ended before this call was answered.")
        }))
    }

    /// Every call of both runs: those of this run in order, then those that it did not make.
    pub(crate) fn finish(self) -> Vec<Compared> {
        let missing = self.calls.into_iter().filter(|place| !place.played).map(|place| Compared {
            call: place.recorded.call,
            about: place.recorded.about,
            how: Heard::Missing,
            then: Some(place.recorded.asked),
            now: None,
        });
        self.heard.into_iter().chain(missing).collect()
    }
}

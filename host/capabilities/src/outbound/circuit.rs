//! When a connection is left alone: a pure state machine over what its calls came to.
//!
//! Closed, calls pass. After [`FAILURES`] calls in a row that the upstream did not answer as it should, or at
//! once when the connection needs a person, it opens: calls are refused unsent. After a pause one is let
//! through; its answer closes the circuit, its failure opens it for twice as long.

use std::time::Duration;

use tieline_types::{ConnectionName, Problem, Timestamp};

/// So many failures in a row open a circuit. More than an event has attempts, so that one event that an
/// upstream cannot stomach does not cut off all others.
const FAILURES: u32 = 10;
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);
/// A call that was let through and never heard of again does not keep the circuit open for ever.
const TRY_LASTS: Duration = Duration::from_secs(2 * 60);

/// What a call came to, as far as it says something about its connection.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    /// The upstream answered, be it with a refusal.
    Answered,
    /// The upstream could not be reached, did not answer in time, or had a fault: how.
    Failed(String),
    /// The upstream gives nothing to anybody for so long.
    Exhausted(Problem, Duration),
    /// The connection needs a person.
    Unusable(Problem),
    /// It says nothing about the connection.
    Unknown,
}

/// A call that is not sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refused {
    /// Why.
    pub(crate) problem: Problem,
    /// When to ask again.
    pub(crate) until: Timestamp,
}

/// What the outcome of a call changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Changed {
    Opened,
    Closed,
}

/// One connection's circuit.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Circuit(State);

#[derive(Debug, Clone, PartialEq)]
enum State {
    Closed {
        failures: u32,
    },
    Open {
        pauses: u32,
        refused: Refused,
    },
    /// One call was let through.
    Trying {
        pauses: u32,
        refused: Refused,
    },
}

impl Default for State {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

impl Circuit {
    /// Whether a call may pass now. One that `insists` always may: somebody tests the connection.
    pub(crate) fn admit(&mut self, insists: bool, now: Timestamp) -> Result<(), Refused> {
        match &mut self.0 {
            State::Closed { .. } => Ok(()),
            State::Open { pauses, refused } | State::Trying { pauses, refused }
                if insists || refused.until <= now =>
            {
                let until = now.after(TRY_LASTS);
                let refused = Refused { until, problem: refused.problem.clone() };
                self.0 = State::Trying { pauses: *pauses, refused };
                Ok(())
            }
            State::Open { refused, .. } => Err(refused.clone()),
            State::Trying { refused, .. } => {
                Err(Refused { until: now.after(FIRST_PAUSE), problem: refused.problem.clone() })
            }
        }
    }

    /// Takes note of what a call came to. A call that began before the circuit opened changes nothing.
    pub(crate) fn report(
        &mut self,
        name: &ConnectionName,
        outcome: Outcome,
        now: Timestamp,
    ) -> Option<Changed> {
        let pauses = match (&mut self.0, &outcome) {
            (State::Closed { failures }, Outcome::Answered) => {
                *failures = 0;
                return None;
            }
            (State::Closed { failures }, Outcome::Failed(_)) => {
                *failures += 1;
                if *failures < FAILURES {
                    return None;
                }
                0
            }
            (State::Closed { .. }, Outcome::Unusable(_) | Outcome::Exhausted(..)) => 0,
            (State::Closed { .. }, Outcome::Unknown) | (State::Open { .. }, _) => return None,
            (State::Trying { .. }, Outcome::Answered) => {
                *self = Self::default();
                return Some(Changed::Closed);
            }
            (State::Trying { pauses, refused }, Outcome::Unknown) => {
                let refused = Refused { until: now.after(FIRST_PAUSE), problem: refused.problem.clone() };
                self.0 = State::Open { pauses: *pauses, refused };
                return None;
            }
            (
                State::Trying { pauses, .. },
                Outcome::Failed(_) | Outcome::Unusable(_) | Outcome::Exhausted(..),
            ) => *pauses,
        };
        let pause = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(pauses)).min(LONGEST_PAUSE);
        let (problem, pause) = match outcome {
            Outcome::Exhausted(problem, pause) => (problem, pause),
            Outcome::Unusable(problem) => (problem, pause),
            Outcome::Failed(how) => (failing(name, &how), pause),
            Outcome::Answered | Outcome::Unknown => return None,
        };
        let refused = Refused { problem, until: now.after(pause) };
        self.0 = State::Open { pauses: pauses.saturating_add(1), refused };
        Some(Changed::Opened)
    }

    /// Why calls are refused, while they are.
    pub(crate) fn refusal(&self) -> Option<&Refused> {
        match &self.0 {
            State::Closed { .. } => None,
            State::Open { refused, .. } | State::Trying { refused, .. } => Some(refused),
        }
    }

    /// Whether nothing is remembered of it.
    pub(crate) fn is_new(&self) -> bool {
        *self == Self::default()
    }
}

fn failing(name: &ConnectionName, how: &str) -> Problem {
    let message = format!("The upstream of `{name}` fails again and again: {how}.");
    Problem::new("connection.failing", message).remedy(
        "It is tried again by itself, with growing pauses; events wait meanwhile. `tieline check` tries at once.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name() -> ConnectionName {
        "crm".parse().unwrap()
    }

    fn failed() -> Outcome {
        Outcome::Failed("503".into())
    }

    fn opened(now: Timestamp) -> Circuit {
        let mut circuit = Circuit::default();
        for _ in 0..FAILURES {
            circuit.report(&name(), failed(), now);
        }
        circuit
    }

    #[test]
    fn opens_on_failures_in_a_row_and_not_on_others() {
        let (mut circuit, now) = (Circuit::default(), Timestamp(0));
        for _ in 1..FAILURES {
            assert_eq!(circuit.report(&name(), failed(), now), None);
        }
        circuit.report(&name(), Outcome::Answered, now);
        for _ in 1..FAILURES {
            assert_eq!(circuit.report(&name(), failed(), now), None);
        }
        assert_eq!(circuit.report(&name(), failed(), now), Some(Changed::Opened));
        assert_eq!(circuit.admit(false, now).unwrap_err().problem.code, "connection.failing");
    }

    #[test]
    fn opens_at_once_when_a_person_is_needed() {
        let mut circuit = Circuit::default();
        let outcome = Outcome::Unusable(Problem::new("secret.expired", ""));
        assert_eq!(circuit.report(&name(), outcome, Timestamp(0)), Some(Changed::Opened));
        assert_eq!(circuit.admit(false, Timestamp(0)).unwrap_err().problem.code, "secret.expired");
    }

    #[test]
    fn what_is_exhausted_is_left_alone_for_as_long_as_it_says() {
        let (mut circuit, quarter) = (Circuit::default(), Duration::from_secs(900));
        let exhausted = || Outcome::Exhausted(Problem::new("crm.exhausted", ""), quarter);
        assert_eq!(circuit.report(&name(), exhausted(), Timestamp(0)), Some(Changed::Opened));
        let later = Timestamp(0).after(quarter);
        assert_eq!(circuit.admit(false, Timestamp(0)).unwrap_err().until, later);
        circuit.admit(false, later).unwrap();
        assert_eq!(circuit.report(&name(), exhausted(), later), Some(Changed::Opened));
        assert_eq!(circuit.refusal().unwrap().until, later.after(quarter));
        assert!(circuit.admit(true, later).is_ok(), "whoever tests it passes");
        assert_eq!(circuit.report(&name(), Outcome::Answered, later), Some(Changed::Closed));
    }

    #[test]
    fn lets_one_through_and_closes_on_its_answer() {
        let mut circuit = opened(Timestamp(0));
        let later = Timestamp(0).after(FIRST_PAUSE);
        assert!(circuit.admit(false, later).is_ok());
        assert!(circuit.admit(false, later).is_err(), "the second waits for what becomes of the first");
        assert_eq!(circuit.report(&name(), Outcome::Answered, later), Some(Changed::Closed));
        assert!(circuit.admit(false, later).is_ok() && circuit.is_new());
    }

    #[test]
    fn whoever_tests_the_connection_passes() {
        let mut circuit = opened(Timestamp(0));
        assert!(circuit.admit(true, Timestamp(0)).is_ok());
        assert_eq!(circuit.report(&name(), Outcome::Answered, Timestamp(0)), Some(Changed::Closed));
    }

    #[test]
    fn pauses_double_up_to_five_minutes() {
        let (mut circuit, mut now) = (opened(Timestamp(0)), Timestamp(0));
        let mut pauses = Vec::new();
        for _ in 0..12 {
            let until = circuit.refusal().unwrap().until;
            pauses.push(until.since(now).as_secs());
            now = until;
            circuit.admit(false, now).unwrap();
            circuit.report(&name(), failed(), now);
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
    }

    proptest! {
        /// While it is open, at most one call passes in each pause; it never stays shut for ever; and nothing
        /// but an answer of a call that was let through closes it.
        #[test]
        fn keeps_its_laws(steps in proptest::collection::vec((0..5u8, 0..4_000u64), 0..200)) {
            let (mut circuit, mut now) = (Circuit::default(), Timestamp(0));
            let mut trying = false;
            for (what, wait) in steps {
                now = now.after(Duration::from_millis(wait));
                let shut = circuit.refusal().is_some();
                let until = circuit.refusal().map(|refused| refused.until);
                let outcome = match what {
                    0 => {
                        let passes = circuit.admit(false, now).is_ok();
                        prop_assert_eq!(passes, until.is_none_or(|until| until <= now));
                        trying |= shut && passes;
                        continue;
                    }
                    1 => Outcome::Answered,
                    2 => failed(),
                    3 => Outcome::Unusable(Problem::new("c", "m")),
                    _ => Outcome::Unknown,
                };
                let changed = circuit.report(&name(), outcome.clone(), now);
                prop_assert_eq!(changed == Some(Changed::Closed), trying && outcome == Outcome::Answered);
                prop_assert_eq!(circuit.refusal().is_some(), match changed {
                    Some(Changed::Opened) => true,
                    Some(Changed::Closed) => false,
                    None => shut,
                });
                if let Some(refused) = circuit.refusal() {
                    prop_assert!(refused.until.since(now) <= LONGEST_PAUSE);
                }
                trying = false;
            }
            now = now.after(LONGEST_PAUSE);
            prop_assert!(circuit.admit(false, now).is_ok());
        }
    }
}

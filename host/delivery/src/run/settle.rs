//! What becomes of an event after a run: a function of how the run ended and where the event stood.

use std::time::Duration;

use tieline_capabilities::Park;
use tieline_telemetry::Outcome;
use tieline_types::{Delivery, DeliveryState, EventId, Problem, Timestamp, run::RunOutcome};

use super::retry::{self, Schedule};

/// How long an event waits that other runs kept overtaking.
const OVERTAKEN: Duration = Duration::from_secs(1);
/// An event over which the host had to stop the connector so often is a dead letter, whatever attempts are left.
const POISONOUS: u32 = 3;

/// How a run ended, as far as settling needs to know.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ending {
    /// Handled.
    Done,
    /// The connector asked for another attempt, not before so long if it said so.
    Retry(Problem, Option<Duration>),
    /// The connector said never again.
    Permanent(Problem),
    /// The host stopped the connector: it trapped, or a limit was reached. The same input may well do the same
    /// again, so this always costs an attempt and is a strike, whatever else was seen.
    Stopped(Problem),
    /// The host failed to run the connector. It costs an attempt, and is not the event's fault.
    Faulted(Problem),
    /// A connection cannot be used. No attempt is spent, and the event never dies of it.
    Parked(Park),
    /// The connector's package cannot be loaded. No attempt is spent, and the event never dies of it.
    NotReady(Problem),
    /// An upstream's limit held it up for so long. No attempt is spent.
    Throttled(Problem, Duration),
    /// Other runs kept changing what it read. No attempt is spent.
    Conflict,
}

impl Ending {
    /// Reads what the host saw and what the guest answered, in the order in which they count: a connection
    /// that was refused holds the event whatever the guest made of it, as it was promised; one that failed
    /// and is left alone now, or a limit, excuses a retry, but neither a success nor a refusal for good.
    pub(crate) fn of(
        answer: Result<Result<(), Refused>, Stopped>,
        park: Option<Park>,
        throttled: Option<Duration>,
    ) -> Self {
        match (answer, park, throttled) {
            (Err(Stopped::Guest(problem)), _, _) => Self::Stopped(problem),
            (Err(Stopped::Host(problem)), _, _) => Self::Faulted(problem),
            (Ok(_), Some(park), _) if park.promised => Self::Parked(park),
            (Ok(Ok(())), _, _) => Self::Done,
            (Ok(Err(Refused::Permanent(problem))), _, _) => Self::Permanent(problem),
            (Ok(Err(Refused::Retry(..))), Some(park), _) => Self::Parked(park),
            (Ok(Err(Refused::Retry(problem, after))), None, Some(throttled)) => {
                Self::Throttled(problem, throttled.max(after.unwrap_or_default()))
            }
            (Ok(Err(Refused::Retry(problem, after))), None, None) => Self::Retry(problem, after),
        }
    }

    /// With what the host knows of the refusal that the connector met, where the connector knows no remedy.
    #[must_use]
    pub(crate) fn with_remedy(mut self, known: Option<&Problem>) -> Self {
        if let (Self::Retry(problem, _) | Self::Permanent(problem), Some(known)) = (&mut self, known)
            && problem.remedy.is_none()
        {
            let remedy = known.remedy.as_deref().unwrap_or_default();
            problem.remedy = Some(format!("{} {remedy} [{}]", known.message, known.code));
        }
        self
    }

    /// The same in a word.
    pub(crate) fn name(&self) -> Outcome {
        match self {
            Self::Done => Outcome::Done,
            Self::Retry(..) => Outcome::Retry,
            Self::Permanent(_) => Outcome::Permanent,
            Self::Stopped(_) => Outcome::Stopped,
            Self::Faulted(_) => Outcome::Faulted,
            Self::Parked(_) => Outcome::Parked,
            Self::NotReady(_) => Outcome::NotReady,
            Self::Throttled(..) => Outcome::Throttled,
            Self::Conflict => Outcome::Conflict,
        }
    }

    /// The same for the journal.
    pub(crate) fn outcome(&self) -> RunOutcome {
        match self.clone() {
            Self::Done => RunOutcome::Done,
            Self::Retry(problem, _) | Self::NotReady(problem) | Self::Throttled(problem, _) => {
                RunOutcome::Retry { problem }
            }
            Self::Parked(park) => RunOutcome::Retry { problem: park.problem },
            Self::Permanent(problem) => RunOutcome::Permanent { problem },
            Self::Stopped(problem) | Self::Faulted(problem) => RunOutcome::Stopped { problem },
            Self::Conflict => RunOutcome::Conflict,
        }
    }
}

/// How a connector says no.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Refused {
    /// For now.
    Retry(Problem, Option<Duration>),
    /// For good.
    Permanent(Problem),
}

/// Who stopped a run, and why.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Stopped {
    /// What the guest did.
    Guest(Problem),
    /// A fault of the host.
    Host(Problem),
}

/// Where the event stands after the run.
pub(crate) fn settle(
    ending: Ending,
    before: &Delivery,
    event: (EventId, Timestamp),
    in_doubt: bool,
    schedule: &Schedule,
    now: Timestamp,
) -> Delivery {
    let (id, received) = event;
    let spent = before.attempts.saturating_add(1);
    let in_doubt = before.in_doubt || in_doubt;
    let after = Delivery {
        state: DeliveryState::Pending,
        attempts: spent,
        not_before: now,
        in_doubt,
        cause: None,
        settled: None,
        strikes: before.strikes + u32::from(matches!(ending, Ending::Stopped(_))),
        parked: None,
        fingerprint: None,
        replayed: before.replayed,
    };
    let strikes = after.strikes;
    let pending =
        |attempts, wait, cause| Delivery { attempts, not_before: now.after(wait), cause, ..after.clone() };
    let settled = |state, cause| Delivery { state, cause, settled: Some(now), ..after.clone() };
    match ending {
        Ending::Done => settled(DeliveryState::Done, None),
        Ending::Permanent(problem) => settled(DeliveryState::Dead, Some(problem)),
        Ending::Retry(problem, asked) => match schedule.wait_after(spent, asked) {
            Some(wait) if asked.is_some_and(|asked| asked >= wait) => {
                pending(spent, retry::jittered_up(wait, id, spent), Some(problem))
            }
            Some(wait) => {
                let wait = retry::jittered(wait, id, spent).max(asked.unwrap_or_default());
                pending(spent, wait, Some(problem))
            }
            None => settled(DeliveryState::Dead, Some(problem)),
        },
        Ending::Stopped(problem) if strikes >= POISONOUS => settled(DeliveryState::Dead, Some(problem)),
        Ending::Stopped(problem) | Ending::Faulted(problem) => match schedule.wait_after(spent, None) {
            Some(wait) => pending(spent, retry::jittered(wait, id, spent), Some(problem)),
            None => settled(DeliveryState::Dead, Some(problem)),
        },
        Ending::Parked(Park { connection, problem, until, .. }) => {
            Delivery { parked: Some(connection), ..pending(before.attempts, until.since(now), Some(problem)) }
        }
        Ending::NotReady(problem) => {
            let wait = retry::wait_parked(now.since(received));
            pending(before.attempts, retry::jittered(wait, id, spent), Some(problem))
        }
        Ending::Throttled(problem, asked) => {
            let wait = retry::wait_throttled(asked);
            pending(before.attempts, retry::jittered_up(wait, id, spent), Some(problem))
        }
        Ending::Conflict => {
            // The cause also says that there was a run, whose upstream effects are remembered.
            let problem = Problem::new("run.overtaken", "Other runs kept changing what this one reads.");
            pending(before.attempts, retry::jittered(OVERTAKEN, id, spent), Some(problem))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(10_000_000);

    fn problem() -> Problem {
        Problem::new("upstream.down", "It is down.")
    }

    fn park(promised: bool) -> Park {
        let connection = "crm".parse().unwrap();
        Park { connection, problem: problem(), until: Timestamp(NOW.0 + 7_000), promised }
    }

    fn after(ending: Ending, attempts: u32) -> Delivery {
        let before = Delivery { attempts, ..Delivery::fresh(Timestamp(0)) };
        let event = (EventId::from_bytes([7; 16]), Timestamp(9_960_000));
        settle(ending, &before, event, false, &Schedule::of_millis(&[1_000, 10_000]), NOW)
    }

    fn wait(delivery: &Delivery) -> u64 {
        delivery.not_before.0 - NOW.0
    }

    #[test]
    fn an_event_dies_only_of_its_own_attempts_or_a_refusal_for_good() {
        let dead = |delivery: Delivery| delivery.state == DeliveryState::Dead;
        assert!(dead(after(Ending::Permanent(problem()), 0)));
        assert!(dead(after(Ending::Retry(problem(), None), 2)));
        assert!(dead(after(Ending::Stopped(problem()), 2)));
        assert!(!dead(after(Ending::Retry(problem(), None), 1)));
        assert!(!dead(after(Ending::Parked(park(false)), 1_000)));
        assert!(!dead(after(Ending::NotReady(problem()), 1_000)));
        assert!(!dead(after(Ending::Throttled(problem(), Duration::from_secs(9)), 1_000)));
        assert!(!dead(after(Ending::Conflict, 1_000)));
    }

    #[test]
    fn what_is_nobodys_fault_spends_no_attempt() {
        for ending in [
            Ending::Parked(park(true)),
            Ending::NotReady(problem()),
            Ending::Throttled(problem(), Duration::from_secs(9)),
            Ending::Conflict,
        ] {
            assert_eq!(after(ending.clone(), 1).attempts, 1, "{ending:?}");
        }
        assert_eq!(after(Ending::Stopped(problem()), 1).attempts, 2);
        assert_eq!(after(Ending::Done, 1).attempts, 2);
    }

    #[test]
    fn waits_follow_the_schedule_and_what_was_asked() {
        assert!((800..=1_200).contains(&wait(&after(Ending::Retry(problem(), None), 0))));
        assert!((8_000..=12_000).contains(&wait(&after(Ending::Stopped(problem()), 1))));
        let asked = |millis| Ending::Retry(problem(), Some(Duration::from_millis(millis)));
        assert!((5_000..=6_000).contains(&wait(&after(asked(5_000), 0))));
        assert!(wait(&after(asked(1_000), 0)) >= 1_000);
        assert!(wait(&after(asked(999), 0)) >= 999);
        assert!((32_000..=48_000).contains(&wait(&after(Ending::NotReady(problem()), 0))));
        let parked = after(Ending::Parked(park(true)), 0);
        assert_eq!((wait(&parked), parked.parked), (7_000, Some(park(true).connection)));
    }

    #[test]
    fn what_the_host_saw_counts_before_what_the_guest_says() {
        let retry = || Ok(Err(Refused::Retry(problem(), None)));
        let wait = Duration::from_secs(9);
        let permanent = || Ok(Err(Refused::Permanent(problem())));
        for answer in [Ok(Ok(())), permanent(), retry()] {
            assert_eq!(Ending::of(answer, Some(park(true)), None), Ending::Parked(park(true)));
        }
        assert_eq!(Ending::of(Ok(Ok(())), Some(park(false)), None), Ending::Done);
        assert_eq!(Ending::of(permanent(), Some(park(false)), None), Ending::Permanent(problem()));
        assert_eq!(Ending::of(retry(), Some(park(false)), None), Ending::Parked(park(false)));
        assert_eq!(Ending::of(retry(), None, Some(wait)), Ending::Throttled(problem(), wait));
        assert_eq!(Ending::of(Ok(Ok(())), None, Some(wait)), Ending::Done);
        let stopped = Err(Stopped::Guest(problem()));
        assert_eq!(Ending::of(stopped, Some(park(true)), Some(wait)), Ending::Stopped(problem()));
    }

    #[test]
    fn what_the_host_knows_is_the_remedy_that_a_connector_does_not_have() {
        let known = Problem::new("graph.forbidden", "It is forbidden.").remedy("Ask.");
        let Ending::Permanent(told) = Ending::Permanent(problem()).with_remedy(Some(&known)) else {
            panic!()
        };
        assert_eq!(told.remedy.unwrap(), "It is forbidden. Ask. [graph.forbidden]");
        let own = Ending::Retry(problem().remedy("Own."), None);
        assert_eq!(own.clone().with_remedy(Some(&known)), own);
        assert_eq!(Ending::Permanent(problem()).with_remedy(None), Ending::Permanent(problem()));
        assert_eq!(Ending::Done.with_remedy(Some(&known)), Ending::Done);
    }

    #[test]
    fn three_strikes_are_the_end_and_faults_of_the_host_are_none() {
        let schedule = Schedule::of_millis(&[1; 9]);
        let event = (EventId::from_bytes([7; 16]), Timestamp(0));
        let next = |before: &Delivery, ending| settle(ending, before, event, false, &schedule, NOW);
        let mut delivery = Delivery::fresh(Timestamp(0));
        for _ in 1..POISONOUS {
            delivery = next(&delivery, Ending::Stopped(problem()));
            delivery = next(&delivery, Ending::Faulted(problem()));
            assert_eq!(delivery.state, DeliveryState::Pending);
        }
        let last = next(&delivery, Ending::Stopped(problem()));
        assert_eq!((last.state, last.strikes, last.cause), (DeliveryState::Dead, 3, Some(problem())));
    }

    #[test]
    fn doubt_stays() {
        let before = Delivery { in_doubt: true, ..Delivery::fresh(Timestamp(0)) };
        let event = (EventId::from_bytes([7; 16]), Timestamp(0));
        let schedule = Schedule::of_millis(&[1]);
        assert!(settle(Ending::Conflict, &before, event, false, &schedule, NOW).in_doubt);
    }
}

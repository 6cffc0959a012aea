//! One turn of an event: run its connector, decide what becomes of it, and commit that together with all
//! that the run wants written.

pub(crate) mod journal;
pub(crate) mod retry;
mod settle;
pub(crate) mod suspend;

use std::{sync::Arc, time::Duration};

use tieline_capabilities::{EffectMemory, Finished, Left, Mode, RunSpec, Services, Source, Stop};
use tieline_runtime::{Failure, Package, Runtime, said};
use tieline_store::{Batch, CommitError, Expect, Op};
use tieline_telemetry::Outcome;
use tieline_types::{
    Delivery, DeliveryState, Event, EventRef, Limits, Problem,
    run::{RunOutcome, RunRecord, TapeState},
    tape::{self, Head},
    tenant::JournalKind,
};

use crate::{
    coverage,
    dead_letters::{fingerprint, growth::Deaths},
    dispatch::queue::Turn,
    installations::{Installation, Installations, planner::Planner},
    live::Live,
    observed,
    rich::Opener,
    schedules::{Changes, Schedules},
    tapes::Tapes,
};
use retry::Schedule;
use settle::{Ending, Refused, Stopped};
use suspend::Suspensions;

/// How often an event whose run was overtaken runs again at once, before it makes room for others.
const CONFLICTS: usize = 20;
/// How long an event waits when its settlement could not be committed.
const AFTER_STORE_FAULT: Duration = Duration::from_secs(5);

/// What came of an event's turn.
pub(crate) struct Settled {
    /// Where the event stands.
    pub(crate) delivery: Delivery,
    /// The follow-up events that entered the inbox with it.
    pub(crate) emitted: Vec<Arc<Event>>,
    /// Whether nothing of its installation may run from now on.
    pub(crate) suspended: bool,
}

impl Settled {
    /// Nothing but where the event stands.
    pub(crate) fn waiting(delivery: Delivery) -> Self {
        Self { delivery, emitted: Vec::new(), suspended: false }
    }
}

/// Runs events.
pub(crate) struct Runner {
    pub(crate) services: Arc<Services>,
    pub(crate) runtime: Arc<Runtime>,
    pub(crate) installations: Arc<Installations>,
    pub(crate) planner: Planner,
    pub(crate) schedules: Arc<Schedules>,
    pub(crate) schedule: Schedule,
    pub(crate) suspensions: Arc<Suspensions>,
    pub(crate) tapes: Arc<Tapes>,
    pub(crate) live: Arc<Live>,
    pub(crate) deaths: Arc<Deaths>,
    pub(crate) opener: Opener,
}

/// A run that ended, before it is settled.
struct Attempt {
    finished: Finished<Result<(), Failure>>,
    started: tieline_types::Timestamp,
    /// What must stand for its writes to be committed.
    fence: Expect,
}

impl Runner {
    /// Gives an event its turn. What comes back is durable, unless the store failed: then the event waits
    /// a little and runs again, and its memory of upstream effects keeps that from doing things twice.
    pub(crate) async fn run(&self, event: Arc<Event>, delivery: Delivery) -> Settled {
        let mut turn = Turn { event, delivery };
        let reference = turn.event.reference();
        match self.turn(&mut turn, &reference).await {
            Ok(settled) => settled,
            // It went with its tenant: there is nothing to settle.
            Err(CommitError::UnknownEvent(_)) => {
                tracing::debug!(event = %reference, "an event is not there any more");
                Settled::waiting(Delivery { state: DeliveryState::Dead, ..turn.delivery })
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(event = %reference, error, "an event could not be settled");
                let not_before = self.services.clock.now().after(AFTER_STORE_FAULT);
                Settled::waiting(Delivery { not_before, in_doubt: true, ..turn.delivery })
            }
        }
    }

    async fn turn(&self, turn: &mut Turn, reference: &EventRef) -> Result<Settled, CommitError> {
        match self.opener.open(turn.event.clone()).await {
            Ok(event) => turn.event = event,
            Err(problem) => {
                return self.settle_without_run(turn, reference, Ending::Permanent(problem)).await;
            }
        }
        let mut overtaken = Vec::new();
        loop {
            // Looked up each time: what overtook the run may have been another version of its connector.
            let Some(installation) = self.installations.get(&reference.installation) else {
                let problem = Problem::new("installation.removed", "The installation was removed.")
                    .remedy("Install the connector again and replay the event.");
                return self.settle_without_run(turn, reference, Ending::Permanent(problem)).await;
            };
            let package = match &installation.package {
                Ok(package) => package,
                Err(problem) => {
                    let ending = Ending::NotReady(problem.clone());
                    return self.settle_without_run(turn, reference, ending).await;
                }
            };
            let attempt =
                self.attempt(turn, reference, &installation, package, !overtaken.is_empty()).await?;
            match self.settle(turn, &installation, package, attempt, &mut overtaken).await? {
                Some(settled) => return Ok(settled),
                None => {
                    tracing::debug!(event = %reference, "a run was overtaken by another and starts again")
                }
            }
        }
    }

    async fn attempt(
        &self,
        turn: &Turn,
        reference: &EventRef,
        installation: &Installation,
        package: &Package,
        overtaken: bool,
    ) -> Result<Attempt, CommitError> {
        let Turn { event, delivery } = turn;
        let may_remember =
            overtaken || delivery.attempts > 0 || delivery.cause.is_some() || delivery.in_doubt;
        let effects = if may_remember || delivery.replayed.is_some() {
            EffectMemory::load(self.services.store.as_ref(), reference).await?
        } else {
            EffectMemory::default()
        };
        let spec = RunSpec {
            mode: Mode::Handle,
            installation: installation.key.clone(),
            rights: installation.rights.clone(),
            limits: installation.limits.clone(),
            tables: installation.plan.tables.clone(),
            event: Some(reference.clone()),
            actor: event.actor.clone(),
            effects,
            seed: *event.id.as_bytes(),
            source: match installation.document.journal {
                JournalKind::Shape => Source::live(self.services.clone()),
                JournalKind::Full => Source::recorded(self.services.clone()),
            },
        };
        let started = self.services.clock.now();
        let finished = self.runtime.handle(package, spec, &installation.config, event, delivery).await;
        Ok(Attempt { finished, started, fence: installation.fence() })
    }

    /// Commits what became of the event, all or nothing; none when another run had changed what this one
    /// read, and it should run again at once.
    async fn settle(
        &self,
        turn: &mut Turn,
        installation: &Installation,
        package: &Package,
        attempt: Attempt,
        overtaken: &mut Vec<RunRecord>,
    ) -> Result<Option<Settled>, CommitError> {
        let reference = &turn.event.reference();
        let Attempt { mut finished, started, fence } = attempt;
        let now = self.services.clock.now();
        let ending = Ending::of(answer(&finished), finished.park.take(), finished.throttled);
        let ending =
            ending.with_remedy(finished.journal.calls.iter().rev().find_map(|call| call.problem.as_ref()));
        let (done, outcome, took) = (ending == Ending::Done, ending.name(), finished.usage.duration);
        let connector = &installation.document.connector;
        let stopped = match &ending {
            Ending::Stopped(problem) => Some(problem.clone()),
            _ => None,
        };
        let number = turn.delivery.attempts.saturating_add(1);
        let mut record = finished.record(reference.clone(), number, started, ending.outcome());
        let head = || Head {
            format: tape::FORMAT,
            host: env!("CARGO_PKG_VERSION").into(),
            package: package.inspection.digest,
            config: installation.config.as_ref().into(),
            limits: Limits::clone(&installation.limits),
            event: turn.event.as_ref().clone(),
            delivery: turn.delivery.clone(),
            said: said(&finished.answer),
        };
        let left = std::mem::replace(&mut finished.left, Left::Nothing);
        let taped = self.tapes.add_to(Batch::new(), &mut record, head, left).await;

        let effects = finished.effects.add_to(reference, now, Batch::new()).ops;
        let delivery = self.decide(ending, turn, finished.in_doubt);
        let mut batch = Batch::new().ops(effects.clone());
        let transaction = finished.transaction;
        let emitted: Vec<_> = transaction.events().filter(|_| done).cloned().collect();
        let rows = if done { transaction.appended() } else { Vec::new() };
        let timers = if done { transaction.timers().clone() } else { Changes::new() };
        let plans = done && self.planner.is_touched_by(&reference.installation, &transaction);
        if done {
            batch = transaction.add_to(batch).ops(coverage::noted(&turn.event, Some(now), now));
            batch.expect.push(fence);
        } else {
            batch = batch.ops(transaction.kept_when_failed());
        }
        overtaken.push(record);
        batch = journal::add_to(batch.ops(taped.ops), overtaken).settle(reference.clone(), delivery.clone());
        let alerts = self.live.alerts_in(&batch.ops);
        match self.services.store.commit(batch).await {
            Ok(committed) => {
                self.live.alerts(alerts);
                self.live.event(&turn.event, &delivery);
                observed::ran(connector, reference, outcome, took);
                observed::settled(Some(connector), &turn.event, &delivery);
                self.schedules.changed(&timers, committed.revision);
                self.services.datasets.appended(&rows, now);
                overtaken.iter().for_each(|record| self.tapes.committed(record));
                if plans {
                    self.planner.plan_again(&reference.installation);
                }
                self.note_death(reference, &delivery);
                let suspended = self.note(reference, stopped).await;
                let new = emitted.into_iter().zip(committed.appended).filter(|(_, new)| *new);
                let emitted = new.map(|(event, _)| event).collect();
                Ok(Some(Settled { delivery, emitted, suspended }))
            }
            Err(CommitError::Conflict { .. }) => {
                observed::ran(connector, reference, Outcome::Conflict, took);
                if let Some(record) = overtaken.last_mut() {
                    record.outcome = RunOutcome::Conflict;
                    record.tape = TapeState::Off;
                }
                turn.delivery.in_doubt |= finished.in_doubt;
                self.give_way(turn, reference, effects, overtaken).await
            }
            Err(error) => Err(error),
        }
    }

    /// After a conflict: what was done upstream is kept, since the next run will ask for it; and after too
    /// many conflicts the event waits, without spending an attempt.
    async fn give_way(
        &self,
        turn: &Turn,
        reference: &EventRef,
        effects: Vec<Op>,
        overtaken: &[RunRecord],
    ) -> Result<Option<Settled>, CommitError> {
        let too_often = overtaken.len() >= CONFLICTS;
        let delivery = self.decide(Ending::Conflict, turn, false);
        let mut batch = Batch::new().ops(effects);
        if too_often {
            batch = journal::add_to(batch, overtaken).settle(reference.clone(), delivery.clone());
        }
        if !batch.ops.is_empty() {
            self.services.store.commit(batch).await?;
        }
        Ok(too_often.then(|| Settled::waiting(delivery)))
    }

    /// Takes note of whether a run had to be stopped; whether its installation is suspended now.
    async fn note(&self, event: &EventRef, stopped: Option<Problem>) -> bool {
        match stopped {
            Some(cause) => self.suspensions.stopped(&event.installation, event.id, &cause).await,
            None => {
                self.suspensions.ran(&event.installation);
                false
            }
        }
    }

    fn note_death(&self, event: &EventRef, delivery: &Delivery) {
        if let (DeliveryState::Dead, Some(at)) = (delivery.state, delivery.settled) {
            self.deaths.note(&event.installation, at);
        }
    }

    async fn settle_without_run(
        &self,
        turn: &Turn,
        reference: &EventRef,
        ending: Ending,
    ) -> Result<Settled, CommitError> {
        let delivery = self.decide(ending, turn, false);
        self.services.store.commit(Batch::new().settle(reference.clone(), delivery.clone())).await?;
        self.note_death(reference, &delivery);
        let installation = self.installations.get(&reference.installation);
        let connector = installation.as_ref().map(|found| &found.document.connector);
        observed::settled(connector, &turn.event, &delivery);
        Ok(Settled::waiting(delivery))
    }

    fn decide(&self, ending: Ending, turn: &Turn, in_doubt: bool) -> Delivery {
        let (event, now) = ((turn.event.id, turn.event.received), self.services.clock.now());
        let mut delivery = settle::settle(ending, &turn.delivery, event, in_doubt, &self.schedule, now);
        if delivery.state == DeliveryState::Dead {
            let installation = self.installations.get(&turn.event.installation);
            let connector = installation.as_ref().map(|found| &found.document.connector);
            delivery.fingerprint = delivery.cause.as_ref().map(|cause| fingerprint::of(connector, cause));
        }
        delivery
    }
}

fn answer(finished: &Finished<Result<(), Failure>>) -> Result<Result<(), Refused>, Stopped> {
    match &finished.answer {
        Ok(Ok(())) => Ok(Ok(())),
        Ok(Err(Failure::Retry { problem, after })) => Ok(Err(Refused::Retry(problem.clone(), *after))),
        Ok(Err(Failure::Permanent { problem })) => Ok(Err(Refused::Permanent(problem.clone()))),
        Err(stop @ Stop::Host(_)) => Err(Stopped::Host(stop.problem())),
        Err(stop) => Err(Stopped::Guest(stop.problem())),
    }
}

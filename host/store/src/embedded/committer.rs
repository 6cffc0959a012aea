//! The one thread that writes.
//!
//! While it waits for the disk, commits queue up; then it takes all that wait as one group. Each batch is checked
//! and carried out in memory after those before it; the changes of the group become one record of the log, are
//! synchronised, and only then is anyone answered. So a synchronisation, by far the most expensive step, is shared
//! by all who wait, and waiting is never longer than two of them.

use std::{fs::File, io, sync::Arc, thread, time::Instant};

use tieline_telemetry::metrics;
use tieline_types::{Clock, TenantId, Timestamp};
use tokio::sync::{mpsc, oneshot};

use super::{
    apply::apply,
    calendar::Calendar,
    checkpoint::{Checkpoint, Checkpoints},
    forget::forget,
    health::Health,
    log::{Frame, Log, Position},
    prepare::Prepared,
    sweep::sweep,
    table::{Changes, Draft},
    tables::Tables,
};
use crate::{CommitError, Committed, Retention, StoreError, Swept};

/// The most batches that share a synchronisation, and that wait for one.
const GROUP: usize = 1024;

/// The most bytes that share a synchronisation, unless one batch alone is larger.
const GROUP_BYTES: usize = 1 << 20;

/// The way to the thread. Dropping it lets the thread finish what waits, and waits for that.
pub(super) struct Committer {
    // Dropped first, which ends the thread.
    jobs: mpsc::Sender<Job>,
    health: Health,
    _thread: Joined,
}

struct Joined(Option<thread::JoinHandle<()>>);

impl Drop for Joined {
    fn drop(&mut self) {
        // A panic over there was told to whoever waited for an answer.
        self.0.take().map(thread::JoinHandle::join);
    }
}

impl Committer {
    pub(super) fn start(thread: Thread) -> io::Result<Self> {
        let (jobs, queue) = mpsc::channel(GROUP);
        let health = thread.health.clone();
        let thread = thread::Builder::new().name("store-committer".into()).spawn(|| thread.run(queue))?;
        Ok(Self { jobs, health, _thread: Joined(Some(thread)) })
    }

    pub(super) async fn commit(&self, batch: Prepared) -> Result<Committed, CommitError> {
        self.ask(|answer| Job::Commit { batch, answer }).await?
    }

    pub(super) async fn sweep(&self, retention: Retention) -> Result<Swept, StoreError> {
        self.ask(|answer| Job::Sweep { what: Old::Past(retention), answer }).await?
    }

    pub(super) async fn forget(&self, tenant: TenantId) -> Result<Swept, StoreError> {
        self.ask(|answer| Job::Sweep { what: Old::Of(tenant), answer }).await?
    }

    pub(super) async fn close(&self) -> Result<(), StoreError> {
        match self.ask(|answer| Job::Close { answer }).await {
            Err(StoreError::Closed) => Ok(()),
            closed => closed?,
        }
    }

    async fn ask<T>(&self, job: impl FnOnce(Answer<T>) -> Job) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        if self.jobs.send(job(answer)).await.is_err() {
            self.health.check()?;
            return Err(StoreError::Closed);
        }
        // Only a panic takes the answer away, and then nobody knows what was written.
        answered.await.map_err(|_| self.health.fail(io::Error::other("the committing thread panicked")))
    }
}

type Answer<T> = oneshot::Sender<T>;

enum Job {
    Commit { batch: Prepared, answer: Answer<Result<Committed, CommitError>> },
    Sweep { what: Old, answer: Answer<Result<Swept, StoreError>> },
    Close { answer: Answer<Result<(), StoreError>> },
}

/// What is swept.
enum Old {
    /// What has had its time.
    Past(Retention),
    /// All of a tenant.
    Of(TenantId),
}

impl Job {
    fn size(&self) -> usize {
        match self {
            Self::Commit { batch, .. } => batch.size,
            Self::Sweep { .. } | Self::Close { .. } => 0,
        }
    }
}

/// An outcome that is told once the group is durable; or that it is not. A waiter may be gone.
enum Outcome {
    Commit(Answer<Result<Committed, CommitError>>, Result<Committed, CommitError>),
    Sweep(Answer<Result<Swept, StoreError>>, Result<Swept, StoreError>),
    Close(Answer<Result<(), StoreError>>),
}

impl Outcome {
    fn tell(self, durable: Result<(), StoreError>) {
        match self {
            Self::Commit(answer, outcome) => {
                drop(answer.send(durable.map_err(CommitError::from).and(outcome)));
            }
            Self::Sweep(answer, outcome) => drop(answer.send(durable.and(outcome))),
            Self::Close(answer) => drop(answer.send(durable)),
        }
    }
}

/// What the thread works with.
pub(super) struct Thread {
    pub(super) log: Log,
    pub(super) checkpoints: Checkpoints,
    pub(super) tables: Arc<Tables>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) health: Health,
    /// A checkpoint begins when the log's present file holds so many bytes.
    pub(super) full: u64,
    pub(super) group: Group,
    /// Held until the last write is over. Dropped last.
    pub(super) _lock: File,
}

/// The record in the making.
pub(super) struct Group {
    frame: Frame,
    calendar: Calendar,
    revision: u64,
}

impl Group {
    /// After this revision.
    pub(super) fn after(revision: u64) -> Self {
        Self { frame: Frame::new(), calendar: Calendar::default(), revision }
    }

    fn add(&mut self, changes: Changes, tables: &Tables) {
        if !changes.is_empty() {
            self.frame.add(&changes);
            tables.extend(changes);
        }
    }
}

impl Thread {
    fn run(mut self, mut queue: mpsc::Receiver<Job>) {
        let (mut waiting, mut last) = (Vec::new(), 0);
        loop {
            if waiting.is_empty() && queue.blocking_recv_many(&mut waiting, GROUP) == 0 {
                return;
            }
            if last > 1 {
                // Under load others are about to join: they run first. On an idle machine this takes no time.
                thread::yield_now();
                waiting.extend(std::iter::from_fn(|| queue.try_recv().ok()).take(GROUP));
            }
            let mut size = 0;
            let fits = |job: &&Job| {
                size += job.size();
                size <= GROUP_BYTES
            };
            last = waiting.iter().take_while(fits).count().max(1);
            let jobs: Vec<_> = waiting.drain(..last).collect();
            if jobs.iter().any(|job| matches!(job, Job::Close { .. })) {
                queue.close();
            }
            self.make_room();
            self.group(jobs);
        }
    }

    /// Begins a checkpoint, when it is time and the last one is over. When checkpoints are so slow that the log
    /// grows to several times its size, commits wait for them.
    fn make_room(&mut self) {
        self.checkpoints.fill(self.log.filled());
        if self.log.filled() < self.full {
            return;
        }
        let late = self.log.filled() > 4 * self.full;
        let next = if late { self.checkpoints.wait() } else { self.checkpoints.next() };
        if let Some(next) = next {
            let frozen = self.tables.freeze(self.log.end());
            let through = self.log.rotate(next);
            self.checkpoints.begin(Checkpoint { frozen, through });
        }
    }

    /// Does all jobs, makes them durable, then tells the outcomes.
    fn group(&mut self, jobs: Vec<Job>) {
        let begun = Instant::now();
        let commits = jobs.iter().filter(|job| matches!(job, Job::Commit { .. })).count();
        let bytes: usize = jobs.iter().map(Job::size).sum();
        let healthy = self.health.check();
        let outcomes: Vec<_> = jobs.into_iter().map(|job| self.job(job, healthy.clone())).collect();
        let durable = healthy.and_then(|()| self.persist());
        if commits > 0 && durable.is_ok() {
            metrics().committed(commits, bytes as u64, begun.elapsed());
        }
        outcomes.into_iter().for_each(|outcome| outcome.tell(durable.clone()));
    }

    fn job(&mut self, job: Job, healthy: Result<(), StoreError>) -> Outcome {
        let now = self.clock.now();
        match job {
            Job::Commit { batch, answer } => {
                let outcome = healthy.map_err(CommitError::from).and_then(|()| self.commit(batch, now));
                Outcome::Commit(answer, outcome)
            }
            Job::Sweep { what, answer } => {
                Outcome::Sweep(answer, healthy.and_then(|()| self.sweep(&what, now)))
            }
            Job::Close { answer } => Outcome::Close(answer),
        }
    }

    fn commit(&mut self, batch: Prepared, now: Timestamp) -> Result<Committed, CommitError> {
        let revision = self.group.revision + 1;
        let (appended, changes) =
            self.draft(|draft, calendar| apply(batch, draft, calendar, revision, now))?;
        self.group.revision += u64::from(!changes.is_empty());
        self.group.add(changes, &self.tables);
        Ok(Committed { revision: self.group.revision, appended })
    }

    fn sweep(&mut self, what: &Old, now: Timestamp) -> Result<Swept, StoreError> {
        let (swept, changes) = self.draft(|draft, calendar| match what {
            Old::Past(retention) => sweep(draft, calendar, *retention, now),
            Old::Of(tenant) => forget(draft, calendar, tenant, now),
        })?;
        self.group.add(changes, &self.tables);
        Ok(swept)
    }

    /// What `work` answers, and what it changed; after an error nothing is left of it.
    fn draft<T, E>(
        &mut self,
        work: impl FnOnce(&mut Draft<'_>, &mut Calendar) -> Result<T, E>,
    ) -> Result<(T, Changes), E> {
        let calendar = &mut self.group.calendar;
        let before = calendar.len();
        self.tables.read(|view| {
            let mut draft = Draft::over(view);
            let done = work(&mut draft, calendar).inspect_err(|_| calendar.forget(before))?;
            Ok((done, draft.into_changes()))
        })
    }

    fn persist(&mut self) -> Result<(), StoreError> {
        if !self.group.calendar.is_empty() {
            let record = self.log.end().record + 1;
            let pages = self.tables.read(|view| {
                let mut draft = Draft::over(view);
                self.group.calendar.write(&mut draft, record);
                draft.into_changes()
            });
            self.group.add(pages, &self.tables);
        }
        if self.group.frame.is_empty() {
            return Ok(());
        }
        self.tables.whole(Position { record: self.log.end().record + 1, revision: self.group.revision });
        let written = self.log.append(&mut self.group.frame, self.group.revision);
        self.group.frame.clear();
        written.map_err(|error| self.health.fail(error))
    }
}

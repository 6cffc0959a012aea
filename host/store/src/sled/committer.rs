//! The one thread that writes.
//!
//! While it waits for the disk, commits queue up; then it takes all that wait as one group. Each batch is
//! checked and drafted as if those before it were already applied; the group is applied as one sled batch,
//! flushed, synchronised, and only then is anyone answered. So a synchronisation, by far the most expensive
//! step, is shared by all who wait, and waiting is never longer than two of them.

use std::{
    io,
    sync::{Arc, OnceLock},
    thread,
    time::Duration,
};

use parking_lot::RwLock;
use tieline_types::{Clock, Timestamp};
use tokio::sync::{mpsc, oneshot};

use super::{
    apply::apply,
    disk::{DataFile, Disk},
    draft::Draft,
    layout::REVISION,
    prepare::Prepared,
    sweep::sweep,
};
use crate::{CommitError, Committed, StoreError, Swept};

/// The most batches that share a synchronisation, and that wait for one.
const GROUP: usize = 1024;

/// The most bytes that share a synchronisation, unless one batch alone is larger. Below one segment of sled's
/// log, so that hardly ever is a segment written over before the one that took its content over is
/// synchronised.
const GROUP_BYTES: usize = 1 << 20;

/// How long a group waits for company, when the one before it had company too: under load a write wakes all
/// of sled's threads and costs more than the wait, which ends long before a synchronisation would. A commit that
/// comes alone never waits.
const GATHERING: Duration = Duration::from_micros(500);

/// The first failure to write, if there was one.
type Failure = Arc<OnceLock<Arc<io::Error>>>;

/// The way to the thread. Dropping it lets the thread finish what waits, and waits for that.
pub(super) struct Committer {
    // Dropped first, which ends the thread.
    jobs: mpsc::Sender<Job>,
    failure: Failure,
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
    pub(super) fn start(
        tree: sled::Db,
        gate: Arc<RwLock<()>>,
        clock: Arc<dyn Clock>,
        data: DataFile,
        disk: impl Disk,
    ) -> io::Result<Self> {
        let revision = match tree.get(REVISION)? {
            Some(bytes) => u64::from_be_bytes(bytes.as_ref().try_into().map_err(io::Error::other)?),
            None => 0,
        };
        let (jobs, queue) = mpsc::channel(GROUP);
        let failure = Failure::default();
        let thread = Thread { tree, gate, clock, data, disk, revision, failure: failure.clone() };
        let thread = thread::Builder::new().name("store-committer".into()).spawn(|| thread.run(queue))?;
        Ok(Self { jobs, failure, _thread: Joined(Some(thread)) })
    }

    /// Refuses once a write has failed.
    pub(super) fn healthy(&self) -> Result<(), StoreError> {
        match self.failure.get() {
            Some(source) => Err(StoreError::Poisoned { source: source.clone() }),
            None => Ok(()),
        }
    }

    pub(super) async fn commit(&self, batch: Prepared) -> Result<Committed, CommitError> {
        self.ask(|answer| Job::Commit { batch, answer }).await?
    }

    pub(super) async fn sweep(&self, settled_before: Timestamp) -> Result<Swept, StoreError> {
        self.ask(|answer| Job::Sweep { settled_before, answer }).await?
    }

    pub(super) async fn close(&self) -> Result<(), StoreError> {
        match self.ask(|answer| Job::Close { answer }).await {
            Err(StoreError::Closed) => Ok(()),
            closed => closed?,
        }
    }

    async fn ask<T>(&self, job: impl FnOnce(oneshot::Sender<T>) -> Job) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        if self.jobs.send(job(answer)).await.is_err() {
            self.healthy()?;
            return Err(StoreError::Closed);
        }
        // Only a panic takes the answer away, and then nobody knows what was written.
        answered.await.map_err(|_| {
            let panicked = || Arc::new(io::Error::other("the committing thread panicked"));
            StoreError::Poisoned { source: self.failure.get_or_init(panicked).clone() }
        })
    }
}

enum Job {
    Commit { batch: Prepared, answer: oneshot::Sender<Result<Committed, CommitError>> },
    Sweep { settled_before: Timestamp, answer: oneshot::Sender<Result<Swept, StoreError>> },
    Close { answer: oneshot::Sender<Result<(), StoreError>> },
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
type Outcome = Box<dyn FnOnce(Result<(), StoreError>)>;

struct Thread<D> {
    tree: sled::Db,
    gate: Arc<RwLock<()>>,
    clock: Arc<dyn Clock>,
    data: DataFile,
    disk: D,
    revision: u64,
    failure: Failure,
}

impl<D: Disk> Thread<D> {
    fn run(mut self, mut queue: mpsc::Receiver<Job>) {
        let (mut waiting, mut last) = (Vec::new(), 0);
        loop {
            if waiting.is_empty() && queue.blocking_recv_many(&mut waiting, GROUP) == 0 {
                return;
            }
            if last > 1 && waiting.len() < last {
                thread::sleep(GATHERING);
                waiting.extend(std::iter::from_fn(|| queue.try_recv().ok()).take(GROUP));
            }
            let mut size = 0;
            let fits = |job: &&Job| {
                size += job.size();
                size <= GROUP_BYTES
            };
            let group = waiting.iter().take_while(fits).count().max(1);
            last = group;
            let jobs: Vec<_> = waiting.drain(..group).collect();
            if jobs.iter().any(|job| matches!(job, Job::Close { .. })) {
                queue.close();
            }
            self.group(jobs);
        }
    }

    /// Does all jobs, makes them durable, then tells the outcomes.
    fn group(&mut self, jobs: Vec<Job>) {
        let tree = self.tree.clone();
        let mut draft = Draft::of(&tree);
        let before = self.revision;
        let outcomes: Vec<_> = jobs.into_iter().map(|job| self.job(job, &mut draft)).collect();
        if self.revision > before {
            draft.insert(REVISION.into(), &self.revision.to_be_bytes());
        }
        let durable = self.persist(draft);
        outcomes.into_iter().for_each(|tell| tell(durable.clone()));
    }

    fn job(&mut self, job: Job, draft: &mut Draft<'_>) -> Outcome {
        let now = self.clock.now();
        match job {
            Job::Commit { batch, answer } => {
                let outcome = self.commit(&batch, draft, now);
                Box::new(|durable| drop(answer.send(durable.map_err(Into::into).and(outcome))))
            }
            Job::Sweep { settled_before, answer } => {
                let outcome = sweep(draft, settled_before, now);
                if outcome.is_ok() {
                    draft.keep()
                } else {
                    draft.undo()
                }
                Box::new(|durable| drop(answer.send(durable.and(outcome))))
            }
            Job::Close { answer } => Box::new(|durable| drop(answer.send(durable))),
        }
    }

    fn commit(
        &mut self,
        batch: &Prepared,
        draft: &mut Draft<'_>,
        now: Timestamp,
    ) -> Result<Committed, CommitError> {
        match apply(batch, draft, self.revision + 1, now) {
            Ok(appended) => {
                self.revision += u64::from(draft.changed());
                draft.keep();
                Ok(Committed { revision: self.revision, appended })
            }
            Err(error) => {
                draft.undo();
                Err(error)
            }
        }
    }

    fn persist(&mut self, draft: Draft<'_>) -> Result<(), StoreError> {
        let written = match (self.failure.get(), draft.into_batch()) {
            (Some(source), _) => return Err(StoreError::Poisoned { source: source.clone() }),
            (None, Some(batch)) => self.write(batch),
            (None, None) => Ok(()),
        };
        written.map_err(|error| {
            tracing::error!(%error, "the store stops: a write failed");
            StoreError::Poisoned { source: self.failure.get_or_init(|| Arc::new(error)).clone() }
        })
    }

    fn write(&mut self, batch: sled::Batch) -> io::Result<()> {
        {
            let _nobody_reads = self.gate.write();
            self.tree.apply_batch(batch)?;
        }
        self.tree.flush()?;
        self.disk.sync(&self.data)
    }
}

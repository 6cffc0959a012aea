//! Moves what the log holds into the tables, beside the commits.

use std::{
    io, iter,
    path::PathBuf,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use super::{
    background,
    disk::{Disk, Step},
    health::{Health, is_full},
    log::{self, Segment},
    pace::{Hurry, Pace},
    table::Changes,
    tables::Tables,
};

/// What to move, and what is then no longer needed.
pub(super) struct Checkpoint {
    pub(super) frozen: Arc<Changes>,
    /// The last segment of the log that the changes come from.
    pub(super) through: u64,
}

/// The way to the two threads that do it: one makes checkpoints, the other merges what they leave. Dropping it
/// waits for what they are at.
pub(super) struct Checkpoints {
    next: mpsc::Receiver<Segment>,
    // Dropped first, which ends the threads one after another.
    work: Option<mpsc::Sender<Checkpoint>>,
    hurry: Hurry,
    threads: Vec<thread::JoinHandle<()>>,
}

/// What the threads need.
#[derive(Clone)]
pub(super) struct Workshop {
    pub(super) tables: Arc<Tables>,
    pub(super) log: PathBuf,
    pub(super) disk: Arc<dyn Disk>,
    pub(super) health: Health,
    /// The size of a segment in bytes.
    pub(super) segment: u64,
    /// How many of them are in use when the next checkpoint shall begin.
    pub(super) full: u64,
}

impl Checkpoints {
    /// Begins with a checkpoint of what was replayed, if there was something; `last` is the highest number of a segment.
    pub(super) fn start(shop: Workshop, first: Option<Checkpoint>, last: u64) -> io::Result<Self> {
        let (work, works) = mpsc::channel();
        let (ready, next) = mpsc::channel();
        let (merge, merges) = mpsc::sync_channel(1);
        let hurry = Hurry::default();
        let (merging, stop) = (shop.clone(), hurry.clone());
        let mut checkpoints = Self { next, work: Some(work), hurry: hurry.clone(), threads: Vec::new() };
        let run = move || {
            let done = write(&shop, works, &ready, &merge, first, last, &hurry);
            let _ = done.map_err(|error| shop.health.fail(error));
        };
        checkpoints.threads.push(background::spawn("store-checkpoint", run)?);
        let run = move || {
            let done = tidy(&merging, &merges, &stop);
            let _ = done.map_err(|error| merging.health.fail(error));
        };
        checkpoints.threads.push(background::spawn("store-merge", run)?);
        Ok(checkpoints)
    }

    /// Says how many bytes of the present segment are in use.
    pub(super) fn fill(&self, bytes: u64) {
        self.hurry.fill(bytes);
    }

    /// The segment to go on in, when the last checkpoint is over.
    pub(super) fn next(&self) -> Option<Segment> {
        self.next.try_recv().ok()
    }

    /// The same, and waits for it; none: the store has stopped.
    pub(super) fn wait(&self) -> Option<Segment> {
        self.next.recv().ok()
    }

    /// Begins a checkpoint. Only after [`next`](Self::next) gave a segment, so there is one at a time.
    pub(super) fn begin(&self, checkpoint: Checkpoint) {
        if let Some(work) = &self.work {
            // Whoever is gone has said why.
            let _ = work.send(checkpoint);
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.hurry.stop();
        self.work = None;
        // A panic over there was told to whoever waited for it.
        self.threads.drain(..).for_each(|thread| drop(thread.join()));
    }
}

fn write(
    shop: &Workshop,
    works: mpsc::Receiver<Checkpoint>,
    ready: &mpsc::Sender<Segment>,
    merge: &mpsc::SyncSender<()>,
    first: Option<Checkpoint>,
    last: u64,
    hurry: &Hurry,
) -> io::Result<()> {
    let checkpoints = iter::once(first).chain(works.into_iter().map(Some));
    for (checkpoint, number) in checkpoints.zip(last + 1..) {
        if let Some(Checkpoint { frozen, through }) = checkpoint {
            // What is merged too slowly has to be waited for; who waits behind us then waits, too.
            while shop.tables.base.is_behind() && !hurry.is_stopping() {
                shop.health.check().map_err(io::Error::other)?;
                thread::sleep(Duration::from_millis(10));
            }
            let mut pace = Pace::new(hurry.clone(), shop.full, frozen.size());
            shop.disk.step(Step::Apply, &mut || shop.tables.base.apply(&frozen, &mut pace))?;
            drop(frozen);
            shop.tables.thaw();
            shop.disk.step(Step::Release, &mut || log::remove(&shop.log, through))?;
            // Told already is told enough.
            let _ = merge.try_send(());
        }
        let Some(segment) = prepare(shop, number, hurry)? else { return Ok(()) };
        if ready.send(segment).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// Makes the next segment; none: the store ends. Without room for it there is still some in the present one, so it
/// is tried again until that is used up, too.
fn prepare(shop: &Workshop, number: u64, hurry: &Hurry) -> io::Result<Option<Segment>> {
    let mut told = false;
    while !hurry.is_stopping() && shop.health.check().is_ok() {
        let mut segment = None;
        let made = shop.disk.step(Step::Prepare, &mut || {
            segment = Some(Segment::create(&shop.log, number, shop.segment)?);
            Ok(())
        });
        match made {
            Err(error) if is_full(&error) => {
                if !told {
                    tracing::error!(%error, "the disk that holds the store is nearly full: make room");
                }
                told = true;
                thread::sleep(Duration::from_millis(100));
            }
            made => return made.map(|()| segment),
        }
    }
    Ok(None)
}

fn tidy(shop: &Workshop, merges: &mpsc::Receiver<()>, hurry: &Hurry) -> io::Result<()> {
    while merges.recv().is_ok() {
        let mut more = true;
        while more && !hurry.is_stopping() {
            shop.disk.step(Step::Merge, &mut || {
                more = shop.tables.base.merge()?;
                Ok(())
            })?;
        }
    }
    Ok(())
}

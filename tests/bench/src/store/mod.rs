//! The store alone: what an event costs it, how large it gets, how fast it opens.

mod events;
mod usage;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use serde_json::{Value, json};
use tieline_store::{Batch, Key, Retention, Space, Store, StoreError};
use tieline_types::{Clock, SystemClock};

use self::{
    events::Generator,
    usage::{Usage, on_disk},
};
use crate::{
    error::BenchError,
    figures::{micros_each, millis, per_second, percentile_ms, rounded},
};

/// What can be chosen.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// How many events.
    #[arg(long, default_value_t = 100_000)]
    events: usize,
    /// How many of them at the same time.
    #[arg(long, default_value_t = 64)]
    in_flight: usize,
    /// For how many seconds a handled event is kept.
    #[arg(long, default_value_t = 5)]
    keep: u64,
    /// What keeps the tables: `lsm` or `sled`.
    #[arg(long, default_value = "lsm")]
    format: String,
    /// Where; if not given, in a folder for this run.
    #[arg(long)]
    folder: Option<PathBuf>,
}

/// Commits that wait for nobody else, for the time of one.
const LONE: usize = 500;

/// How many times the growth is looked at.
const SAMPLES: usize = 20;

pub(crate) async fn run(load: &Options) -> Result<Value, BenchError> {
    let temporary = tempfile::tempdir().map_err(BenchError::io("making a folder"))?;
    let folder = load.folder.as_deref().unwrap_or(temporary.path());
    let lone = lone(&load.format, folder).await?;
    let store = open(&load.format, folder)?;
    let (before, begun) = (Usage::now()?, Instant::now());
    let (growth, append, settle) = events(&store, load, folder, begun).await?;
    let (elapsed, cpu) = (begun.elapsed(), Usage::now()?.cpu - before.cpu);
    drop(store);
    let reopening = Instant::now();
    let store = open(&load.format, folder)?;
    let pending = store.pending(None, 1).await.map_err(failed)?.len();
    let reopened = reopening.elapsed();
    Ok(json!({
        "format": load.format,
        "events": load.events,
        "seconds": rounded(elapsed.as_secs_f64(), 3),
        "events_per_second": per_second(load.events, elapsed),
        "commits_per_second": per_second(2 * load.events, elapsed),
        // Of the whole process, so with what makes the events and waits for them.
        "cpu_us_per_event": micros_each(cpu, load.events),
        "append_p50_ms": percentile_ms(&append, 50),
        "append_p99_ms": percentile_ms(&append, 99),
        "settle_p50_ms": percentile_ms(&settle, 50),
        "settle_p99_ms": percentile_ms(&settle, 99),
        "lone_p50_ms": percentile_ms(&lone, 50),
        "lone_p99_ms": percentile_ms(&lone, 99),
        "reopen_ms": millis(reopened),
        "left_pending": pending,
        "growth": growth,
    }))
}

fn failed(error: StoreError) -> BenchError {
    BenchError::part("asking the store")(error)
}

fn grown(events: usize, elapsed: Duration, folder: &Path) -> Result<Value, BenchError> {
    let disk = on_disk(folder).map_err(BenchError::io("reading the folder"))?;
    let megabytes = |bytes: u64| rounded(bytes as f64 / 1e6, 1);
    Ok(json!({
        "events": events,
        "seconds": rounded(elapsed.as_secs_f64(), 2),
        "disk_mb": megabytes(disk),
        "memory_mb": megabytes(Usage::now()?.memory),
    }))
}

fn open(format: &str, folder: &Path) -> Result<Arc<dyn Store>, BenchError> {
    tieline_store::open(&format!("{format}:store"), folder, Arc::new(SystemClock)).map_err(failed)
}

async fn lone(format: &str, folder: &Path) -> Result<Vec<Duration>, BenchError> {
    let store = open(format, folder)?;
    let mut took = Vec::with_capacity(LONE);
    for n in 0..LONE {
        let begun = Instant::now();
        commit(&store, Batch::new().put(Key::new(Space::Host).part("bench"), n.to_string())).await?;
        took.push(begun.elapsed());
    }
    Ok(took)
}

async fn commit(store: &Arc<dyn Store>, batch: Batch) -> Result<(), BenchError> {
    store.commit(batch).await.map(drop).map_err(BenchError::part("committing"))
}

type Measured = (Vec<Value>, Vec<Duration>, Vec<Duration>);

/// Appends and settles all events, and sweeps meanwhile.
async fn events(
    store: &Arc<dyn Store>,
    load: &Options,
    folder: &Path,
    begun: Instant,
) -> Result<Measured, BenchError> {
    let generator = Arc::new(Generator::default());
    let (next, samples) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
    let sweeping = Arc::new(AtomicBool::new(true));
    let sweeper = tokio::spawn(sweep(store.clone(), Duration::from_secs(load.keep), sweeping.clone()));
    let mut workers = Vec::new();
    for _ in 0..load.in_flight {
        let (store, generator, next, samples) =
            (store.clone(), generator.clone(), next.clone(), samples.clone());
        let (count, folder) = (load.events, folder.to_owned());
        workers.push(tokio::spawn(async move {
            let (mut acknowledged, mut settled) = (Vec::new(), Vec::new());
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= count {
                    return Ok::<_, BenchError>((acknowledged, settled));
                }
                let (event, dedupe) = generator.event(n);
                let appending = Instant::now();
                commit(&store, Batch::new().append(event.clone(), Some(dedupe))).await?;
                acknowledged.push(appending.elapsed());
                let batch = generator.settlement(&event);
                let settling = Instant::now();
                commit(&store, batch).await?;
                settled.push(settling.elapsed());
                if (n + 1) % count.div_ceil(SAMPLES) == 0 {
                    samples.lock().push(grown(n + 1, begun.elapsed(), &folder)?);
                }
            }
        }));
    }
    let (mut acknowledged, mut settled) = (Vec::new(), Vec::new());
    for worker in workers {
        let done = worker.await??;
        acknowledged.extend(done.0);
        settled.extend(done.1);
    }
    sweeping.store(false, Ordering::Relaxed);
    sweeper.await??;
    let samples = std::mem::take(&mut *samples.lock());
    Ok((samples, acknowledged, settled))
}

async fn sweep(store: Arc<dyn Store>, keep: Duration, on: Arc<AtomicBool>) -> Result<(), BenchError> {
    while on.load(Ordering::Relaxed) {
        let now = SystemClock.now().0.saturating_sub(keep.as_millis() as u64);
        let before = tieline_types::Timestamp(now);
        let retention = Retention { handled_before: before, dead_before: before };
        while on.load(Ordering::Relaxed) && store.sweep(retention).await.map_err(failed)?.more {}
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

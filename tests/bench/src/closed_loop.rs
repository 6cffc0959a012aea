//! The closed loop: so many notifications under way at any time; the next is sent when the Task of one was made.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tieline_sim::Sim;

use crate::{
    error::BenchError,
    tasks::Tasks,
    wire::{Shot, Wire},
};

/// How long the loop waits for one Task before it counts it as lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the loop saw.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) elapsed: Duration,
    pub(crate) lost: usize,
    pub(crate) duplicated: usize,
    /// From sending to acknowledgment, each.
    pub(crate) acknowledged: Vec<Duration>,
    /// From sending to the Task at Salesforce, each.
    pub(crate) ended: Vec<Duration>,
}

impl Seen {
    /// Adds another round.
    pub(crate) fn add(&mut self, other: Self) {
        self.elapsed += other.elapsed;
        self.lost += other.lost;
        self.duplicated += other.duplicated;
        self.acknowledged.extend(other.acknowledged);
        self.ended.extend(other.ended);
    }
}

/// Fires all shots, numbered from 0, with `in_flight` of them under way.
pub(crate) async fn run(
    sim: &Sim,
    address: &str,
    shots: Vec<Shot>,
    in_flight: usize,
) -> Result<Seen, BenchError> {
    let tasks = Tasks::watch(sim, shots.len());
    let (shots, next) = (Arc::new(shots), Arc::new(AtomicUsize::new(0)));
    let mut wires = Vec::new();
    for _ in 0..in_flight {
        wires.push(Wire::connect(address).await.map_err(BenchError::io("connecting to the server"))?);
    }
    let begun = Instant::now();
    let mut shooters = Vec::new();
    for mut wire in wires {
        let (shots, next, tasks) = (shots.clone(), next.clone(), tasks.clone());
        shooters.push(tokio::spawn(async move {
            let mut seen = Vec::new();
            while let Some(shot) = shots.get(next.fetch_add(1, Ordering::Relaxed)) {
                seen.push(fire(&mut wire, shot, &tasks).await?);
            }
            Ok::<_, BenchError>(seen)
        }));
    }
    let mut seen = Seen::default();
    for shooter in shooters {
        for (acknowledged, ended) in shooter.await?? {
            seen.acknowledged.push(acknowledged);
            seen.ended.extend(ended);
        }
    }
    seen.elapsed = begun.elapsed();
    // What comes too late or twice still comes: give it a moment, outside the measured time.
    tokio::time::sleep(Duration::from_millis(200)).await;
    (seen.lost, seen.duplicated) = (tasks.lost(), tasks.duplicated());
    Ok(seen)
}

async fn fire(
    wire: &mut Wire,
    shot: &Shot,
    tasks: &Tasks,
) -> Result<(Duration, Option<Duration>), BenchError> {
    let made = tasks.made(shot.number);
    let begun = Instant::now();
    let status = wire.post(shot).await.map_err(BenchError::io("sending a notification"))?;
    if status != 202 {
        return Err(BenchError::Server(format!("a notification was answered with {status}")));
    }
    let acknowledged = begun.elapsed();
    let _ = tokio::time::timeout(PATIENCE, made).await;
    Ok((acknowledged, tasks.at(shot.number).map(|at| at.saturating_duration_since(begun))))
}

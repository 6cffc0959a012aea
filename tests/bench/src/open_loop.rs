//! The open loop: notifications at a fixed rate, whatever the server makes of them.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio::sync::mpsc;

use crate::{
    error::BenchError,
    wire::{Shot, Wire},
};

/// Enough that none waits for the answer to another.
const CONNECTIONS: usize = 64;

/// What was sent.
#[derive(Default)]
pub(crate) struct Sent {
    /// Number and moment of each that was acknowledged.
    pub(crate) acknowledged: Vec<(usize, Instant)>,
    /// How long each acknowledgment took.
    pub(crate) answered: Vec<Duration>,
    /// Those that were not.
    pub(crate) refused: usize,
}

/// Fires the shots at an even pace. A thread keeps the time, since timers of the runtime are too coarse.
pub(crate) async fn run(address: &str, shots: Vec<Shot>, per_second: f64) -> Result<Sent, BenchError> {
    let sent = Arc::new(Mutex::new(Sent::default()));
    let (mut lines, mut senders) = (Vec::new(), Vec::new());
    for _ in 0..CONNECTIONS.min(shots.len()) {
        let mut wire = Wire::connect(address).await.map_err(BenchError::io("connecting to the server"))?;
        let (line, mut shots) = mpsc::unbounded_channel::<(Shot, Instant)>();
        lines.push(line);
        let sent = sent.clone();
        senders.push(tokio::spawn(async move {
            while let Some((shot, at)) = shots.recv().await {
                let status = wire.post(&shot).await.map_err(BenchError::io("sending a notification"))?;
                let mut sent = sent.lock();
                match status {
                    202 => {
                        sent.answered.push(at.elapsed());
                        sent.acknowledged.push((shot.number, at));
                    }
                    _ => sent.refused += 1,
                }
            }
            Ok::<_, BenchError>(())
        }));
    }
    let pace = Duration::from_secs_f64(1.0 / per_second.max(0.1));
    thread::spawn(move || {
        let begun = Instant::now();
        for (n, shot) in shots.into_iter().enumerate() {
            let due = begun + pace.mul_f64(n as f64);
            thread::sleep(due.saturating_duration_since(Instant::now()));
            let _ = lines[n % lines.len()].send((shot, Instant::now()));
        }
    });
    for sender in senders {
        sender.await??;
    }
    Ok(std::mem::take(&mut *sent.lock()))
}

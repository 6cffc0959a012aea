//! Kills the host at random moments, also while it starts, and starts it again at once.

use std::time::{Duration, Instant};

use super::ledger::Ledger;
use crate::{
    error::BenchError,
    stage::{Host, Stage},
};

/// The kills of a run.
#[derive(Debug, Default)]
pub(super) struct Killed {
    pub(super) kills: usize,
    /// Hosts that were killed before they said that they listen.
    pub(super) while_starting: usize,
    /// From starting a host to its word that it listens.
    pub(super) listening: Vec<Duration>,
    /// From starting a host to the first Task that Salesforce made after it.
    pub(super) first_effect: Vec<Duration>,
}

/// Kills `per_minute` hosts in each minute until `duration` is over. The answer is the last host, which lives.
pub(super) async fn run(
    stage: &Stage,
    host: Host,
    per_minute: u32,
    seed: u64,
    duration: Duration,
    ledger: &Ledger,
) -> Result<(Killed, Host), BenchError> {
    let mut random = Random(seed);
    let mut killed = Killed::default();
    let slot = Duration::from_secs(60) / per_minute.max(1);
    let (begun, address, api) = (Instant::now(), host.address, host.api);
    let mut server = host.server;
    let mut slots = 0;
    while begun.elapsed() + slot < duration {
        // One kill in each slot of time, somewhere in it.
        let at = begun + slot * slots + slot.mul_f64(random.fraction());
        slots += 1;
        let started = Instant::now();
        // The first one listens already.
        if killed.kills > 0 {
            let wait = at.saturating_duration_since(started);
            match tokio::time::timeout(wait, server.said()).await {
                Ok(said) => {
                    said?;
                    killed.listening.push(started.elapsed());
                }
                Err(_) => killed.while_starting += 1,
            }
        }
        tokio::time::sleep(at.saturating_duration_since(Instant::now())).await;
        killed.first_effect.extend(ledger.first_effect_since(started));
        server.kill().await?;
        killed.kills += 1;
        ledger.killed();
        server = stage.spawn()?;
    }
    if killed.kills > 0 {
        server.said().await?;
    }
    Ok((killed, Host { server, api, address }))
}

/// Xorshift: moments that can be repeated need no more.
struct Random(u64);

impl Random {
    /// Between 0 and 1.
    fn fraction(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_its_moments_and_they_are_spread() {
        let of = |seed| {
            let mut random = Random(seed);
            (0..1_000).map(|_| random.fraction()).collect::<Vec<_>>()
        };
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(9));
        assert!(of(7).iter().all(|fraction| (0.0..1.0).contains(fraction)));
        assert!((450..550).contains(&of(7).iter().filter(|fraction| **fraction < 0.5).count()));
    }
}

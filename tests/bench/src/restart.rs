//! `restart`: from `kill -9`, and from a clean stop, to the first handled event.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    closed_loop, documents,
    error::BenchError,
    figures::{millis, percentile_ms},
    stage::{Stage, forgetful},
    tasks::{self, Tasks},
    wire::{Shot, Wire},
};

/// How long a restart may take.
const PATIENCE: Duration = Duration::from_secs(60);
const CONNECTORS: usize = 5;
const CHANNELS: usize = 40;

/// What can be chosen.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Events that were handled before.
    #[arg(long, default_value_t = 10_000)]
    pub(crate) handled: usize,
    /// How often it is killed, and how often stopped.
    #[arg(long, default_value_t = 5)]
    pub(crate) times: usize,
}

/// Five connectors, a store with a past, and then one end after the other.
pub(crate) async fn run(options: &Options, packages: &std::path::Path) -> Result<Value, BenchError> {
    let mut stage = Stage::set(forgetful(CHANNELS), packages, "").await?;
    let channels = stage.manifest().tenant.channel_ids[..CHANNELS].to_vec();
    let mut host = stage.start().await?;
    let connectors = stage.upload_variants(&host, "salesforce", CONNECTORS).await?;
    let installation = |(n, (package, share)): (usize, (&documents::Uploaded, &[String]))| {
        documents::salesforce(stage.manifest(), &format!("desk-{n}"), package, share)
    };
    let shares = channels.chunks(CHANNELS / CONNECTORS);
    let installations = connectors.iter().zip(shares).enumerate().map(installation).collect();
    host.api.apply(&documents::tenant(stage.manifest(), "acme", installations)).await?;
    let subscriptions = stage.subscriptions(&channels).await?;
    let past = stage.shots(&subscriptions, &channels, 0..options.handled, 50)?;
    closed_loop::run(&stage.sim, &host.address, past, 32).await?;

    let (mut killed, mut stopped, mut listening) = (Vec::new(), Vec::new(), Vec::new());
    for time in 0..2 * options.times.max(1) {
        let message = tasks::post(&stage.sim, &channels[time % CHANNELS], 0, 50)?;
        let shot = stage.shot(&subscriptions[&message.channel], &message);
        let tasks = Tasks::watch(&stage.sim, 1);
        let kill = time % 2 == 0;
        let address = host.address.clone();
        let mut begun = Instant::now();
        if kill {
            host.server.kill().await?;
        } else {
            host.server.stop().await?;
            begun = Instant::now();
        }
        let sender = tokio::spawn(deliver(address, shot));
        host = stage.start().await?;
        listening.push(begun.elapsed());
        sender.await??;
        tasks.all(PATIENCE).await;
        let Some(at) = tasks.at(0) else {
            return Err(BenchError::Server("the first event after a restart was not handled".into()));
        };
        if kill { &mut killed } else { &mut stopped }.push(at.saturating_duration_since(begun));
    }
    Ok(json!({
        "connectors": CONNECTORS,
        "handled_before": options.handled,
        "times": options.times,
        "after_kill_p50_ms": percentile_ms(&killed, 50),
        "after_kill_max_ms": millis(killed.iter().max().copied().unwrap_or_default()),
        "after_stop_p50_ms": percentile_ms(&stopped, 50),
        "after_stop_max_ms": millis(stopped.iter().max().copied().unwrap_or_default()),
        "listening_p50_ms": percentile_ms(&listening, 50),
    }))
}

/// Sends until it is taken, as Graph does, only sooner.
async fn deliver(address: String, shot: Shot) -> Result<(), BenchError> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Ok(mut wire) = Wire::connect(&address).await
            && wire.post(&shot).await.is_ok_and(|status| status == 202)
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Err(BenchError::Server("the host took nothing after a restart".into()))
}

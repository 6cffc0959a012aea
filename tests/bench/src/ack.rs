//! `ack`: how many notifications a second are made durable and acknowledged, and whether all were kept.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    documents,
    error::BenchError,
    figures::{micros_each, per_second, percentile_ms},
    stage::{Host, Message, Stage, forgetful},
    wire::{Shot, Wire},
};

/// The events are handled one at a time, so that what is measured is the acknowledgment.
const SLOWLY: &str = "[delivery]\nconcurrency = 1";

/// What can be chosen.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// How many notifications, of one item each. A tenant may have 100,000 waiting.
    #[arg(long, default_value_t = 60_000)]
    pub(crate) notifications: usize,
    /// Connections, each with one notification under way.
    #[arg(long, default_value_t = 64)]
    pub(crate) connections: usize,
}

/// Sends them all, kills the host with the last answer, and counts what the next one finds.
pub(crate) async fn run(options: &Options, packages: &std::path::Path) -> Result<Value, BenchError> {
    let mut stage = Stage::set(forgetful(0), packages, SLOWLY).await?;
    let host = stage.start().await?;
    let package = stage.upload(&host, "hostile").await?;
    let channel = stage.manifest().tenant.channel_id.clone();
    let echo = documents::hostile(stage.manifest(), "echo", &package, "echo", Some(&channel));
    host.api.apply(&documents::tenant(stage.manifest(), "acme", vec![echo])).await?;
    let subscription = stage.subscriptions(std::slice::from_ref(&channel)).await?.remove(&channel);
    let subscription = subscription.ok_or_else(|| BenchError::Server("the subscription is gone".into()))?;
    // Nobody reads these messages, so they need not exist.
    let place = format!("teams('{}')/channels('{channel}')", stage.manifest().tenant.team_id);
    let shots = (0..options.notifications).map(|number| {
        let id = (1_700_000_000_000 + number).to_string();
        let resource = format!("{place}/messages('{id}')");
        stage.shot(&subscription, &Message { number, channel: channel.clone(), id, resource })
    });
    let shots: Vec<_> = shots.collect();

    let warm_up = options.notifications / 20;
    send(&host, &shots[..warm_up], options.connections).await?;
    let cpu = host.server.cpu()?;
    let (answered, elapsed) = send(&host, &shots[warm_up..], options.connections).await?;
    let cpu = host.server.cpu()?.saturating_sub(cpu);
    host.server.kill().await?;

    let host = stage.start().await?;
    let kept = host.api.events("acme", "", |_| {}).await?;
    let sent = warm_up + answered.len();
    Ok(json!({
        "notifications": answered.len(),
        "connections": options.connections,
        "acknowledged_per_second": per_second(answered.len(), elapsed),
        "ack_p50_ms": percentile_ms(&answered, 50),
        "ack_p99_ms": percentile_ms(&answered, 99),
        "cpu_us_per_notification": micros_each(cpu, answered.len()),
        "kept_after_kill": kept,
        "lost": sent.saturating_sub(kept),
        "duplicated": kept.saturating_sub(sent),
    }))
}

/// Sends the shots over so many connections; how long each took, and all together.
async fn send(
    host: &Host,
    shots: &[Shot],
    connections: usize,
) -> Result<(Vec<Duration>, Duration), BenchError> {
    let (shots, next) = (Arc::new(shots.to_vec()), Arc::new(AtomicUsize::new(0)));
    let mut wires = Vec::new();
    for _ in 0..connections {
        wires.push(Wire::connect(&host.address).await.map_err(BenchError::io("connecting to the host"))?);
    }
    let begun = Instant::now();
    let mut senders = Vec::new();
    for mut wire in wires {
        let (shots, next) = (shots.clone(), next.clone());
        senders.push(tokio::spawn(async move {
            let mut answered = Vec::new();
            while let Some(shot) = shots.get(next.fetch_add(1, Ordering::Relaxed)) {
                let begun = Instant::now();
                let status = wire.post(shot).await.map_err(BenchError::io("sending a notification"))?;
                if status != 202 {
                    return Err(BenchError::Server(format!("a notification was answered with {status}")));
                }
                answered.push(begun.elapsed());
            }
            Ok(answered)
        }));
    }
    let mut answered = Vec::new();
    for sender in senders {
        answered.extend(sender.await??);
    }
    Ok((answered, begun.elapsed()))
}

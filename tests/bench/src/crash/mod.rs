//! `crash`: `kill -9` in a loop under load, and then the proof that nothing acknowledged was lost and nothing was
//! written twice.
//!
//! Every notification is sent again until it is acknowledged, as Graph does. What must hold is judged by the
//! simulators' record, which no kill touches, and by a guest that counts without ever looking.

mod killer;
mod laws;
mod ledger;
mod sender;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    documents,
    error::BenchError,
    stage::{Host, Stage},
};
use ledger::Ledger;
use sender::Sender;

/// How long everything may take to settle once the kills have ended.
const PATIENCE: Duration = Duration::from_secs(120);
/// Channels that the Salesforce connector watches. The guest that counts watches the first one, too.
const CHANNELS: usize = 8;
/// A crash says nothing about how often an upstream may fail: no event may die of the schedule.
const RETRIES: &str =
    "[delivery]\nretry_schedule_ms = [50, 100, 200, 400, 800, 1600, 3200, 6400, 6400, 6400]";
/// The simulators keep so many Tasks and messages: many times what is under way at any moment.
const KEPT: usize = 1_000;

/// What can be chosen.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// How long notifications are sent and hosts are killed.
    #[arg(long, default_value_t = 1.0)]
    minutes: f64,
    /// Kills in a minute, each at a random moment.
    #[arg(long, default_value_t = 40)]
    kills: u32,
    /// Notifications under way at the same time.
    #[arg(long, default_value_t = 48)]
    in_flight: usize,
    /// Repeats the moments of an earlier run.
    #[arg(long)]
    seed: Option<u64>,
}

/// What happened, and which laws were broken.
pub(crate) struct Outcome {
    pub(crate) report: Value,
    pub(crate) broken: Vec<String>,
}

/// Load, kills, and the reckoning.
pub(crate) async fn run(options: &Options, packages: &std::path::Path) -> Result<Outcome, BenchError> {
    let seed = options.seed.unwrap_or_else(seed_of_now);
    eprintln!("seed {seed}: {} kills a minute for {} minutes", options.kills, options.minutes);
    let simulators = tieline_sim::Options {
        record: false,
        keep_records: KEPT,
        keep_messages: KEPT,
        salesforce_daily_requests: u64::from(u32::MAX),
        ..tieline_sim::Options::default()
    };
    let mut stage = Stage::set(simulators, packages, RETRIES).await?;
    let channels = stage.manifest().tenant.channel_ids[..CHANNELS].to_vec();
    let host = stage.start().await?;
    install(&stage, &host, &channels).await?;
    let subscriptions = stage.subscriptions(&channels).await?;

    let stage = Arc::new(stage);
    let ledger = Ledger::watch(&stage.sim);
    let ended = Arc::new(AtomicBool::new(false));
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..options.in_flight.max(1) {
        senders.spawn(
            Sender {
                stage: stage.clone(),
                subscriptions: subscriptions.clone(),
                channels: channels.clone(),
                address: host.address.clone(),
                ledger: ledger.clone(),
                ended: ended.clone(),
            }
            .send(),
        );
    }
    let progress = tokio::spawn(tell(ledger.clone()));
    let duration = Duration::from_secs_f64((options.minutes * 60.0).max(1.0));
    let (killed, host) = killer::run(&stage, host, options.kills, seed, duration, &ledger).await?;
    ended.store(true, Ordering::Relaxed);
    eprintln!("no more kills; waiting until everything is settled");
    let settled = tokio::time::timeout(PATIENCE, settle(&mut senders, &host)).await;
    progress.abort();
    settled.unwrap_or(Ok(()))?;
    laws::judge(seed, &host, &ledger, &channels, killed).await
}

async fn install(stage: &Stage, host: &Host, channels: &[String]) -> Result<(), BenchError> {
    let (salesforce, hostile) =
        (stage.upload(host, "salesforce").await?, stage.upload(host, "hostile").await?);
    let manifest = stage.manifest();
    let desk = documents::salesforce(manifest, "desk", &salesforce, channels);
    let counter = documents::hostile(manifest, laws::COUNTER, &hostile, "counter", Some(&channels[0]));
    host.api.apply(&documents::tenant(manifest, laws::TENANT, vec![desk, counter])).await
}

/// Waits until every sender has its last Task, and the host has nothing pending.
async fn settle(
    senders: &mut tokio::task::JoinSet<Result<(), BenchError>>,
    host: &Host,
) -> Result<(), BenchError> {
    while let Some(sender) = senders.join_next().await {
        sender??;
    }
    while host.api.events(laws::TENANT, "&state=pending", |_| {}).await? > 0 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // What would come twice still comes.
    tokio::time::sleep(Duration::from_secs(1)).await;
    Ok(())
}

async fn tell(ledger: Arc<Ledger>) {
    let begun = Instant::now();
    loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let sums = ledger.sums();
        let seconds = begun.elapsed().as_secs();
        eprintln!(
            "{seconds:>4} s: {} kills, {} acknowledged, {} effected, {} duplicated",
            ledger.kills(),
            sums.acknowledged,
            sums.effected,
            sums.duplicated
        );
    }
}

fn seed_of_now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(1, |now| now.as_nanos() as u64) | 1
}

//! `latency`: from sending a notification to the Task at Salesforce, at half of what the host can do.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    api::Api,
    closed_loop,
    error::BenchError,
    figures::{per_second, percentile_ms, rounded},
    flow, open_loop,
    stage::{Stage, forgetful},
    tasks::Tasks,
};

/// How long the last Tasks may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// So many journals are read for the stages of a run.
const JOURNALS: usize = 300;

/// What can be chosen.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// How long notifications are sent.
    #[arg(long, default_value_t = 15)]
    pub(crate) seconds: usize,
    /// Notifications a second, in place of half of the rate that is measured first.
    #[arg(long)]
    pub(crate) per_second: Option<f64>,
}

/// Measures the rate of the closed loop, then sends at half of it, evenly.
pub(crate) async fn run(options: &Options, packages: &std::path::Path) -> Result<Value, BenchError> {
    let mut stage = Stage::set(forgetful(0), packages, "").await?;
    let channels = stage.manifest().tenant.channel_ids[..32].to_vec();
    let host = stage.start().await?;
    let whole = flow::Options {
        notifications: 0,
        in_flight: 32,
        tenants: 1,
        installations: 1,
        event_bytes: 50,
        upstream_latency_ms: 0,
    };
    flow::apply(&stage, &host, &channels, &whole).await?;
    let subscriptions = stage.subscriptions(&channels).await?;
    let shots = |count| stage.shots(&subscriptions, &channels, 0..count, whole.event_bytes);
    let rate = match options.per_second {
        Some(rate) => rate,
        None => {
            closed_loop::run(&stage.sim, &host.address, shots(500)?, whole.in_flight).await?;
            let seen = closed_loop::run(&stage.sim, &host.address, shots(20_000)?, whole.in_flight).await?;
            per_second(seen.ended.len(), seen.elapsed) / 2.0
        }
    };
    eprintln!("{rate:.0} notifications a second for {} seconds", options.seconds);
    let count = ((rate * options.seconds as f64) as usize).max(1);
    let shots = shots(count)?;
    let tasks = Tasks::watch(&stage.sim, count);
    let sent = open_loop::run(&host.address, shots, rate).await?;
    tasks.all(PATIENCE).await;
    let taken = end_to_end(&tasks, &sent.acknowledged);
    let stages = Stages::of(&host.api).await?;
    Ok(json!({
        "notifications": count,
        "sent_per_second": rounded(rate, 1),
        "end_to_end_p50_ms": percentile_ms(&taken, 50),
        "end_to_end_p90_ms": percentile_ms(&taken, 90),
        "end_to_end_p99_ms": percentile_ms(&taken, 99),
        "end_to_end_max_ms": percentile_ms(&taken, 100),
        "ack_p50_ms": percentile_ms(&sent.answered, 50),
        "ack_p99_ms": percentile_ms(&sent.answered, 99),
        "run_p50_ms": percentile_ms(&stages.runs, 50),
        "message_call_p50_ms": percentile_ms(&stages.messages, 50),
        "task_call_p50_ms": percentile_ms(&stages.tasks, 50),
        "guest_p50_ms": percentile_ms(&stages.guests, 50),
        "refused": sent.refused,
        "lost": tasks.lost(),
        "duplicated": tasks.duplicated(),
    }))
}

/// What the journal says of the newest events: it is kept anyway, so that nothing was slowed down to learn it.
#[derive(Default)]
struct Stages {
    runs: Vec<Duration>,
    /// Reading the message.
    messages: Vec<Duration>,
    /// Creating the Task.
    tasks: Vec<Duration>,
    /// What remains of a run: the guest, and what the host does for it.
    guests: Vec<Duration>,
}

impl Stages {
    async fn of(api: &Api) -> Result<Self, BenchError> {
        let mut stages = Self::default();
        for event in api.newest("tenant-0", JOURNALS).await? {
            let micros = |value: &Value| Duration::from_micros(value["duration_us"].as_u64().unwrap_or(0));
            for run in event["runs"].as_array().into_iter().flatten() {
                let (whole, mut calls) = (micros(run), Duration::ZERO);
                for call in run["calls"].as_array().into_iter().flatten() {
                    let kind = if call["method"] == "GET" { &mut stages.messages } else { &mut stages.tasks };
                    kind.push(micros(call));
                    calls += micros(call);
                }
                stages.runs.push(whole);
                stages.guests.push(whole.saturating_sub(calls));
            }
        }
        Ok(stages)
    }
}

/// How long each took from sending to its Task.
pub(crate) fn end_to_end(tasks: &Tasks, sent: &[(usize, Instant)]) -> Vec<Duration> {
    let taken = |(number, at): &(usize, Instant)| Some(tasks.at(*number)?.saturating_duration_since(*at));
    sent.iter().filter_map(taken).collect()
}

//! `flow`: the whole way of an event, on the host and on the native server, in turns of one run.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};
use tieline_sim::{Effect, Fault, Upstream};

use crate::{
    closed_loop::{self, Seen},
    documents,
    error::BenchError,
    figures::{micros_each, per_second, percentile_ms, rounded},
    native,
    server::Server,
    stage::{Host, Message, Stage, forgetful},
    tasks,
    wire::{Shot, parts},
};

/// The native server is a yardstick only while it is this cheap, in CPU-seconds for 1,000 events.
const NATIVE_AT_MOST: f64 = 0.060;
/// Fewer channels would make a queue of what a real team says side by side.
const CHANNELS: usize = 32;
/// Each side has its turn so often.
const ROUNDS: usize = 4;

/// What can be chosen.
#[derive(Debug, Clone, clap::Args, Serialize)]
pub(crate) struct Options {
    /// How many notifications each side gets.
    #[arg(long, default_value_t = 20_000)]
    pub(crate) notifications: usize,
    /// How many of them at the same time.
    #[arg(long, default_value_t = 32)]
    pub(crate) in_flight: usize,
    /// Tenants that share them.
    #[arg(long, default_value_t = 1)]
    pub(crate) tenants: usize,
    /// Installations of each tenant, each with channels of its own.
    #[arg(long, default_value_t = 1)]
    pub(crate) installations: usize,
    /// Length of a message, at least.
    #[arg(long, default_value_t = 50)]
    pub(crate) event_bytes: usize,
    /// How long both upstreams take for an answer.
    #[arg(long, default_value_t = 0)]
    pub(crate) upstream_latency_ms: u64,
}

/// One side, over all its turns.
#[derive(Default)]
struct Side {
    seen: Seen,
    cpu: Duration,
}

/// Runs both and compares.
pub(crate) async fn run(options: &Options, packages: &std::path::Path) -> Result<Value, BenchError> {
    let installations = (options.tenants * options.installations).max(1);
    let each = CHANNELS.div_ceil(installations);
    let mut stage = Stage::set(forgetful(installations * each), packages, "").await?;
    slow_down(&stage, options.upstream_latency_ms)?;
    let channels = stage.manifest().tenant.channel_ids[..installations * each].to_vec();

    let settings = serde_json::to_string(&native::Settings::of(stage.manifest()))?;
    let program = std::env::current_exe().map_err(BenchError::io("finding this program"))?;
    let log = stage.home.path().join("native.log");
    let mut native = Server::spawn(&program, &["native", &settings], &log)?;
    let native_url = native.said().await?["listening"].as_str().unwrap_or_default().to_owned();
    let host = stage.start().await?;
    apply(&stage, &host, &channels, options).await?;
    let subscriptions = stage.subscriptions(&channels).await?;

    let host_shots = |count| stage.shots(&subscriptions, &channels, 0..count, options.event_bytes);
    let native_shots = |count| -> Result<Vec<Shot>, BenchError> {
        let messages = tasks::post_all(&stage.sim, &channels, 0..count, options.event_bytes)?;
        let shot = |message: &Message| {
            let item = json!({ "changeType": "created", "resource": message.resource });
            let body = json!({ "value": [item] }).to_string().into();
            Shot { number: message.number, path: "/hook".into(), body }
        };
        Ok(messages.iter().map(shot).collect())
    };
    let (mut ours, mut theirs) = (Side::default(), Side::default());
    let native_address = parts(&native_url).0;
    // The first turn of each warms it up.
    for round in 0..=ROUNDS {
        let count = if round == 0 { options.notifications / 20 } else { options.notifications / ROUNDS };
        let mut turn = (Side::default(), Side::default());
        turn.1.take(&stage, &native, native_address, native_shots(count)?, options.in_flight).await?;
        turn.0.take(&stage, &host.server, &host.address, host_shots(count)?, options.in_flight).await?;
        if round > 0 {
            eprintln!(
                "round {round} of {ROUNDS}: native {:.0}, tieline {:.0} tasks/s",
                turn.1.rate(),
                turn.0.rate()
            );
            ours.add(turn.0);
            theirs.add(turn.1);
        }
    }
    Ok(report(options, &ours, &theirs))
}

/// Installs the Salesforce connector for every tenant, each installation with its share of the channels.
pub(crate) async fn apply(
    stage: &Stage,
    host: &Host,
    channels: &[String],
    options: &Options,
) -> Result<(), BenchError> {
    let package = stage.upload(host, "salesforce").await?;
    let (tenants, of_each) = (options.tenants.max(1), options.installations.max(1));
    let mut shares = channels.chunks(channels.len() / (tenants * of_each));
    for tenant in 0..tenants {
        let share = |(n, share): (usize, &[String])| {
            documents::salesforce(stage.manifest(), &format!("desk-{n}"), &package, share)
        };
        let installations = shares.by_ref().take(of_each).enumerate().map(share).collect();
        let document = documents::tenant(stage.manifest(), &format!("tenant-{tenant}"), installations);
        host.api.apply(&document).await?;
    }
    Ok(())
}

fn slow_down(stage: &Stage, latency_ms: u64) -> Result<(), BenchError> {
    if latency_ms == 0 {
        return Ok(());
    }
    let late = || Effect::latency_ms(latency_ms);
    let message = Fault::new(Upstream::Graph, late()).method("GET");
    let task = Fault::new(Upstream::Salesforce, late()).path_contains("/sobjects");
    for fault in [message, task] {
        stage.sim.world().add_fault(fault).map_err(BenchError::part("slowing the upstreams down"))?;
    }
    Ok(())
}

impl Side {
    /// One turn: fires the shots, and counts the processor time that the server took for them.
    async fn take(
        &mut self,
        stage: &Stage,
        server: &Server,
        address: &str,
        shots: Vec<Shot>,
        in_flight: usize,
    ) -> Result<(), BenchError> {
        let before = server.cpu()?;
        self.seen.add(closed_loop::run(&stage.sim, address, shots, in_flight).await?);
        self.cpu += server.cpu()?.saturating_sub(before);
        stage.sim.world().clear_messages();
        Ok(())
    }

    fn add(&mut self, turn: Self) {
        self.seen.add(turn.seen);
        self.cpu += turn.cpu;
    }

    fn rate(&self) -> f64 {
        per_second(self.seen.ended.len(), self.seen.elapsed)
    }

    fn cpu_per_1000(&self) -> f64 {
        rounded(self.cpu.as_secs_f64() * 1_000.0 / self.seen.ended.len().max(1) as f64, 4)
    }
}

/// Processor time is that of the server's process; the driver and the simulators are not counted.
fn report(options: &Options, ours: &Side, theirs: &Side) -> Value {
    let native_cpu = theirs.cpu_per_1000();
    json!({
        "notifications": ours.seen.acknowledged.len(),
        "in_flight": options.in_flight,
        "tenants": options.tenants,
        "installations": options.installations,
        "event_bytes": options.event_bytes,
        "upstream_latency_ms": options.upstream_latency_ms,
        "tasks_per_second": ours.rate(),
        "native_tasks_per_second": theirs.rate(),
        "ratio_to_native": rounded(ours.rate() / theirs.rate(), 3),
        "cpu_seconds_per_1000": ours.cpu_per_1000(),
        "native_cpu_seconds_per_1000": native_cpu,
        "native_valid": native_cpu <= NATIVE_AT_MOST,
        "cpu_us_per_event": micros_each(ours.cpu, ours.seen.ended.len()),
        "native_cpu_us_per_event": micros_each(theirs.cpu, theirs.seen.ended.len()),
        "wall_us_per_event": micros_each(ours.seen.elapsed, ours.seen.ended.len()),
        "native_wall_us_per_event": micros_each(theirs.seen.elapsed, theirs.seen.ended.len()),
        "lost": ours.seen.lost,
        "duplicated": ours.seen.duplicated,
        "native_lost": theirs.seen.lost,
        "ack_p50_ms": percentile_ms(&ours.seen.acknowledged, 50),
        "ack_p99_ms": percentile_ms(&ours.seen.acknowledged, 99),
        "end_to_end_p50_ms": percentile_ms(&ours.seen.ended, 50),
        "end_to_end_p99_ms": percentile_ms(&ours.seen.ended, 99),
        "native_end_to_end_p50_ms": percentile_ms(&theirs.seen.ended, 50),
        "native_end_to_end_p99_ms": percentile_ms(&theirs.seen.ended, 99),
    })
}

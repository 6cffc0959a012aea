//! `neighbour`: what a tenant notices when another one floods the host, or its guests spin.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    documents,
    error::BenchError,
    figures::{percentile_ms, rounded},
    latency::end_to_end,
    open_loop,
    stage::{Stage, forgetful},
    tasks::Tasks,
    wire::Shot,
};

/// How long the last Tasks of a phase may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// A flood is so many times what the quiet tenant sends.
const FLOOD: f64 = 10.0;
/// Guests of the other tenant that are sent into spinning each second.
const SPINS: f64 = 20.0;
/// Channels of each tenant's connector.
const CHANNELS: usize = 16;

/// What can be chosen.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// How long each of the three phases lasts.
    #[arg(long, default_value_t = 10)]
    pub(crate) seconds: usize,
    /// What the quiet tenant sends each second.
    #[arg(long, default_value_t = 100.0)]
    pub(crate) per_second: f64,
}

/// One tenant alone, beside a flood, beside guests that spin.
pub(crate) async fn run(options: &Options, packages: &std::path::Path) -> Result<Value, BenchError> {
    let mut stage = Stage::set(forgetful(2 * CHANNELS + 8), packages, "").await?;
    let host = stage.start().await?;
    let (salesforce, hostile) =
        (stage.upload(&host, "salesforce").await?, stage.upload(&host, "hostile").await?);
    let channels = stage.manifest().tenant.channel_ids.clone();
    let (quiet, rest) = channels.split_at(CHANNELS);
    let (loud, rest) = rest.split_at(CHANNELS);
    let spinning = rest[..1].to_vec();
    let manifest = stage.manifest();
    let desk = |share: &[String]| documents::salesforce(manifest, "desk", &salesforce, share);
    let spin = documents::hostile(manifest, "spin", &hostile, "spin", Some(&spinning[0]));
    host.api.apply(&documents::tenant(manifest, "quiet", vec![desk(quiet)])).await?;
    host.api.apply(&documents::tenant(manifest, "loud", vec![desk(loud), spin])).await?;
    let subscriptions = stage.subscriptions(&channels[..=2 * CHANNELS]).await?;

    let shots = |share: &[String], first: usize, count: f64| {
        stage.shots(&subscriptions, share, first..first + (count as usize).max(1), 50)
    };
    let (seconds, rate) = (options.seconds as f64, options.per_second);
    let phase = async |loud: Vec<Shot>, loud_rate: f64| {
        let own = shots(quiet, 0, rate * seconds)?;
        let tasks = Tasks::watch(&stage.sim, own.len());
        let (mine, theirs) = if loud.is_empty() {
            (open_loop::run(&host.address, own, rate).await?, None)
        } else {
            let (mine, theirs) = tokio::try_join!(
                open_loop::run(&host.address, own, rate),
                open_loop::run(&host.address, loud, loud_rate)
            )?;
            (mine, Some(theirs))
        };
        tasks.all(PATIENCE).await;
        let refused = theirs.map_or(0, |theirs| theirs.refused);
        Ok::<_, BenchError>((end_to_end(&tasks, &mine.acknowledged), tasks.lost(), refused))
    };
    phase(Vec::new(), 0.0).await?;
    let (alone, lost_alone, _) = phase(Vec::new(), 0.0).await?;
    // Numbers far behind the quiet tenant's, so that its Tasks are told apart.
    let flood = shots(loud, 10_000_000, FLOOD * rate * seconds)?;
    let (flooded, lost_flooded, refused) = phase(flood, FLOOD * rate).await?;
    let spins = shots(&spinning, 20_000_000, SPINS * seconds)?;
    let (beside_spin, lost_spin, _) = phase(spins, SPINS).await?;

    let p99 = percentile_ms(&alone, 99);
    Ok(json!({
        "per_second": rate,
        "flood_per_second": FLOOD * rate,
        "spins_per_second": SPINS,
        "quiet_p50_ms": percentile_ms(&alone, 50),
        "quiet_p99_ms": p99,
        "flood_p50_ms": percentile_ms(&flooded, 50),
        "flood_p99_ms": percentile_ms(&flooded, 99),
        "spin_p50_ms": percentile_ms(&beside_spin, 50),
        "spin_p99_ms": percentile_ms(&beside_spin, 99),
        "flood_ratio": rounded(percentile_ms(&flooded, 99) / p99.max(0.001), 2),
        "spin_ratio": rounded(percentile_ms(&beside_spin, 99) / p99.max(0.001), 2),
        "refused_of_the_flood": refused,
        "lost": lost_alone + lost_flooded + lost_spin,
    }))
}

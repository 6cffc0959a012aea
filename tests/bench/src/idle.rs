//! `idle`: what very many installations cost while nothing happens.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    documents,
    error::BenchError,
    figures::rounded,
    stage::{Stage, forgetful},
};

const CONNECTORS: usize = 5;
/// Installations of one tenant.
const EACH: usize = 100;

/// What can be chosen.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// How many installations, over tenants of a hundred.
    #[arg(long, default_value_t = 10_000)]
    pub(crate) installations: usize,
    /// How long the host is watched.
    #[arg(long, default_value_t = 5)]
    pub(crate) seconds: u64,
}

/// Installs them through the API, starts the host anew, and looks at it.
pub(crate) async fn run(options: &Options, packages: &std::path::Path) -> Result<Value, BenchError> {
    let mut stage = Stage::set(forgetful(0), packages, "").await?;
    let host = stage.start().await?;
    let connectors = stage.upload_variants(&host, "hostile", CONNECTORS).await?;
    let begun = Instant::now();
    for tenant in 0..options.installations.div_ceil(EACH) {
        let installation = |n: usize| {
            let package = &connectors[n % CONNECTORS];
            documents::hostile(stage.manifest(), &format!("i-{n}"), package, "echo", None)
        };
        let installations = (0..EACH.min(options.installations - tenant * EACH)).map(installation).collect();
        let document = documents::tenant(stage.manifest(), &format!("t-{tenant}"), installations);
        host.api.apply(&document).await?;
    }
    let applied = begun.elapsed();
    host.server.stop().await?;

    let begun = Instant::now();
    let host = stage.start().await?;
    let started = begun.elapsed();
    let at_start = host.server.resident_mib()?;
    let cpu = host.server.cpu()?;
    tokio::time::sleep(Duration::from_secs(options.seconds)).await;
    let cpu = host.server.cpu()?.saturating_sub(cpu);
    Ok(json!({
        "installations": options.installations,
        "connectors": CONNECTORS,
        "applied_seconds": rounded(applied.as_secs_f64(), 2),
        "start_seconds": rounded(started.as_secs_f64(), 3),
        "resident_mib_at_start": at_start,
        "resident_mib": host.server.resident_mib()?,
        "cpu_percent": rounded(cpu.as_secs_f64() * 100.0 / options.seconds.max(1) as f64, 2),
    }))
}

//! `load`: a restarted host loads its connectors from the cache of compiled code.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tieline_types::Digest;

use crate::{
    error::BenchError,
    figures::{millis, percentile_ms},
    parts,
    stage::{Stage, forgetful},
};

const CONNECTORS: usize = 5;

/// What can be chosen.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// How often all five are loaded, each time by a new sandbox.
    #[arg(long, default_value_t = 5)]
    pub(crate) times: usize,
}

/// Compiles five connectors once, and then loads them as every later start does: content from the store, code
/// from the cache.
pub(crate) async fn run(options: &Options, packages: &std::path::Path) -> Result<Value, BenchError> {
    let stage = Stage::set(forgetful(0), packages, "").await?;
    let folder = stage.home.path();
    let services = parts::services(folder).await?;
    let mut digests = Vec::new();
    let mut package_bytes = 0;
    for (_, package) in stage.variants("salesforce", CONNECTORS)? {
        package_bytes = package.len();
        let kept = services.store.put_blob(package.into()).await;
        digests.push(kept.map_err(BenchError::part("keeping a package"))?);
    }
    let load = async |digest: &Digest, runtime: &std::sync::Arc<tieline_runtime::Runtime>| {
        let begun = Instant::now();
        let content = services.store.blob(digest).await.map_err(BenchError::part("reading a package"))?;
        let package = runtime.load(content.unwrap_or_default()).await;
        package.map_err(BenchError::part("loading a package"))?;
        Ok::<Duration, BenchError>(begun.elapsed())
    };
    let (mut compiled, mut cached, mut engines) = (Vec::new(), Vec::new(), Vec::new());
    for time in 0..=options.times.max(1) {
        let begun = Instant::now();
        let runtime = parts::runtime(folder, true)?;
        engines.push(begun.elapsed());
        for digest in &digests {
            let took = load(digest, &runtime).await?;
            if time == 0 { &mut compiled } else { &mut cached }.push(took);
        }
    }
    Ok(json!({
        "connectors": CONNECTORS,
        "package_bytes": package_bytes,
        "compile_p50_ms": percentile_ms(&compiled, 50),
        "load_p50_ms": percentile_ms(&cached, 50),
        "load_max_ms": millis(cached.iter().max().copied().unwrap_or_default()),
        "engine_start_p50_ms": percentile_ms(&engines, 50),
    }))
}

//! `calls`: so many call records, announced with duplicates and growing on the way, become rows of Parquet files: exactly
//! one for each, of its last version, in bounded memory.
//!
//! The feed: every call is announced as created; every tenth is announced once more as updated although nothing changed;
//! every seventh grows by up to three versions, and is announced as updated twice, out of order.

use std::{
    path::PathBuf,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use serde_json::{Value, json};
use tieline_sim::{ConsentChange, Generated, SubscriptionView};

use crate::{
    documents,
    error::BenchError,
    figures::{micros_each, per_second},
    stage::{Host, Stage, forgetful},
    wire::{Shot, Wire, parts},
};

const TENANT: &str = "acme";
const INSTALLATION: &str = "calls";
/// How long a subscription may take, and how long nothing may happen before the feed counts as stuck.
const PATIENCE: Duration = Duration::from_secs(120);
/// Counts rows with a library that others wrote.
const COUNT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/duckdb/count.py");

/// What can be chosen.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// How many call records.
    #[arg(long, default_value_t = 100_000)]
    pub(crate) records: u64,
    /// Connections, each with one notification under way.
    #[arg(long, default_value_t = 16)]
    pub(crate) connections: usize,
    /// A Python that has duckdb, which then reads the files too.
    #[arg(long)]
    pub(crate) python: Option<PathBuf>,
}

/// What the rows should be, and what was found.
pub(crate) struct Outcome {
    pub(crate) report: Value,
    pub(crate) broken: Vec<String>,
}

/// Feeds them all, waits until all is written, and counts.
pub(crate) async fn run(options: &Options, packages: &std::path::Path) -> Result<Outcome, BenchError> {
    let keys = options.records.saturating_mul(2).max(100_000);
    let bytes = keys * 1_000;
    let limits = format!("[limits]\nstorage_total_keys = {keys}\nstorage_total_bytes = {bytes}\n");
    let mut stage = Stage::set(forgetful(0), packages, &limits).await?;
    let permissions = vec!["CallRecords.Read.All".to_owned()];
    let consent = ConsentChange { permissions, delay_seconds: 0, spread_seconds: 0, at_once: true };
    stage.sim.world().set_consent(consent);
    stage.sim.world().generate_calls(options.records);
    let host = stage.start().await?;
    let package = stage.upload(&host, "call-records").await?;
    let calls = documents::calls(INSTALLATION, &package, keys);
    host.api.apply(&documents::tenant(stage.manifest(), TENANT, vec![calls])).await?;
    let subscription = subscription(&stage).await?;

    let (begun, cpu) = (Instant::now(), host.server.cpu()?);
    let highest = Arc::new(Mutex::new(host.server.resident_mib()?));
    let mut sent = 0;
    for feed in [first(&stage, &subscription), grown(&stage, &subscription)] {
        sent += feed.len();
        send(&host, feed, options.connections, &highest).await?;
        drained(&host, &highest).await?;
    }
    let (elapsed, cpu) = (begun.elapsed(), host.server.cpu()?.saturating_sub(cpu));
    host.api.compact(TENANT, INSTALLATION, "calls").await?;
    let dead = host.api.events(TENANT, "&state=dead", |_| {}).await?;
    let wanted = stage.sim.world().generated();
    let told = host.api.summary(TENANT, INSTALLATION, "calls", "count,sum:version").await?;
    let resident = host.server.resident_mib()?.max(*highest.lock());
    let read = match &options.python {
        Some(python) => Some(duckdb(python, &stage)?),
        None => None,
    };
    let broken = broken(wanted, &told, read.as_ref(), dead);
    let report = json!({
        "records": options.records,
        "notifications": sent,
        "seconds": crate::figures::rounded(elapsed.as_secs_f64(), 1),
        "notifications_per_second": per_second(sent, elapsed),
        "cpu_us_per_notification": micros_each(cpu, sent),
        "highest_resident_mib": resident,
        "calls": told["count"],
        "versions": told["sum:version"],
        "wanted_calls": wanted.calls,
        "wanted_versions": wanted.versions,
        "duckdb": read,
        "dead": dead,
        "broken": broken,
    });
    Ok(Outcome { report, broken })
}

/// What does not hold.
fn broken(wanted: Generated, told: &Value, read: Option<&Value>, dead: usize) -> Vec<String> {
    let mut broken = Vec::new();
    let mut same = |what: &str, found: Option<f64>, wanted: f64| {
        if found != Some(wanted) {
            broken.push(format!("{what}: {found:?} in place of {wanted}"));
        }
    };
    let (calls, versions) = (wanted.calls as f64, wanted.versions as f64);
    same("calls by the API", told["count"].as_f64(), calls);
    same("versions by the API", told["sum:version"].as_f64(), versions);
    if let Some(read) = read {
        same("rows by duckdb", read["rows"].as_f64(), calls);
        same("different calls by duckdb", read["different"].as_f64(), calls);
        same("versions by duckdb", read["versions"].as_f64(), versions);
    }
    same("dead letters", Some(dead as f64), 0.0);
    broken
}

async fn subscription(stage: &Stage) -> Result<SubscriptionView, BenchError> {
    let begun = Instant::now();
    loop {
        let found = stage.sim.world().subscriptions_to("/communications/callRecords").pop();
        match found {
            Some(found) => return Ok(found),
            None if begun.elapsed() > PATIENCE => {
                return Err(BenchError::Server("the host does not subscribe to call records".into()));
            }
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

/// Every call is new, and every tenth is told twice.
fn first(stage: &Stage, subscription: &SubscriptionView) -> Vec<Shot> {
    let mut feed = Vec::new();
    for (number, call) in stage.sim.world().calls().iter().enumerate() {
        feed.push(shot(stage, subscription, number, &call.id, "created"));
        if number % 10 == 0 {
            feed.push(shot(stage, subscription, number, &call.id, "updated"));
        }
    }
    feed
}

/// Every seventh call grows, which is told twice: once in order, and once all backwards.
fn grown(stage: &Stage, subscription: &SubscriptionView) -> Vec<Shot> {
    let world = stage.sim.world();
    let grown: Vec<_> = world.calls().into_iter().step_by(7).collect();
    for (number, call) in grown.iter().enumerate() {
        // They are all there.
        let _ = world.raise_call(&call.id, 1 + number as i64 % 3, 0, false);
    }
    let twice = grown.iter().chain(grown.iter().rev()).enumerate();
    twice.map(|(number, call)| shot(stage, subscription, number, &call.id, "updated")).collect()
}

fn shot(stage: &Stage, subscription: &SubscriptionView, number: usize, id: &str, change: &str) -> Shot {
    let body = stage.sim.world().call_notification(subscription, id, change);
    Shot { number, path: parts(&subscription.notification_url).1.to_owned(), body }
}

/// Sends them as fast as they are taken: what is refused for a moment is sent again, as Graph does.
async fn send(
    host: &Host,
    feed: Vec<Shot>,
    connections: usize,
    highest: &Arc<Mutex<f64>>,
) -> Result<(), BenchError> {
    let feed = Arc::new(Mutex::new(feed.into_iter()));
    let mut senders = Vec::new();
    for _ in 0..connections.max(1) {
        let mut wire =
            Wire::connect(&host.address).await.map_err(BenchError::io("connecting to the host"))?;
        let feed = feed.clone();
        senders.push(tokio::spawn(async move {
            loop {
                let Some(shot) = feed.lock().next() else { return Ok::<_, BenchError>(()) };
                let begun = Instant::now();
                while wire.post(&shot).await.map_err(BenchError::io("sending a notification"))? != 202 {
                    if begun.elapsed() > PATIENCE {
                        return Err(BenchError::Server("the host takes no more notifications".into()));
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        }));
    }
    while senders.iter().any(|sender| !sender.is_finished()) {
        watch(host, highest)?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for sender in senders {
        sender.await??;
    }
    Ok(())
}

/// Waits until no event waits any more.
async fn drained(host: &Host, highest: &Arc<Mutex<f64>>) -> Result<(), BenchError> {
    let (mut begun, mut least) = (Instant::now(), usize::MAX);
    loop {
        watch(host, highest)?;
        let left = host.api.pending(TENANT).await?;
        if left == 0 {
            return Ok(());
        }
        if left < least {
            (begun, least) = (Instant::now(), left);
        }
        if begun.elapsed() > PATIENCE {
            return Err(BenchError::Server(format!("{left} events wait and nothing happens")));
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

fn watch(host: &Host, highest: &Arc<Mutex<f64>>) -> Result<(), BenchError> {
    let now = host.server.resident_mib()?;
    let mut highest = highest.lock();
    *highest = highest.max(now);
    Ok(())
}

/// What duckdb finds in the files.
fn duckdb(python: &std::path::Path, stage: &Stage) -> Result<Value, BenchError> {
    let folder =
        stage.home.path().join(format!("data/datasets/tenant={TENANT}/installation={INSTALLATION}/calls"));
    let output = Command::new(python).arg(COUNT).arg(&folder).output();
    let output = output.map_err(BenchError::io("running duckdb"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(BenchError::Server(format!("duckdb: {said}")));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_too_many_or_too_few_is_found() {
        let wanted = Generated { calls: 10, versions: 12 };
        let right = json!({"count": 10, "sum:version": 12.0});
        let read = json!({"rows": 10, "versions": 12, "different": 10});
        assert!(broken(wanted, &right, Some(&read), 0).is_empty());
        assert_eq!(broken(wanted, &json!({"count": 11, "sum:version": 12}), None, 0).len(), 1);
        let twice = json!({"rows": 11, "versions": 13, "different": 10});
        assert_eq!(broken(wanted, &right, Some(&twice), 1).len(), 3);
        assert_eq!(broken(wanted, &json!({}), None, 0).len(), 2);
    }
}

//! `tieline-bench`: measures, and reports what was measured.
//!
//! Simulators and driver run in this process, the measured server in another one. The native server is the
//! yardstick: the same flow, the same HTTP client, no sandbox, no durability.

mod ack;
mod api;
mod calls;
mod client;
mod closed_loop;
mod crash;
mod documents;
mod error;
mod figures;
mod flow;
mod idle;
mod latency;
mod load;
mod native;
mod neighbour;
mod open_loop;
mod parts;
mod report;
mod restart;
mod sandbox;
mod server;
mod stage;
mod store;
mod tasks;
mod wire;

use std::{error::Error, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::error::BenchError;

#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    bench: Bench,
    /// Prints one single-line JSON object.
    #[arg(long, global = true)]
    json: bool,
    /// The folder of built packages.
    #[arg(long, global = true, default_value = "target/plugins")]
    packages: PathBuf,
}

#[derive(Subcommand)]
enum Bench {
    /// Notification → message → Salesforce Task, closed loop, in turns with the native server.
    Flow(flow::Options),
    /// Durable acknowledgments a second, of one item each.
    Ack(ack::Options),
    /// From notification to Task at half of the host's rate, open loop.
    Latency(latency::Options),
    /// What the sandbox costs for one event of a Rust guest with three host calls.
    Sandbox(sandbox::Options),
    /// Loading installed connectors from the cache of compiled code.
    Load(load::Options),
    /// From the end of a host to the first event that the next one handles.
    Restart(restart::Options),
    /// Memory and start of a host with very many installations.
    Idle(idle::Options),
    /// What a tenant notices of another that floods or spins.
    Neighbour(neighbour::Options),
    /// The store alone: events appended, settled with their runs and effects, and swept.
    Store(store::Options),
    /// Call records become rows: exactly one each, whatever the feed repeats; fails when one is missing or double.
    Calls(calls::Options),
    /// All of the measurements with a promise, and one table of what was promised and what was measured.
    Report,
    /// `kill -9` in a loop under load; fails when something acknowledged was lost, or written twice.
    Crash(crash::Options),
    /// The native server; started by `flow`.
    #[command(hide = true)]
    Native {
        /// Its settings, as JSON.
        settings: String,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(Arguments { bench, json, packages }: Arguments) -> Result<(), BenchError> {
    let report = match bench {
        Bench::Flow(options) => flow::run(&options, &packages).await?,
        Bench::Ack(options) => ack::run(&options, &packages).await?,
        Bench::Latency(options) => latency::run(&options, &packages).await?,
        Bench::Sandbox(options) => sandbox::run(&options, &packages).await?,
        Bench::Load(options) => load::run(&options, &packages).await?,
        Bench::Restart(options) => restart::run(&options, &packages).await?,
        Bench::Idle(options) => idle::run(&options, &packages).await?,
        Bench::Neighbour(options) => neighbour::run(&options, &packages).await?,
        Bench::Store(options) => store::run(&options).await?,
        Bench::Calls(options) => {
            let outcome = calls::run(&options, &packages).await?;
            return proven(&outcome.report, &outcome.broken, json);
        }
        Bench::Report => {
            report::print(&report::run(&packages).await?, json);
            return Ok(());
        }
        Bench::Crash(options) => {
            let outcome = crash::run(&options, &packages).await?;
            return proven(&outcome.report, &outcome.broken, json);
        }
        Bench::Native { settings } => return native::serve(&settings).await,
    };
    figures::print(&report, json);
    Ok(())
}

/// Prints what was seen, and fails when something does not hold.
fn proven(report: &serde_json::Value, broken: &[String], json: bool) -> Result<(), BenchError> {
    figures::print(report, json);
    if broken.is_empty() { Ok(()) } else { Err(BenchError::Broken(broken.join("; "))) }
}

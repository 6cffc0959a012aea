//! `tieline-bench`: measures, and reports what was measured.
//!
//! Simulators and driver run in this process, the measured server in another one. The native server is the
//! yardstick: the same flow, the same HTTP client, no sandbox, no durability.

mod client;
mod error;
mod flow;
mod load;
mod native;
mod report;
mod server;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Subcommand)]
enum Bench {
    /// Notification → message → Salesforce Task, closed loop, beside the native server.
    Flow {
        /// Prints one single-line JSON object.
        #[arg(long)]
        json: bool,
        /// How many notifications.
        #[arg(long, default_value_t = 20_000)]
        notifications: usize,
        /// How many of them at the same time.
        #[arg(long, default_value_t = 32)]
        in_flight: usize,
        /// The connector's package.
        #[arg(long, default_value = "target/plugins/salesforce.wasm")]
        package: std::path::PathBuf,
    },
    /// The native server; started by `flow`.
    #[command(hide = true)]
    Native {
        /// Its settings, as JSON.
        settings: String,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Arguments::parse().bench {
        Bench::Flow { json, notifications, in_flight, package } => {
            flow::run(&package, notifications, in_flight).await.map(|report| report.print(json))
        }
        Bench::Native { settings } => native::serve(&settings).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let mut cause = std::error::Error::source(&error);
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

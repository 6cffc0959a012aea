//! `tieline-sim`: the simulators as a program.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use tieline_sim::{Manifest, Options, StartError};
use tokio::signal::unix::{SignalKind, signal};

/// Simulates Entra ID, Microsoft Graph, Salesforce, Dataverse and Veeva Vault on loopback ports until it is stopped.
#[derive(Debug, Parser)]
#[command(name = "tieline-sim", version)]
struct Arguments {
    /// Print the manifest as one line of JSON instead of a table
    #[arg(long)]
    json: bool,
    /// Write the CA certificate here instead of to a temporary file
    #[arg(long, value_name = "PATH")]
    ca_out: Option<PathBuf>,
    /// Do not keep what was received
    #[arg(long)]
    no_record: bool,
    /// Stop when standard input closes
    #[arg(long)]
    exit_with_parent: bool,
    /// Port of the control API (0: any)
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    control_port: u16,
    /// Daily API requests of the Salesforce organisation
    #[arg(long, value_name = "COUNT", default_value_t = Options::default().salesforce_daily_requests)]
    salesforce_daily_requests: u64,
}

/// Why the program failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the simulators could not start")]
    Start(#[from] StartError),
    #[error("the manifest could not be printed")]
    Print(#[from] std::io::Error),
    #[error("the manifest could not be written as JSON")]
    Json(#[from] serde_json::Error),
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("TIELINE_SIM_LOG"))
        .with_writer(std::io::stderr)
        .init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let mut cause: Option<&dyn std::error::Error> = Some(&failure);
            while let Some(error) = cause {
                eprintln!("tieline-sim: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let mut options = Options {
        record: !arguments.no_record,
        ca_out: arguments.ca_out,
        salesforce_daily_requests: arguments.salesforce_daily_requests,
        ..Options::default()
    };
    options.ports.control = arguments.control_port;
    let sim = tieline_sim::start(options).await?;
    print(sim.manifest(), arguments.json)?;
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminated.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
        () = end_of_input(), if arguments.exit_with_parent => {}
    }
    sim.stop().await;
    Ok(())
}

fn print(manifest: &Manifest, json: bool) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string(manifest)?)?;
    } else {
        write!(out, "{manifest}")?;
    }
    Ok(out.flush()?)
}

/// Returns when the other end of standard input is gone. A thread reads it, since a blocking read
/// cannot be cancelled and the runtime would wait for it at the end.
async fn end_of_input() {
    let (gone, ended) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = gone.send(());
    });
    let _ = ended.await;
}

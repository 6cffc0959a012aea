//! `tieline`: the host and its command line. `main` parses, runs, prints the answer and gives the exit code.

mod answer;
mod cli;
mod client;
mod cmd;
mod config;
mod demo;
mod document;
mod exit;
mod failure;
mod replay;
mod serve;
mod table;

use std::process::ExitCode;

use clap::Parser as _;

use crate::{answer::Answer, cli::Cli, exit::Exit, failure::Failure};

/// An event is some hundred small allocations, many of them freed by another thread than the one that made them:
/// the system's allocator spends several times as long on those.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let json = cli.json;
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::new(Exit::Failed, error).print(json).into(),
    };
    let exit = match runtime.block_on(cmd::run(cli)) {
        Ok(answer) => answer.print(json),
        Err(failure) => failure.print(json),
    };
    exit.into()
}

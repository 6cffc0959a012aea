//! The project's chores, one file each. `cargo xtask` is an alias in `.cargo/config.toml`.
//!
//! Whatever is being built is told on standard error; standard output belongs to the command's own answer, so
//! that `--json` is nothing but JSON.

mod api;
mod bench;
mod ci;
mod clients;
mod console;
mod demo;
mod failure;
mod guests;
mod plugins;
mod python;
mod say;
mod test;
#[cfg(test)]
mod tidy;
mod tool;
mod workspace;

use std::{error::Error, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{failure::Failure, workspace::Workspace};

/// The project's chores.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Build all connectors and test guests into target/plugins.
    Plugins,
    /// Run all tests, installing what they need.
    Test(test::Options),
    /// Check licences, bans and sources of the dependencies.
    Deny,
    /// Format, lints, dependencies, tests: all that must hold before a merge.
    Ci,
    /// Ask the API of a host all that its OpenAPI document allows, and more.
    Api(api::Options),
    /// Run the vendors' own clients against the simulators.
    Clients,
    /// Build the web console, which the host then embeds.
    Console(console::Options),
    /// One message's way from a channel to a Task, live, against simulators.
    Demo(demo::Options),
    /// Run a benchmark.
    Bench(bench::Options),
    /// Kill hosts under load, and prove that nothing acknowledged is lost and nothing is written twice.
    Crash(bench::Crash),
}

fn main() -> ExitCode {
    match run(Arguments::parse().chore) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            let mut cause = failure.source();
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run(chore: Chore) -> Result<(), Failure> {
    let workspace = Workspace::open()?;
    match chore {
        Chore::Plugins => plugins::run(&workspace),
        Chore::Test(options) => test::run(&workspace, &options),
        Chore::Deny => ci::deny(&workspace),
        Chore::Ci => ci::run(&workspace),
        Chore::Api(options) => api::run(&workspace, &options),
        Chore::Clients => clients::run(&workspace),
        Chore::Console(options) => console::run(&workspace, &options),
        Chore::Demo(options) => demo::run(&workspace, &options),
        Chore::Bench(options) => bench::run(&workspace, &options),
        Chore::Crash(options) => bench::crash(&workspace, options),
    }
}

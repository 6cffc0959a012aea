//! `cargo xtask bench`

use std::process::Command;

use clap::Args;

use crate::{
    failure::Failure,
    guests, python,
    say::Say,
    workspace::{Workspace, become_it},
};

/// What reads the rows of `calls` beside the host's own API.
const DUCKDB: &str = "tests/bench/duckdb/requirements.txt";

#[derive(Args)]
pub(crate) struct Options {
    /// Which one: `flow`, `ack`, `latency`, `sandbox`, `load`, `restart`, `idle`, `neighbour`,
    /// `store`, `calls`, or `report` for all with a promise in one table.
    name: String,
    /// What the benchmark itself understands, as `--json`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

#[derive(Args)]
pub(crate) struct Crash {
    /// What the test itself understands: `--minutes`, `--kills`, `--seed`, `--json`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// `cargo xtask crash`
pub(crate) fn crash(workspace: &Workspace, crash: Crash) -> Result<(), Failure> {
    run(workspace, &Options { name: "crash".into(), arguments: crash.arguments })
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    guests::build(workspace)?;
    workspace.build_binaries()?;
    let mut bench = Command::new(workspace.binary("tieline-bench"));
    bench.arg(&options.name).arg("--packages").arg(workspace.packages_dir()).args(&options.arguments);
    if options.name == "calls" {
        let home = workspace.target.join("python");
        let duckdb = python::environment(&workspace.root.join(DUCKDB), &home, "complete", &Say::new())?;
        bench.arg("--python").arg(duckdb.join("bin/python"));
    }
    become_it(&mut bench)
}

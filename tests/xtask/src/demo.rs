//! `cargo xtask demo`

use std::process::Command;

use clap::Args;

use crate::{
    console,
    failure::Failure,
    guests,
    workspace::{Workspace, become_it},
};

#[derive(Args)]
pub(crate) struct Options {
    /// Run once, print a table, and succeed only if every step was seen.
    #[arg(long)]
    once: bool,
    /// Print one JSON object on standard output, and nothing else there.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    guests::build(workspace)?;
    // To look at while it goes on; nothing of the demo needs it.
    if !options.once
        && let Err(failure) = console::build(workspace)
    {
        eprintln!("the console is not built: {failure}");
    }
    workspace.build_binaries()?;
    let mut demo = Command::new(workspace.binary("tieline"));
    demo.arg("demo").arg("--sim").arg(workspace.binary("tieline-sim"));
    demo.arg("--package").arg(workspace.package("salesforce"));
    demo.arg("--dynamics").arg(workspace.package("dynamics"));
    demo.arg("--vault").arg(workspace.package("vault"));
    demo.arg("--call-records").arg(workspace.package("call-records"));
    demo.arg("--contact-center").arg(workspace.package("contact-center"));
    demo.args(options.once.then_some("--once")).args(options.json.then_some("--json"));
    become_it(&mut demo)
}

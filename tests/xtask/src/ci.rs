//! `cargo xtask ci`

use crate::{
    clients,
    failure::Failure,
    test, tool,
    workspace::{Workspace, run as run_it, words},
};

const STEPS: [&[&str]; 2] = [
    &["fmt", "--all", "--check"],
    &["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"],
];

pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    for step in STEPS {
        told(workspace, step)?;
    }
    deny(workspace)?;
    advisories(workspace)?;
    test::run(workspace, &test::Options::default())?;
    clients::run(workspace)
}

/// Licences, bans and sources need nothing but the lock file.
pub(crate) fn deny(workspace: &Workspace) -> Result<(), Failure> {
    tool::DENY.ensure(workspace)?;
    told(workspace, &["deny", "--locked", "check", "bans", "licenses", "sources"])
}

/// Advisories need a database that lives on a server of its own: where that is out of reach the check says so instead of
/// failing or passing silently.
fn advisories(workspace: &Workspace) -> Result<(), Failure> {
    if told(workspace, &["deny", "--locked", "fetch", "db"]).is_err() {
        eprintln!("advisories are NOT checked: their database cannot be fetched from here");
        return Ok(());
    }
    told(workspace, &["deny", "--locked", "check", "--disable-fetch", "advisories"])
}

fn told(workspace: &Workspace, arguments: &[&str]) -> Result<(), Failure> {
    let mut command = workspace.cargo(arguments);
    eprintln!("== {}", words(&command));
    run_it(&mut command)
}

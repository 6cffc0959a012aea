//! `cargo xtask clients`: the vendors' own clients against the simulators, which they must take for the real thing.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    failure::Failure,
    python,
    say::Say,
    workspace::{Workspace, run as run_it, words},
};

/// A folder each, with a program and what it needs.
const CLIENTS: &str = "tests/clients";
/// How long the simulators may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    let say = Say::new();
    workspace.build_binaries()?;
    let all = workspace.root.join(CLIENTS);
    let unreadable = |source| Failure::Unreadable { path: all.clone(), source };
    for folder in fs::read_dir(&all).map_err(unreadable)? {
        let folder = folder.map_err(unreadable)?.path();
        let home = workspace.target.join("python");
        let environment = python::environment(&folder.join("requirements.txt"), &home, "complete", &say)?;
        say.step(&format!("{}: against the simulators", folder.display()));
        against_simulators(workspace, &environment.join("bin/python"), &folder.join("client.py"))?;
    }
    Ok(())
}

/// Runs a program with the manifest of fresh simulators as its argument.
fn against_simulators(workspace: &Workspace, python: &Path, program: &Path) -> Result<(), Failure> {
    let unreadable = |source| Failure::Unreadable { path: workspace.target.clone(), source };
    let work = tempfile::tempdir_in(&workspace.target).map_err(unreadable)?;
    let (manifest, ca) = (work.path().join("manifest.json"), work.path().join("ca.pem"));
    let said = fs::File::create(&manifest).map_err(unreadable)?;
    let mut command = Command::new(workspace.binary("tieline-sim"));
    command.args(["--json", "--exit-with-parent", "--ca-out"]).arg(&ca);
    // They stop when their standard input closes, at the latest when this program ends.
    command.stdin(Stdio::piped()).stdout(said);
    let child = command.spawn().map_err(|source| Failure::NotRun { command: words(&command), source })?;
    let _simulators = Simulators(child);
    let begun = Instant::now();
    while !fs::read_to_string(&manifest).is_ok_and(|text| text.ends_with('\n')) {
        if begun.elapsed() > PATIENCE {
            return Err(Failure::Command(words(&command)));
        }
        thread::sleep(Duration::from_millis(20));
    }
    let mut client = Command::new(python);
    client.arg(program).arg(&manifest);
    run_it(client.env("REQUESTS_CA_BUNDLE", &ca).env("SSL_CERT_FILE", &ca))
}

struct Simulators(Child);

impl Drop for Simulators {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

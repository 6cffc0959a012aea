//! `cargo xtask api`: schemathesis against the API of a host, which must answer whatever it is asked as its OpenAPI
//! document says, and never with a fault of its own.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use clap::Args;

use crate::{
    failure::Failure,
    guests, python,
    say::Say,
    workspace::{Workspace, run as run_it, words},
};

/// What is tested with, and the tenant that it is tested on.
const FOLDER: &str = "tests/api";

/// What schemathesis is told beside where and as whom. The document does not say all that is refused: a package must be
/// what its address says, a connector has a schema of its own. A stream has no end to wait for, code cannot be made up,
/// and the tenant stays. Whoever tries many wrong credentials is slowed down, which the check of credentials takes for a fault: that
/// none is ignored is shown by the API's own tests, for every operation and role.
const ASKED: [&str; 18] = [
    "--checks",
    "all",
    "--exclude-checks",
    "positive_data_acceptance,ignored_auth",
    "--exclude-operation-id",
    "listenToTenant",
    "--exclude-operation-id",
    "putPackage",
    "--exclude-operation-id",
    "removeTenant",
    "--suppress-health-check",
    "all",
    "--request-timeout",
    "20",
    "--seed",
    "1",
    "--no-color",
    "--continue-on-failure",
];

/// Questions about each operation, where nobody says how many.
pub(crate) const FEW: u32 = 8;

#[derive(Args)]
pub(crate) struct Options {
    /// How many questions to make up about each operation
    #[arg(long, value_name = "COUNT", default_value_t = FEW)]
    examples: u32,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    guests::build(workspace)?;
    workspace.build_binaries()?;
    ask(workspace, options.examples)
}

/// Asks a host that is built, so many questions about each operation.
pub(crate) fn ask(workspace: &Workspace, examples: u32) -> Result<(), Failure> {
    let say = Say::new();
    let folder = workspace.root.join(FOLDER);
    let home = workspace.target.join("python");
    let environment = python::environment(&folder.join("requirements.txt"), &home, "complete", &say)?;
    let work =
        tempfile::tempdir_in(&workspace.target).map_err(|source| unreadable(&workspace.target, source))?;
    furnish(workspace, &folder, work.path())?;
    let (_host, url, token) = start(workspace, work.path())?;
    let mut apply = Command::new(workspace.binary("tieline"));
    apply.current_dir(work.path()).args(["apply", "-f", "acme.toml", "--json"]);
    run_it(apply.env("TIELINE_HOST", &url).env("TIELINE_TOKEN", &token).stdout(Stdio::null()))?;
    say.step("schemathesis: against the API");
    let mut schemathesis = Command::new(environment.join("bin/schemathesis"));
    schemathesis.current_dir(work.path()).args(["run", &format!("{url}/api/openapi.json")]).args(ASKED);
    schemathesis.args(["--max-examples", &examples.to_string()]);
    run_it(schemathesis.args(["--header", &format!("Authorization: Bearer {token}")]))
}

/// The host's and the tenant's files, beside one another.
fn furnish(workspace: &Workspace, folder: &Path, work: &Path) -> Result<(), Failure> {
    let files = [folder.join("tieline.toml"), folder.join("acme.toml"), workspace.package("hostile")];
    for from in files {
        let to = work.join(from.file_name().unwrap_or_default());
        fs::copy(&from, to).map_err(|source| unreadable(&from, source))?;
    }
    let secret = work.join("secret");
    fs::write(&secret, "no secret").map_err(|source| unreadable(&secret, source))
}

/// A host that ends with this program, where it listens, and its token.
fn start(workspace: &Workspace, work: &Path) -> Result<(Running, String, String), Failure> {
    let log = work.join("host.log");
    let errors = fs::File::create(&log).map_err(|source| unreadable(&log, source))?;
    let mut command = Command::new(workspace.binary("tieline"));
    command.current_dir(work).args(["serve", "--json", "--exit-with-parent", "--config", "tieline.toml"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors);
    let child = command.spawn().map_err(|source| Failure::NotRun { command: words(&command), source })?;
    let mut running = Running(child);
    let mut line = String::new();
    let said = running.0.stdout.take().map(|said| BufReader::new(said).read_line(&mut line));
    let started: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
    match (said, started["listening"].as_str(), started["api_token"].as_str()) {
        (Some(Ok(_)), Some(url), Some(token)) => Ok((running, url.to_owned(), token.to_owned())),
        _ => Err(Failure::Command(words(&command))),
    }
}

fn unreadable(path: &Path, source: std::io::Error) -> Failure {
    Failure::Unreadable { path: PathBuf::from(path), source }
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

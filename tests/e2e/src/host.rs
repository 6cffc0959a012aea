//! The real `tieline` binary as a process that can be killed.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;

/// A running host.
pub(crate) struct Host {
    child: Child,
    /// `http://127.0.0.1:…`
    pub(crate) url: String,
}

/// The built binary `name`, or the file under `target/plugins`; both are made by `cargo xtask test`.
pub(crate) fn built(name: &str) -> Result<PathBuf, String> {
    let test = std::env::current_exe().map_err(|error| error.to_string())?;
    let profile = test.parent().and_then(Path::parent).ok_or("the test binary lies nowhere")?;
    let path = if name.ends_with(".wasm") {
        profile.with_file_name("plugins").join(name)
    } else {
        profile.join(name)
    };
    if path.exists() {
        Ok(path)
    } else {
        Err(format!("{} is not built: run `cargo xtask test`", path.display()))
    }
}

/// What a host finds around it that is not as on this machine.
#[derive(Debug, Clone, Default)]
pub(crate) struct Surroundings {
    /// As if the disk were full as soon as a file has so many bytes.
    pub(crate) largest_file: Option<u64>,
    /// How far its clock is ahead.
    pub(crate) ahead_s: u64,
    /// A file that stands in the place of `/etc/hosts`, and may be rewritten while the host runs.
    pub(crate) names: Option<PathBuf>,
}

impl Surroundings {
    fn command(&self, program: &Path) -> Command {
        match (&self.names, self.largest_file) {
            (Some(names), _) => with_names(program, names),
            (None, Some(bytes)) => short_of_disk(program, bytes),
            (None, None) => Command::new(program),
        }
    }
}

/// Writing more is an error, and not, as without the trap, the program's end.
fn short_of_disk(program: &Path, bytes: u64) -> Command {
    let mut command = Command::new("sh");
    // A unit of `ulimit -f` has 512 bytes in a POSIX shell.
    let units = (bytes / 512).to_string();
    command.args(["-c", "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\"", &units]).arg(program);
    command
}

/// In a view of the file system that is its own: nobody else sees these names.
fn with_names(program: &Path, names: &Path) -> Command {
    let mut command = Command::new("unshare");
    command
        .args(["-rm", "sh", "-c", "mount --bind \"$0\" /etc/hosts && exec \"$@\""])
        .arg(names)
        .arg(program);
    command
}

/// Whether this machine lets a process have names of its own.
pub(crate) fn may_have_names() -> bool {
    let tried = Command::new("unshare").args(["-rm", "mount", "--bind", "/etc/hosts", "/etc/hosts"]).output();
    tried.is_ok_and(|output| output.status.success())
}

impl Host {
    /// Starts a host on a configuration, with its log in a file and its clock so many seconds ahead, and waits
    /// until it listens.
    pub(crate) fn start(
        config: &Path,
        log: &Path,
        surroundings: &Surroundings,
    ) -> Result<(Self, Option<String>), String> {
        let log = fs::OpenOptions::new().create(true).append(true).open(log).map_err(|e| e.to_string())?;
        let program = built("tieline")?;
        let mut child = surroundings
            .command(&program)
            .args(["serve", "--json", "--config"])
            .arg(config)
            .args(["--clock-ahead", &surroundings.ahead_s.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|error| format!("starting the host: {error}"))?;
        let stdout = child.stdout.take().ok_or("the host has no standard output")?;
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        let started: Option<Value> = read.ok().and_then(|_| serde_json::from_str(&line).ok());
        let Some(started) = started else {
            let _ = child.kill();
            return Err(format!("the host did not start; it said: {line:?}"));
        };
        let url = started["listening"].as_str().ok_or("the host did not say where it listens")?.to_owned();
        let token = started["api_token"].as_str().map(str::to_owned);
        Ok((Self { child, url }, token))
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) -> Result<(), String> {
        self.child.kill().and_then(|()| self.child.wait()).map(drop).map_err(|error| error.to_string())
    }

    /// SIGTERM, and wait until it has drained.
    pub(crate) fn stop(self) -> Result<(), String> {
        self.terminate()?;
        self.ended()
    }

    /// SIGTERM, without waiting.
    pub(crate) fn terminate(&self) -> Result<(), String> {
        let term = Command::new("kill").arg(self.child.id().to_string()).status();
        term.map(drop).map_err(|error| error.to_string())
    }

    /// Waits until it has ended as it should.
    pub(crate) fn ended(mut self) -> Result<(), String> {
        let status = self.child.wait().map_err(|error| error.to_string())?;
        if status.success() { Ok(()) } else { Err(format!("the host ended with {status}")) }
    }

    /// Highest resident memory now, in bytes.
    pub(crate) fn resident_bytes(&self) -> Result<u64, String> {
        let status =
            fs::read_to_string(format!("/proc/{}/status", self.child.id())).map_err(|e| e.to_string())?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        let kib = line.trim().trim_end_matches(" kB").parse::<u64>().map_err(|e| e.to_string())?;
        Ok(kib * 1024)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

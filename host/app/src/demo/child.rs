//! Programs that the demo starts and ends.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use serde::de::DeserializeOwned;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command},
    time::timeout,
};

/// How long a program may take until it says that it is up.
const START: Duration = Duration::from_secs(60);
/// How long it may take to end by itself.
const END: Duration = Duration::from_secs(10);

/// Why a program did not come up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChildError {
    /// The file with its log cannot be made.
    #[error("making the log {} failed", .path.display())]
    Log { path: PathBuf, source: io::Error },
    /// It cannot be started.
    #[error("starting {} failed", .program.display())]
    Start { program: PathBuf, source: io::Error },
    /// It ended, or said nothing in time.
    #[error("{} did not come up", .0.display())]
    Silent(PathBuf),
    /// Its first line is not what it should be.
    #[error("{} did not say where it is", .program.display())]
    Strange { program: PathBuf, source: serde_json::Error },
}

/// A running program. It stops when the pipe to its standard input closes, so it never outlives the demo, however
/// that ends; and it is killed if it does not.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    input: Option<ChildStdin>,
    /// Held so that the program can go on writing.
    _output: BufReader<ChildStdout>,
}

/// Starts a program and waits for the one line of JSON with which it says where it is. Its standard error goes
/// to `log`.
pub(crate) async fn start<T: DeserializeOwned>(
    program: &Path,
    arguments: &[&str],
    log: PathBuf,
) -> Result<(Running, T), ChildError> {
    let errors = File::create(&log).map_err(|source| ChildError::Log { path: log.clone(), source })?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(errors)
        .kill_on_drop(true)
        .spawn()
        .map_err(|source| ChildError::Start { program: program.into(), source })?;
    let silent = || ChildError::Silent(program.into());
    let mut output = BufReader::new(child.stdout.take().ok_or_else(silent)?);
    let mut line = String::new();
    match timeout(START, output.read_line(&mut line)).await {
        Ok(Ok(1..)) => {}
        _ => return Err(silent()),
    }
    let said = serde_json::from_str(&line)
        .map_err(|source| ChildError::Strange { program: program.into(), source })?;
    let input = child.stdin.take();
    Ok((Running { child, input, _output: output }, said))
}

impl Running {
    /// Ends the program, the hard way if need be.
    pub(crate) async fn stop(mut self) {
        drop(self.input.take());
        if timeout(END, self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }
}

/// The last lines of a log.
pub(crate) fn last_lines(log: &Path, count: usize) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    async fn shell(script: &str) -> (tempfile::TempDir, Result<(Running, Value), ChildError>) {
        let dir = tempfile::tempdir().unwrap();
        let started = start(Path::new("/bin/sh"), &["-c", script], dir.path().join("log")).await;
        (dir, started)
    }

    #[tokio::test]
    async fn a_program_that_ends_or_talks_nonsense_is_not_up() {
        let (dir, ended) = shell("echo bad luck >&2; exit 3").await;
        assert!(matches!(ended, Err(ChildError::Silent(_))));
        assert_eq!(last_lines(&dir.path().join("log"), 5), "bad luck");
        let (_dir, strange) = shell("echo hello").await;
        assert!(matches!(strange, Err(ChildError::Strange { .. })));
    }

    #[tokio::test]
    async fn a_program_says_where_it_is_and_ends_with_its_input() {
        let (_dir, up) = shell("echo '{\"port\": 1}'; cat >/dev/null").await;
        let (running, said) = up.unwrap();
        assert_eq!(said, json!({ "port": 1 }));
        running.stop().await;
    }
}

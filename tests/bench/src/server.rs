//! A measured server: a process of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdout, Command},
};

use crate::error::BenchError;

/// A running server. Ends with this value.
pub(crate) struct Server {
    child: Child,
    output: Option<BufReader<ChildStdout>>,
    log: PathBuf,
}

impl Server {
    /// Starts a program. What it says on standard error is added to the log.
    pub(crate) fn spawn(program: &Path, arguments: &[&str], log: &Path) -> Result<Self, BenchError> {
        let file = fs::OpenOptions::new().create(true).append(true).open(log);
        let mut child = Command::new(program)
            .args(arguments)
            .env("TIELINE_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(file.map_err(BenchError::io("making the log"))?)
            .kill_on_drop(true)
            .spawn()
            .map_err(BenchError::io(format!("starting {}", program.display())))?;
        let output = child.stdout.take().map(BufReader::new);
        Ok(Self { child, output, log: log.into() })
    }

    /// Waits for the first line that it says, which is JSON.
    pub(crate) async fn said(&mut self) -> Result<Value, BenchError> {
        let mut line = String::new();
        if let Some(output) = &mut self.output {
            let read = output.read_line(&mut line).await;
            read.map_err(BenchError::io("reading what the server says"))?;
        }
        serde_json::from_str(&line).map_err(|_| {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            let tail = log.lines().rev().take(5).collect::<Vec<_>>();
            BenchError::Server(format!("the server did not start; its log ends with {tail:#?}"))
        })
    }

    /// `kill -9`, and waits until it is gone.
    pub(crate) async fn kill(mut self) -> Result<(), BenchError> {
        self.child.kill().await.map_err(BenchError::io("killing the server"))
    }

    /// SIGTERM, and waits until it has ended as it should.
    pub(crate) async fn stop(mut self) -> Result<(), BenchError> {
        let pid = self.pid()?.to_string();
        let asked = Command::new("kill").arg(pid).status().await;
        asked.map_err(BenchError::io("asking the server to stop"))?;
        let status = self.child.wait().await.map_err(BenchError::io("waiting for the server"))?;
        if status.success() {
            return Ok(());
        }
        Err(BenchError::Server(format!("the server ended with {status}")))
    }

    /// Processor time used so far, user and system.
    pub(crate) fn cpu(&self) -> Result<Duration, BenchError> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid()?))
            .map_err(BenchError::io("reading processor time"))?;
        // Fields 14 and 15 of proc(5), counted behind the name in parentheses; in hundredths of a second.
        let fields: Vec<_> = stat.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ').collect();
        let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
        Ok(Duration::from_millis((ticks(11) + ticks(12)) * 10))
    }

    /// Resident memory, in MiB.
    pub(crate) fn resident_mib(&self) -> Result<f64, BenchError> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()?))
            .map_err(BenchError::io("reading resident memory"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        let kib: f64 = line.trim().trim_end_matches(" kB").parse().unwrap_or(0.0);
        Ok(crate::figures::rounded(kib / 1024.0, 1))
    }

    fn pid(&self) -> Result<u32, BenchError> {
        self.child.id().ok_or_else(|| BenchError::Server("the server has ended".into()))
    }
}

//! A measured server: a process of its own.

use std::{fs, path::Path, process::Stdio, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::error::BenchError;

/// A running server. Ends with this value.
pub(crate) struct Server {
    child: Child,
    /// What it said in its first line.
    pub(crate) said: Value,
}

impl Server {
    /// Starts a program whose first line of output is JSON.
    pub(crate) async fn start(program: &Path, arguments: &[&str], log: &Path) -> Result<Self, BenchError> {
        let name = program.display().to_string();
        let log = fs::File::create(log).map_err(BenchError::io("making the log"))?;
        let mut child = Command::new(program)
            .args(arguments)
            .env("TIELINE_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .map_err(BenchError::io(format!("starting {name}")))?;
        let stdout =
            child.stdout.take().ok_or_else(|| BenchError::Server(format!("{name} has no output")))?;
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line).await;
        read.map_err(BenchError::io(format!("reading from {name}")))?;
        let said = serde_json::from_str(&line)
            .map_err(|_| BenchError::Server(format!("{name} did not start; it said {line:?}")))?;
        Ok(Self { child, said })
    }

    /// Processor time used so far, user and system.
    pub(crate) fn cpu(&self) -> Result<Duration, BenchError> {
        let pid = self.child.id().ok_or_else(|| BenchError::Server("the server has ended".into()))?;
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"))
            .map_err(BenchError::io("reading processor time"))?;
        // Fields 14 and 15 of proc(5), counted behind the name in parentheses; in hundredths of a second.
        let fields: Vec<_> = stat.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ').collect();
        let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
        Ok(Duration::from_millis((ticks(11) + ticks(12)) * 10))
    }
}

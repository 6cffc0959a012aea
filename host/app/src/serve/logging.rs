//! The host's log: on standard error, so that standard output stays free for what was asked.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;

use crate::cli::LogFormat;

/// Starts the log: at `info`, or as `TIELINE_LOG` says (`debug`, `info,tieline_delivery=trace`).
pub(crate) fn start(format: Option<LogFormat>) {
    let filter = EnvFilter::try_from_env("TIELINE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let terminal = io::stderr().is_terminal();
    let format = format.unwrap_or(if terminal { LogFormat::Text } else { LogFormat::Json });
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // A second start in one process (tests) keeps the first.
    let _ = match format {
        LogFormat::Text => log.with_ansi(terminal).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
}

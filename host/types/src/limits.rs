//! What one run may use.

use serde::{Deserialize, Serialize};

/// Limits of a run. Every one has a safe default; a grant may lower or raise them within the host's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Time inside guest code, in milliseconds.
    pub cpu_ms: u64,
    /// Time from start to end, upstream calls included, in milliseconds.
    pub wall_ms: u64,
    /// All linear memories together, in bytes.
    pub memory_bytes: usize,
    /// Elements of all tables together.
    pub table_elements: usize,
    /// Upstream calls.
    pub calls: u32,
    /// Bytes of one upstream answer.
    pub answer_bytes: usize,
    /// Bytes of one upstream request body.
    pub request_bytes: usize,
    /// Lines of log kept.
    pub log_lines: u32,
    /// Bytes of one log line kept.
    pub log_line_bytes: usize,
    /// Bytes written to storage.
    pub storage_bytes: usize,
    /// Follow-up events, activity entries and alerts.
    pub emitted: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            cpu_ms: 1_000,
            wall_ms: 60_000,
            memory_bytes: 64 << 20,
            table_elements: 20_000,
            calls: 100,
            answer_bytes: 8 << 20,
            request_bytes: 4 << 20,
            log_lines: 200,
            log_line_bytes: 4 << 10,
            storage_bytes: 1 << 20,
            emitted: 100,
        }
    }
}

//! What a run did, call by call and line by line.

use tieline_types::run::{CallRecord, LogLine};

/// The journal of one run: shapes only. Credentials are injected behind it, and bodies stay out of it.
#[derive(Debug, Default)]
pub struct Journal {
    /// Upstream calls in order.
    pub calls: Vec<CallRecord>,
    /// Log lines in order, up to the limit.
    pub log: Vec<LogLine>,
    /// Log lines beyond the limit.
    pub log_dropped: u32,
}

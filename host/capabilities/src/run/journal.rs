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
    /// Denied calls that are shown.
    denials: usize,
    /// Denied calls beyond those that are shown.
    pub denials_dropped: u32,
}

/// Denied calls that a journal shows.
const DENIALS: usize = 100;

impl Journal {
    /// Whether one more denied call is shown; if not, it is counted.
    pub(crate) fn has_room_for_a_denial(&mut self) -> bool {
        let room = self.denials < DENIALS;
        self.denials += 1;
        self.denials_dropped = self.denials_dropped.saturating_add(u32::from(!room));
        room
    }
}

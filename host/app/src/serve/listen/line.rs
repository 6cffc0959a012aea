//! One connection as its limits see it: what is waited for, and since when.

use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tieline_types::config::ServerLimits;
use tokio::sync::Notify;

/// A connection. Read and written by its own task, and looked at by whoever keeps order.
#[derive(Debug)]
pub(super) struct Line {
    state: Mutex<State>,
    /// Told when it must end.
    pub(super) ended: Notify,
}

/// What the client is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The handshake, the first byte, or the rest of a request's header.
    Header,
    /// A next request.
    Idle,
    /// Nothing: a request is being answered.
    Busy,
}

#[derive(Debug, Clone, Copy)]
struct State {
    phase: Phase,
    since: Instant,
    /// Since when the client takes nothing of what is being sent.
    stalled: Option<Instant>,
    /// It was told to end.
    ending: bool,
}

/// Why a connection ends that the client did not end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The header did not come.
    Header,
    /// No next request came.
    Idle,
    /// The answer was not taken.
    Stalled,
}

impl Line {
    pub(super) fn new(now: Instant) -> Self {
        let state = State { phase: Phase::Header, since: now, stalled: None, ending: false };
        Self { state: Mutex::new(state), ended: Notify::new() }
    }

    /// Something came from the client.
    pub(super) fn heard(&self, now: Instant) {
        let mut state = self.state.lock();
        if state.phase == Phase::Idle {
            (state.phase, state.since) = (Phase::Header, now);
        }
    }

    /// A request has its header.
    pub(super) fn asked(&self) {
        self.state.lock().phase = Phase::Busy;
    }

    /// Its answer is handed over.
    pub(super) fn answered(&self, now: Instant) {
        let mut state = self.state.lock();
        (state.phase, state.since) = (Phase::Idle, now);
    }

    /// The client took something, or has no room for more.
    pub(super) fn sent(&self, took: bool, now: Instant) {
        let mut state = self.state.lock();
        state.stalled = if took { None } else { state.stalled.or(Some(now)) };
    }

    /// Ends the connection if its client was waited for long enough.
    pub(super) fn sweep(&self, limits: &ServerLimits, now: Instant) -> Option<Why> {
        let mut state = self.state.lock();
        let why = state.overdue(limits, now)?;
        state.ending = true;
        self.ended.notify_one();
        Some(why)
    }

    /// How much it should give way to a new one: those whose header does not come before those that may ask again,
    /// and of those the one that waits longest. None: somebody is being answered.
    pub(super) fn gives_way(&self) -> Option<(bool, Instant)> {
        let state = self.state.lock();
        match state.phase {
            _ if state.ending => None,
            Phase::Header => Some((false, state.since)),
            Phase::Idle => Some((true, state.since)),
            Phase::Busy => None,
        }
    }

    /// Ends the connection in favour of another one.
    pub(super) fn give_way(&self) {
        self.state.lock().ending = true;
        self.ended.notify_one();
    }
}

impl State {
    fn overdue(&self, limits: &ServerLimits, now: Instant) -> Option<Why> {
        let over = |since: Instant, seconds| now.duration_since(since) >= Duration::from_secs(seconds);
        if self.ending {
            return None;
        }
        if self.stalled.is_some_and(|since| over(since, limits.stalled_s)) {
            return Some(Why::Stalled);
        }
        match self.phase {
            Phase::Header if over(self.since, limits.header_s) => Some(Why::Header),
            Phase::Idle if over(self.since, limits.idle_s) => Some(Why::Idle),
            Phase::Header | Phase::Idle | Phase::Busy => None,
        }
    }
}

impl Why {
    /// For the counts.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Header => "slow-header",
            Self::Idle => "idle",
            Self::Stalled => "slow-reader",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: ServerLimits = ServerLimits {
        connections: 1,
        headers: 1,
        header_bytes: 1,
        header_s: 10,
        idle_s: 100,
        body_s: 1,
        body_bytes_per_s: 1,
        answer_s: 1,
        stalled_s: 50,
    };

    fn later(from: Instant, seconds: u64) -> Instant {
        from + Duration::from_secs(seconds)
    }

    #[test]
    fn whoever_says_nothing_or_drips_ends_and_who_is_answered_does_not() {
        let begun = Instant::now();
        let line = Line::new(begun);
        line.heard(later(begun, 9));
        assert_eq!(line.sweep(&LIMITS, later(begun, 9)), None);
        assert_eq!(line.sweep(&LIMITS, later(begun, 10)), Some(Why::Header), "dripping is no help");
        assert_eq!(line.sweep(&LIMITS, later(begun, 11)), None, "once is enough");

        let line = Line::new(begun);
        line.asked();
        assert_eq!(line.sweep(&LIMITS, later(begun, 1_000)), None);
        line.answered(later(begun, 1_000));
        assert_eq!(line.sweep(&LIMITS, later(begun, 1_099)), None);
        line.heard(later(begun, 1_099));
        assert_eq!(line.sweep(&LIMITS, later(begun, 1_108)), None, "the next header has its own time");
        assert_eq!(line.sweep(&LIMITS, later(begun, 1_109)), Some(Why::Header));

        let line = Line::new(begun);
        line.asked();
        line.answered(begun);
        assert_eq!(line.sweep(&LIMITS, later(begun, 100)), Some(Why::Idle));
    }

    #[test]
    fn an_answer_must_be_taken() {
        let begun = Instant::now();
        let line = Line::new(begun);
        line.asked();
        line.sent(false, begun);
        line.sent(false, later(begun, 40));
        line.sent(true, later(begun, 45));
        line.sent(false, later(begun, 46));
        assert_eq!(line.sweep(&LIMITS, later(begun, 90)), None);
        assert_eq!(line.sweep(&LIMITS, later(begun, 96)), Some(Why::Stalled));
    }

    #[test]
    fn half_a_request_gives_way_before_a_kept_connection_and_never_an_answer() {
        let begun = Instant::now();
        let (half, kept, busy) = (Line::new(later(begun, 5)), Line::new(begun), Line::new(begun));
        kept.asked();
        kept.answered(begun);
        busy.asked();
        assert!(half.gives_way() < kept.gives_way());
        assert_eq!(busy.gives_way(), None);
        half.give_way();
        assert_eq!(half.gives_way(), None, "a place is given once");
    }
}

//! All connections: how many there may be, and which of them end before their client ends them.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tieline_telemetry::metrics;
use tieline_types::config::ServerLimits;
use tokio::sync::Notify;

use super::line::Line;

/// How often it is looked whose client is too slow.
const EVERY: Duration = Duration::from_millis(500);

/// The connections of one listener.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) limits: ServerLimits,
    open: Mutex<Open>,
    /// Told when one has ended.
    closed: Notify,
}

#[derive(Debug, Default)]
struct Open {
    lines: HashMap<u64, Arc<Line>>,
    last: u64,
}

/// A connection's place; dropped, it is free.
#[derive(Debug)]
pub(super) struct Place {
    lines: Arc<Lines>,
    number: u64,
    pub(super) line: Arc<Line>,
}

impl Lines {
    pub(super) fn new(limits: ServerLimits) -> Arc<Self> {
        Arc::new(Self { limits, open: Mutex::default(), closed: Notify::new() })
    }

    /// A place for a new connection. When all are taken, one whose client is waited for gives way; when everybody
    /// is being answered, the new one waits.
    pub(super) async fn enter(self: &Arc<Self>) -> Place {
        loop {
            let closed = self.closed.notified();
            if let Some(place) = self.place() {
                return place;
            }
            closed.await;
        }
    }

    fn place(self: &Arc<Self>) -> Option<Place> {
        let mut open = self.open.lock();
        if open.lines.len() < self.limits.connections.max(1) {
            open.last += 1;
            let (number, line) = (open.last, Arc::new(Line::new(Instant::now())));
            open.lines.insert(number, line.clone());
            metrics().connection(true);
            return Some(Place { lines: self.clone(), number, line });
        }
        let waiting = open.lines.values().filter_map(|line| Some((line.gives_way()?, line)));
        if let Some((_, line)) = waiting.min_by_key(|(rank, _)| *rank) {
            metrics().ended_connection("gave-way");
            line.give_way();
        }
        None
    }

    /// Ends the connections of slow clients. Runs until it is dropped.
    pub(super) async fn keep_order(self: Arc<Self>) {
        let mut every = tokio::time::interval(EVERY);
        loop {
            every.tick().await;
            let now = Instant::now();
            for line in self.open.lock().lines.values() {
                if let Some(why) = line.sweep(&self.limits, now) {
                    metrics().ended_connection(why.name());
                }
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.lines.open.lock().lines.remove(&self.number);
        metrics().connection(false);
        self.lines.closed.notify_one();
    }
}

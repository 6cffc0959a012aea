//! Service protection ("Service protection API limits"): of one user, over five minutes, so many requests, so much time,
//! and so many at once. There is one application user, so everything counts together.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use serde::Deserialize;

use super::errors::ApiError;
use crate::world::World;

/// The limits. The defaults are the documented ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Protection {
    /// Requests in a window.
    pub requests: usize,
    /// The time that they may take together, in milliseconds.
    pub execution_ms: u64,
    /// Requests at once.
    pub concurrent: usize,
    /// The length of the window, in seconds.
    pub window_s: u64,
}

impl Default for Protection {
    fn default() -> Self {
        Self { requests: 6000, execution_ms: 1_200_000, concurrent: 52, window_s: 300 }
    }
}

#[derive(Debug, Default)]
struct State {
    limits: Protection,
    under_way: usize,
    begun: VecDeque<Instant>,
    took: VecDeque<(Instant, Duration)>,
}

/// What has happened in the window.
#[derive(Debug, Default)]
pub(super) struct Limits(Mutex<State>);

/// A request that is being answered.
pub(crate) struct UnderWay<'a> {
    world: &'a World,
    begun: Instant,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut state = self.world.dataverse.protection.0.lock();
        state.under_way = state.under_way.saturating_sub(1);
        state.took.push_back((self.begun, self.begun.elapsed()));
    }
}

impl Limits {
    /// A request begins: what a fault makes it wait counts, as it does for a slow plug-in.
    pub(super) fn enter(world: &World) -> UnderWay<'_> {
        world.dataverse.protection.0.lock().under_way += 1;
        UnderWay { world, begun: Instant::now() }
    }

    pub(super) fn set(&self, limits: Protection) {
        let mut state = self.0.lock();
        state.limits = limits;
        state.begun.clear();
        state.took.clear();
    }

    /// Counts a request, or refuses it. A refused one does not count.
    pub(super) fn check(&self) -> Result<(), ApiError> {
        let state = &mut *self.0.lock();
        state.forget_old(Instant::now());
        state.verdict()?;
        state.begun.push_back(Instant::now());
        Ok(())
    }

    /// How many requests and how many seconds are left.
    pub(super) fn remaining(&self) -> (usize, u64) {
        let mut state = self.0.lock();
        state.forget_old(Instant::now());
        let left = Duration::from_millis(state.limits.execution_ms).saturating_sub(state.time());
        (state.limits.requests.saturating_sub(state.begun.len()), left.as_secs())
    }
}

impl State {
    fn window(&self) -> Duration {
        Duration::from_secs(self.limits.window_s)
    }

    fn forget_old(&mut self, now: Instant) {
        let window = self.window();
        let old = |then: &Instant| now.duration_since(*then) >= window;
        while self.begun.front().is_some_and(old) {
            self.begun.pop_front();
        }
        while self.took.front().is_some_and(|(then, _)| old(then)) {
            self.took.pop_front();
        }
    }

    fn time(&self) -> Duration {
        self.took.iter().map(|(_, took)| *took).sum()
    }

    fn verdict(&self) -> Result<(), ApiError> {
        let Protection { requests, execution_ms, concurrent, window_s } = self.limits;
        // Until the oldest falls out of the window. The real pace is not documented beyond "in seconds".
        let wait = self
            .begun
            .front()
            .map_or(Duration::ZERO, |oldest| self.window().saturating_sub(oldest.elapsed()));
        let wait = wait.as_secs() + 1;
        if self.begun.len() >= requests {
            let message = format!(
                "Number of requests exceeded the limit of {requests} over time window of {window_s} seconds."
            );
            return Err(ApiError::throttled("0x80072322", message, wait));
        }
        if self.time() >= Duration::from_millis(execution_ms) {
            let message = format!(
                "Combined execution time of incoming requests exceeded limit of {execution_ms} milliseconds over \
                 time window of {window_s} seconds. Decrease number of concurrent requests or reduce the duration \
                 of requests and try again later."
            );
            return Err(ApiError::throttled("0x80072321", message, wait));
        }
        if self.under_way > concurrent {
            let message = format!("Number of concurrent requests exceeded the limit of {concurrent}.");
            return Err(ApiError::throttled("0x80072326", message, 1));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(limits: Protection) -> Limits {
        let made = Limits::default();
        made.set(limits);
        made
    }

    #[test]
    fn each_limit_has_its_code() {
        let few = limits(Protection { requests: 1, ..Protection::default() });
        assert!(few.check().is_ok());
        assert_eq!(few.remaining().0, 0);
        let refused = few.check().unwrap_err();
        assert_eq!(refused.code, "0x80072322");
        assert!(refused.retry_after.is_some_and(|wait| (299..=301).contains(&wait)));

        let brief = limits(Protection { execution_ms: 0, ..Protection::default() });
        assert_eq!(brief.check().unwrap_err().code, "0x80072321");

        let narrow = limits(Protection { concurrent: 1, ..Protection::default() });
        narrow.0.lock().under_way = 2;
        assert_eq!(narrow.check().unwrap_err().code, "0x80072326");
    }

    #[test]
    fn what_is_older_than_the_window_is_forgotten() {
        let brief = limits(Protection { requests: 1, window_s: 0, ..Protection::default() });
        assert!(brief.check().is_ok());
        assert!(brief.check().is_ok());
    }
}

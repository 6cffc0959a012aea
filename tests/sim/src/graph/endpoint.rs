//! What Graph thinks of an endpoint ("Receive change notifications through webhooks", April 2026): one that
//! answers slowly is sent its notifications later, one that hardly answers is sent none for a while. The state is
//! one for all subscriptions that lead to the same host.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::options::Delivery;

/// How notifications to an endpoint are treated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EndpointState {
    /// Sent at once.
    #[default]
    Normal,
    /// Sent later.
    Slow,
    /// Discarded.
    Drop,
}

/// An endpoint: its answers in the present window, and what followed from the one before.
#[derive(Debug)]
pub(super) struct Endpoint {
    state: EndpointState,
    began: Instant,
    answers: u32,
    slow: u32,
    very_slow: u32,
}

impl Endpoint {
    pub(super) fn new(now: Instant) -> Self {
        Self { state: EndpointState::Normal, began: now, answers: 0, slow: 0, very_slow: 0 }
    }

    /// How a notification is treated now.
    pub(super) fn state(&mut self, how: &Delivery, now: Instant) -> EndpointState {
        if now.duration_since(self.began) >= how.window {
            self.state = self.judged();
            *self = Self { state: self.state, ..Self::new(now) };
        }
        self.state
    }

    /// Notes how long an answer took.
    pub(super) fn answered(&mut self, took: Duration, how: &Delivery, now: Instant) {
        self.state(how, now);
        self.answers += 1;
        self.slow += u32::from(took >= how.first_timeout);
        self.very_slow += u32::from(took >= how.retry_timeout);
    }

    /// Over 15 % very slow: dropped; over 10 % slow: slow. After a window without an answer, as one is that was
    /// dropped, a sample is sent again.
    fn judged(&self) -> EndpointState {
        let over = |count: u32, percent: u64| u64::from(count) * 100 > u64::from(self.answers) * percent;
        if over(self.very_slow, 15) {
            EndpointState::Drop
        } else if over(self.slow, 10) {
            EndpointState::Slow
        } else {
            EndpointState::Normal
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seconds: &[u64]) -> (Endpoint, Instant) {
        let (how, now) = (Delivery::default(), Instant::now());
        let mut endpoint = Endpoint::new(now);
        seconds.iter().for_each(|took| endpoint.answered(Duration::from_secs(*took), &how, now));
        (endpoint, now)
    }

    fn judged(seconds: &[u64]) -> EndpointState {
        let (mut endpoint, now) = after(seconds);
        let how = Delivery::default();
        assert_eq!(endpoint.state(&how, now), EndpointState::Normal, "not before the window ends");
        endpoint.state(&how, now + how.window)
    }

    #[test]
    fn the_share_of_slow_answers_decides() {
        let many = |took: u64, of_20: usize| [vec![took; of_20], vec![0; 20 - of_20]].concat();
        assert_eq!(judged(&many(3, 2)), EndpointState::Normal);
        assert_eq!(judged(&many(3, 3)), EndpointState::Slow);
        assert_eq!(judged(&many(10, 3)), EndpointState::Slow);
        assert_eq!(judged(&many(10, 4)), EndpointState::Drop);
    }

    #[test]
    fn a_dropped_one_is_tried_again_after_a_window() {
        let (mut endpoint, now) = after(&[10]);
        let how = Delivery::default();
        assert_eq!(endpoint.state(&how, now + how.window), EndpointState::Drop);
        assert_eq!(endpoint.state(&how, now + how.window * 2), EndpointState::Normal);
    }
}

//! Limits ("API Rate Limits", "Authentication API Rate Limits"). Over the first, answers come later; nothing is refused.
//! Logins are counted by user and vault address: from half of them on they come later, and beyond them none is taken.

use std::collections::HashMap;

use parking_lot::Mutex;
use serde::Deserialize;

use super::errors::Failure;

const BURST_MS: u64 = 5 * 60 * 1000;
const LOGIN_MS: u64 = 60 * 1000;

/// The limits. Which they are is for each vault to say; these are usual.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VaultLimits {
    /// Calls in five minutes.
    pub burst: u64,
    /// Logins of one user at one address in a minute.
    pub logins: u64,
    /// How much later an answer comes.
    pub delay_ms: u64,
}

impl Default for VaultLimits {
    fn default() -> Self {
        Self { burst: 2000, logins: 20, delay_ms: 500 }
    }
}

/// How far a limit is used, and what it costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Used {
    pub(super) limit: u64,
    pub(super) remaining: u64,
    pub(super) delay_ms: u64,
}

/// What was counted.
#[derive(Debug, Default)]
pub(super) struct Counts(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    limits: VaultLimits,
    calls: Window,
    logins: HashMap<(String, String), Window>,
}

/// So many since then.
#[derive(Clone, Copy, Debug, Default)]
struct Window {
    since_ms: u64,
    count: u64,
}

impl Window {
    fn at(&mut self, now: u64, length: u64) -> &mut Self {
        if self.since_ms + length <= now {
            *self = Self { since_ms: now, count: 0 };
        }
        self
    }
}

impl Counts {
    /// Sets the limits and forgets what was counted.
    pub(super) fn set(&self, limits: VaultLimits) {
        *self.0.lock() = State { limits, ..State::default() };
    }

    /// Counts a call.
    pub(super) fn call(&self, now: u64) -> Used {
        let mut state = self.0.lock();
        state.calls.at(now, BURST_MS).count += 1;
        state.used()
    }

    /// What is left, without counting.
    pub(super) fn now(&self) -> Used {
        self.0.lock().used()
    }

    /// Counts a login, or refuses it. A refused one does not count.
    pub(super) fn login(&self, username: &str, dns: &str, now: u64) -> Result<Used, Failure> {
        let mut state = self.0.lock();
        let VaultLimits { logins: limit, delay_ms, .. } = state.limits;
        let key = (username.to_lowercase(), dns.to_lowercase());
        let window = state.logins.entry(key).or_default().at(now, LOGIN_MS);
        if window.count >= limit {
            return Err(Failure::new(
                "API_LIMIT_EXCEEDED",
                "The Authentication API burst limit is exceeded.",
            ));
        }
        window.count += 1;
        let delay_ms = if window.count * 2 > limit { delay_ms } else { 0 };
        Ok(Used { limit, remaining: limit - window.count, delay_ms })
    }
}

impl State {
    fn used(&self) -> Used {
        let VaultLimits { burst, delay_ms, .. } = self.limits;
        let over = self.calls.count > burst;
        Used {
            limit: burst,
            remaining: burst.saturating_sub(self.calls.count),
            delay_ms: if over { delay_ms } else { 0 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_over_the_limit_come_later_and_are_not_refused() {
        let counts = Counts::default();
        counts.set(VaultLimits { burst: 1, ..VaultLimits::default() });
        assert_eq!(counts.call(0), Used { limit: 1, remaining: 0, delay_ms: 0 });
        assert_eq!(counts.call(1), Used { limit: 1, remaining: 0, delay_ms: 500 });
        assert_eq!(counts.call(BURST_MS).delay_ms, 0, "a new window");
    }

    #[test]
    fn logins_come_later_from_half_on_and_none_is_taken_beyond() {
        let counts = Counts::default();
        counts.set(VaultLimits { logins: 4, ..VaultLimits::default() });
        let login = |now| counts.login("Ada@x", "vault.example", now).map(|used| used.delay_ms);
        assert_eq!([login(0), login(0), login(0), login(0)], [Ok(0), Ok(0), Ok(500), Ok(500)]);
        assert_eq!(login(1).unwrap_err().kind, "API_LIMIT_EXCEEDED");
        assert!(counts.login("bob@x", "vault.example", 1).is_ok(), "somebody else");
        assert!(counts.login("ada@x", "other.example", 1).is_ok(), "somewhere else");
        assert!(counts.login("ADA@x", "vault.example", 2).is_err(), "the same in other letters");
        assert_eq!(login(LOGIN_MS), Ok(0));
    }
}

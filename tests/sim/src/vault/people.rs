//! What is the matter with the integration user, and what its logins are scripted to be refused with.

use parking_lot::Mutex;
use serde::Deserialize;

use super::errors::Failure;

/// What is the matter with the integration user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nothing.
    #[default]
    Active,
    /// Too many wrong passwords.
    Locked,
    /// No longer a user.
    Inactive,
    /// The password must be changed first.
    PasswordExpired,
    /// A user of another vault of the organisation, and no longer of this one.
    Elsewhere,
}

#[derive(Debug, Default)]
pub(super) struct People(Mutex<State>);

impl People {
    pub(super) fn state(&self) -> State {
        *self.0.lock()
    }

    pub(super) fn set(&self, state: State) {
        *self.0.lock() = state;
    }
}

/// Refusals of logins to come.
#[derive(Debug, Default)]
pub(super) struct Refusals(Mutex<Option<(Failure, Option<u32>)>>);

impl Refusals {
    /// Refuses so many times from now on, or for ever; without a failure never.
    pub(super) fn script(&self, failure: Option<Failure>, times: Option<u32>) {
        *self.0.lock() = failure.map(|failure| (failure, times));
    }

    /// The refusal of this login, if it is to be refused.
    pub(super) fn next(&self) -> Option<Failure> {
        let mut scripted = self.0.lock();
        let (failure, times) = scripted.as_mut()?;
        if let Some(left) = times {
            *left = left.checked_sub(1)?;
        }
        Some(failure.clone())
    }
}

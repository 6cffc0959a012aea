//! Scripted faults: what goes wrong, for which requests, and how often.
//!
//! Rules are tried in the order in which they were added. A rule that matches counts the request;
//! the first `skip` of them pass on to the next rule, the following `times` get the effect.

mod hold;
mod rule;

use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use serde::Serialize;

use crate::call::Call;

pub use hold::Held;
pub(crate) use hold::Holds;
pub use rule::{BadFault, Effect, Fault, Match};

/// A rule and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct FaultState {
    /// What `add_fault` answered.
    pub id: u64,
    /// The rule.
    #[serde(flatten)]
    pub fault: Fault,
    /// How many requests matched it, skipped ones included.
    pub matched: u64,
    /// How many got its effect.
    pub hits: u64,
}

/// The rules in force.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// Whether there is any rule: the common case must not take the lock.
    any: AtomicBool,
    rules: Mutex<(u64, Vec<FaultState>)>,
}

impl Faults {
    pub(crate) fn add(&self, fault: Fault) -> Result<u64, BadFault> {
        fault.check()?;
        let mut rules = self.rules.lock();
        rules.0 += 1;
        let id = rules.0;
        rules.1.push(FaultState { id, fault, matched: 0, hits: 0 });
        self.any.store(true, Ordering::Release);
        Ok(id)
    }

    pub(crate) fn list(&self) -> Vec<FaultState> {
        self.rules.lock().1.clone()
    }

    pub(crate) fn clear(&self) {
        self.any.store(false, Ordering::Release);
        self.rules.lock().1.clear();
    }

    /// What happens to this request, if anything. Counts it.
    pub(crate) fn effect_on(&self, call: &Call<'_>) -> Option<Effect> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        self.rules.lock().1.iter_mut().find_map(|state| {
            if !state.fault.on.covers(call) {
                return None;
            }
            let spent = state.fault.times.is_some_and(|times| state.hits >= times);
            state.matched += 1;
            if spent || state.matched <= state.fault.skip {
                return None;
            }
            state.hits += 1;
            Some(state.fault.effect.clone())
        })
    }
}

//! One call into a guest: what it may do, what it did, what it wants written.

pub mod allowance;
mod clock;
pub(crate) mod fault;
pub mod finished;
pub mod journal;
mod log;
pub mod news;
mod random;
pub mod timers;
pub mod transaction;

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use sync_wrapper::SyncWrapper;
use tieline_store::{Key, Space};
use tieline_types::{Actor, EventRef, Exceeded, InstallationKey, Limit, Limits, Rights, dataset::Table};

use crate::{
    Source,
    bindings::types::{Denial, Refusal},
    outbound::{Outbound, effects::EffectMemory},
    wasi::Wasi,
};
use allowance::Allowance;
use finished::{Finished, Stop, Usage};
use journal::Journal;
use tieline_types::manifest::Capability;
use transaction::Transaction;

/// Which of the contract's questions is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Mode {
    Plan,
    Check,
    Handle,
    Act,
    View,
    Migrate,
}

impl Mode {
    /// Whether the answer comes with a transaction.
    pub fn writes(self) -> bool {
        matches!(self, Self::Handle | Self::Act | Self::Migrate)
    }

    /// Whether upstreams may be called: a migration is about storage, and may run again and again.
    pub fn calls(self) -> bool {
        !matches!(self, Self::Plan | Self::Migrate)
    }

    /// Whether capabilities answer at all: `plan` is pure.
    pub fn reads(self) -> bool {
        self != Self::Plan
    }
}

/// Tables of an installation by name. Shared by all its runs.
pub type Tables = Arc<BTreeMap<String, Table>>;

/// What a run is made of.
pub struct RunSpec {
    /// Which question.
    pub mode: Mode,
    /// Whose connector.
    pub installation: InstallationKey,
    /// What it may touch.
    pub rights: Arc<Rights>,
    /// What it may use.
    pub limits: Arc<Allowance>,
    /// The tables that its plan declared.
    pub tables: Tables,
    /// The event behind it, if there is one: its mutating calls are remembered under it.
    pub event: Option<EventRef>,
    /// Who is behind it, if a person is.
    pub actor: Option<Actor>,
    /// What earlier attempts of the same event did upstream.
    pub effects: EffectMemory,
    /// Seed of `random`: equal for all attempts of an event.
    pub seed: [u8; 16],
    /// Where the answers to its calls come from.
    pub source: Source,
}

/// A run under way. The guest's store owns it; capabilities see the parts that they need.
pub struct Run {
    pub(crate) spec: RunSpec,
    pub(crate) outbound: Outbound,
    pub(crate) transaction: Transaction,
    pub(crate) journal: Journal,
    pub(crate) random_drawn: u64,
    /// None until the guest asks for something of WASI, as most never do.
    pub(crate) wasi: Option<Box<SyncWrapper<Wasi>>>,
    started: Instant,
}

impl Run {
    /// Begins a run.
    pub fn new(mut spec: RunSpec) -> Self {
        let outbound = Outbound::new(std::mem::take(&mut spec.effects));
        Self {
            spec,
            outbound,
            transaction: Transaction::default(),
            journal: Journal::default(),
            random_drawn: 0,
            wasi: None,
            started: Instant::now(),
        }
    }

    /// The limits of this run.
    pub fn limits(&self) -> &Limits {
        &self.spec.limits
    }

    /// The same, for who outlives the run.
    pub fn shared_limits(&self) -> Arc<Allowance> {
        Arc::clone(&self.spec.limits)
    }

    /// Ends the run. A mutating call that is still under way is waited for, so that its answer is
    /// remembered even when its guest was stopped.
    pub async fn finish<T>(mut self, answer: Result<T, Stop>, cpu_ms: u64, memory_bytes: u64) -> Finished<T> {
        self.keep_printed();
        // The guest is gone: what the upstream said is remembered, and nobody is told.
        let _ = self.outbound.wait_for_call_under_way(&mut self.journal).await;
        Finished {
            answer,
            usage: Usage { cpu_ms, memory_bytes, duration: self.started.elapsed() },
            in_doubt: self.outbound.in_doubt,
            park: self.outbound.park,
            throttled: self.outbound.throttled,
            effects: self.outbound.effects,
            transaction: self.transaction,
            journal: self.journal,
            left: self.spec.source.leave(),
        }
    }

    /// Whether a capability that calls an upstream may do so now.
    pub(crate) fn may_call(&self, capability: Capability) -> Result<(), Denial> {
        if !self.spec.mode.calls() {
            let asked = match self.spec.mode {
                Mode::Migrate => "a call during `migrate`, which is about storage alone",
                _ => "a call during `plan`, which is pure",
            };
            return Err(Denial { asked: asked.into(), allow_with: None });
        }
        if self.spec.rights.capability(capability) { Ok(()) } else { Err(undeclared(capability)) }
    }

    /// Whether a capability that writes to the host may be used now.
    pub(crate) fn may_use(&self, capability: Capability) -> Result<(), Refusal> {
        if !self.spec.mode.writes() {
            return Err(Refusal::ReadOnly);
        }
        if !self.spec.rights.capability(capability) {
            return Err(Refusal::Denied(undeclared(capability)));
        }
        Ok(())
    }

    /// Whether a capability may take one more event, timer, entry or alert now.
    pub(crate) fn may_write(&self, capability: Capability) -> Result<(), Refusal> {
        self.may_use(capability)?;
        let most = self.spec.limits.emitted;
        if self.transaction.emitted() >= most {
            return Err(Refusal::QuotaExceeded(Exceeded::new(Limit::EMITTED, most).with_setting()));
        }
        Ok(())
    }
}

/// A capability that the manifest does not declare.
fn undeclared(capability: Capability) -> Denial {
    let name = capability.name();
    Denial {
        asked: format!("the capability `{name}`"),
        allow_with: Some(format!("[capabilities] {name} = \"why\" in connector.toml")),
    }
}

/// Where things of one kind stand for an installation. The tenant comes first, so that no key of one
/// reaches into another.
pub(crate) fn of_installation(space: Space, key: &InstallationKey) -> Key {
    Key::new(space).part(key.tenant.as_str()).part(key.installation.as_str())
}

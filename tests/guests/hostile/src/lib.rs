//! A guest that misbehaves as its configuration says.
//!
//! What became of an attempt is a log line `outcome` and the storage value under `outcome`: a refusal must come
//! back as an answer that the guest can read, and never as a trap.

mod attempts;
mod config;

use std::{cell::Cell, hint::black_box, rc::Rc};

use tieline_sdk::{
    Action, Connector, Entry, Event, Failure, Plan, Problem, Stage, Subscription, log, storage,
};

pub use config::{Behaviour, Config};

/// The connector; see [`Behaviour`] for what it can do.
pub struct Hostile {
    config: Rc<Config>,
    /// Events that this connector has seen: one, since it lives for one call.
    seen: Cell<u32>,
}

tieline_sdk::register!(Hostile);

impl Connector for Hostile {
    type Config = Config;

    fn new(config: Rc<Config>) -> Self {
        Self { config, seen: Cell::new(0) }
    }

    fn plan(&self, _wants: &[Entry]) -> Result<Plan, Vec<Problem>> {
        if self.config.behaviour == Behaviour::PlanIo {
            attempts::io_during_plan(self.url()).map_err(|problem| vec![problem])?;
        }
        if self.config.behaviour == Behaviour::PlanMany {
            let many = (0..20).map(|n| Subscription::created(format!("/teams/{n}/channels/1/messages")));
            return Ok(Plan { subscriptions: many.collect(), ..Plan::default() });
        }
        let subscriptions = self.config.resource.iter().map(Subscription::created).collect();
        Ok(Plan { subscriptions, ..Plan::default() })
    }

    fn check(&self) -> Vec<Stage> {
        match self.config.behaviour {
            Behaviour::CheckWrites => vec![attempts::write_during_check()],
            _ => vec![Stage::ok("ready")],
        }
    }

    fn act(&self, action: &Action) -> Result<serde_json::Value, Problem> {
        match action.name.as_str() {
            "count" => Ok(serde_json::json!({ "count": counted()? })),
            other => Err(Problem::new("hostile.no-such-action", format!("there is no action {other}"))),
        }
    }

    fn handle(&self, event: &Event) -> Result<(), Failure> {
        if !self.config.applies_to(event) {
            return handled(event);
        }
        match self.config.behaviour {
            Behaviour::Spin => spin(),
            Behaviour::EatMemory => eat_memory(),
            Behaviour::Trap => trap(),
            Behaviour::Recurse => {
                black_box(recurse(1));
                Ok(())
            }
            Behaviour::WriteThenTrap => {
                storage::put_json("written", &true, None)?;
                trap()
            }
            Behaviour::WriteThenFail => {
                storage::put_json("written", &true, None)?;
                Err(Failure::retry(Problem::new("hostile.retry", "it wrote first")))
            }
            Behaviour::FailPermanent => Err(Failure::permanent(
                Problem::new("hostile.permanent", "it does not want to").remedy("ask nicely"),
            )),
            Behaviour::FailRetry => Err(Failure::retry(Problem::new("hostile.retry", "not now"))),
            Behaviour::ReachOut => outcome(&attempts::reach_out(self.url())),
            Behaviour::ForgeCredential => outcome(&attempts::forge_credential(self.url())),
            Behaviour::BorrowConnection => outcome(&attempts::borrow_connection(self.url())),
            Behaviour::StorageConflict => outcome(&attempts::storage_conflict()?),
            Behaviour::FloodStorage => outcome(&attempts::flood_storage()),
            Behaviour::FloodKeys => outcome(&attempts::flood_keys()),
            Behaviour::FloodReads => outcome(&attempts::flood_reads()),
            Behaviour::HugeEvent => outcome(&attempts::huge_event()),
            Behaviour::FloodCalls => outcome(&attempts::flood_calls()),
            Behaviour::FloodUpstream => outcome(&attempts::flood_upstream()),
            Behaviour::HugeText => {
                log::info(&"x".repeat(20 << 20), []);
                handled(event)
            }
            Behaviour::ReachInside => outcome(&attempts::reach_inside()),
            Behaviour::HugeLine => {
                log::info(&"x".repeat(100_000), [("huge", "y".repeat(100_000).as_str())]);
                handled(event)
            }
            Behaviour::GraphElsewhere => outcome(&attempts::graph_elsewhere(self.url())),
            Behaviour::TraversePaths => outcome(&attempts::traverse_paths()),
            Behaviour::TraverseKeys => outcome(&attempts::traverse_keys()),
            Behaviour::Remember => {
                self.seen.set(self.seen.get() + 1);
                outcome(&self.seen.get().to_string())
            }
            Behaviour::FloodEvents => outcome(&attempts::flood_events()),
            Behaviour::FloodLog => {
                (0..10_000).for_each(|line| log::info("flood", [("line", line.to_string().as_str())]));
                handled(event)
            }
            Behaviour::Echo => {
                let text = config::text_of(event);
                log::info("echo", [("payload", text.as_str())]);
                storage::put_json("echo", &text, None)
            }
            Behaviour::Counter => count(),
            Behaviour::PlanIo | Behaviour::CheckWrites | Behaviour::PlanMany => handled(event),
        }
    }
}

impl Hostile {
    fn url(&self) -> &str {
        self.config.url.as_deref().unwrap_or("https://ungranted.example/")
    }
}

/// A healthy end: a log line, and a value under `handled/<event id>`.
fn handled(event: &Event) -> Result<(), Failure> {
    log::info("handled", [("event", event.id.as_str())]);
    storage::put_json(&format!("handled/{}", event.id), &event.attempt, None)
}

/// Says what became of an attempt to misbehave; in the log only, where storage is used up.
fn outcome(outcome: &str) -> Result<(), Failure> {
    log::info("outcome", [("outcome", outcome)]);
    storage::put_json("outcome", &outcome, None).or(Ok(()))
}

/// Adds one, never looking whether this event was counted before: only the host's transaction makes it right.
fn count() -> Result<(), Failure> {
    let count = counted()?;
    log::info("counted", [("count", (count + 1).to_string().as_str())]);
    storage::put_json("count", &(count + 1), None)
}

fn counted() -> Result<u64, Failure> {
    Ok(storage::get_json("count")?.unwrap_or(0))
}

fn spin() -> ! {
    let mut turns = 0_u64;
    loop {
        turns = black_box(turns.wrapping_add(1));
    }
}

fn eat_memory() -> ! {
    let mut eaten = Vec::new();
    loop {
        eaten.push(black_box(vec![1_u8; 1 << 20]));
    }
}

fn trap() -> ! {
    std::process::abort()
}

/// The work after the call keeps it from becoming a loop.
#[expect(unconditional_recursion, reason = "that is the point")]
fn recurse(depth: u64) -> u64 {
    let frame = black_box([depth; 64]);
    recurse(depth + 1) + frame[black_box(7)]
}

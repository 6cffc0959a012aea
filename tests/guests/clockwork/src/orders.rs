//! What a notification can tell it, by a word somewhere in its data.

use tieline_sdk::alert::{self, Severity};
use tieline_sdk::events::{self, NewEvent};
use tieline_sdk::{Failure, Problem, Refusal, schedule, storage};

/// Does what the first known word in the data says.
pub(crate) fn follow(data: &str) -> Result<(), Failure> {
    let told = ORDERS.iter().find(|(word, _)| data.contains(word));
    told.map_or(Ok(()), |(_, order)| order())
}

type Order = fn() -> Result<(), Failure>;

const ORDERS: &[(&str, Order)] = &[
    // A one-shot timer a moment ahead.
    ("set-soon", || Ok(schedule::after("once", 300, &"soon")?)),
    // One that stays ahead, and taking it back.
    ("set-far", || Ok(schedule::after("once", 3_600_000, &"far")?)),
    ("cancel-far", || Ok(schedule::cancel("once")?)),
    // More timers than an installation may have.
    ("set-flood", || {
        let refused = (0..10_000_u32).find_map(|n| schedule::after(&n.to_string(), 3_600_000, &n).err());
        storage::put_json("refused", &matches!(refused, Some(Refusal::QuotaExceeded(_))), None)
    }),
    ("set-broken", || {
        let refused = [schedule::at("", 0, "{}"), schedule::at("k", 0, "{")];
        let invalid = refused.iter().all(|refused| matches!(refused, Err(Refusal::Invalid(_))));
        storage::put_json("refused", &invalid, None)
    }),
    // A follow-up event.
    ("emit-one", || Ok(events::emit(&follow_up(None))?)),
    // Two that are one.
    ("emit-same", || {
        events::emit(&follow_up(Some("same")))?;
        Ok(events::emit(&follow_up(Some("same")))?)
    }),
    ("emit-and-fail", || {
        events::emit(&follow_up(None))?;
        storage::put_json("written", &true, None)?;
        Err(stuck())
    }),
    // Alerts.
    ("alarm-and-fail", || {
        alert::raise("low", Severity::Critical, &oil())?;
        Err(stuck())
    }),
    ("alarm", || Ok(alert::warn("low", &oil())?)),
    ("calm", || Ok(alert::clear("low")?)),
    ("alert-flood", || {
        let refused = (0..10_000_u32).find_map(|n| alert::warn(&n.to_string(), &oil()).err());
        storage::put_json("refused", &matches!(refused, Some(Refusal::QuotaExceeded(_))), None)
    }),
    // How the next migration ends.
    ("migrate-fail", || storage::put_json("migrate", &"fail", None)),
    ("migrate-trap", || storage::put_json("migrate", &"trap", None)),
    ("migrate-well", || storage::put_json("migrate", &"well", None)),
];

fn follow_up(dedupe_key: Option<&str>) -> NewEvent {
    NewEvent {
        type_: "follow-up".into(),
        body: "{}".into(),
        ordering_key: Some("follow-up".into()),
        dedupe_key: dedupe_key.map(str::to_owned),
    }
}

fn oil() -> Problem {
    Problem::new("clockwork.oil", "it runs low on oil").remedy("add some")
}

fn stuck() -> Failure {
    Failure::permanent(Problem::new("clockwork.stuck", "it is told to fail"))
}

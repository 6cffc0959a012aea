//! What must hold, whatever was killed when.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Outcome, killer::Killed, ledger::Ledger};
use crate::{
    error::BenchError,
    figures::{millis, percentile_ms},
    stage::Host,
};

pub(super) const TENANT: &str = "acme";
/// The installation of the guest that counts.
pub(super) const COUNTER: &str = "counter";

/// What the host knows when everything has settled.
#[derive(Default)]
struct Events {
    handled: usize,
    counted: usize,
    unfinished: usize,
    in_doubt: usize,
    /// What the events in doubt are about.
    doubtful: HashSet<String>,
}

/// Compares what the simulators saw with what was acknowledged, and the counter with the events it was given.
pub(super) async fn judge(
    seed: u64,
    host: &Host,
    ledger: &Ledger,
    channels: &[String],
    killed: Killed,
) -> Result<Outcome, BenchError> {
    let sums = ledger.sums();
    let events = Events::read(host).await?;
    let answer = host.api.act(TENANT, COUNTER, "count").await?;
    let counter = answer["count"].as_u64().unwrap_or(0) as usize;
    // The counter watches one channel of all, and numbers go round.
    let for_counter = sums.sent.div_ceil(channels.len());
    let certain = |(number, message): &(usize, std::sync::Arc<str>)| {
        let channel = &channels[number % channels.len()];
        let about = |summary: &String| summary.contains(channel.as_str()) && summary.contains(&**message);
        !events.doubtful.iter().any(about)
    };
    let without_doubt = ledger.duplicates().iter().filter(|duplicate| certain(duplicate)).count();
    let laws = [
        (sums.acknowledged == sums.sent, "every notification is acknowledged in the end"),
        (sums.lost == 0, "what was acknowledged has its effect upstream"),
        (counter == events.counted, "a write to storage happens once for each handled event"),
        (counter == for_counter, "a notification that was sent again is one event"),
        (events.unfinished == 0, "every event is handled in the end"),
        (without_doubt == 0, "an effect happens twice only where a run was in doubt"),
        (sums.duplicated <= events.in_doubt, "there are not more duplicates than doubts"),
        (killed.kills > 0, "hosts were killed"),
    ];
    let broken: Vec<String> =
        laws.iter().filter(|(holds, _)| !holds).map(|(_, law)| (*law).to_owned()).collect();
    let longest = |times: &[std::time::Duration]| millis(times.iter().max().copied().unwrap_or_default());
    let report = json!({
        "seed": seed,
        "kills": killed.kills,
        "killed_while_starting": killed.while_starting,
        "sent": sums.sent,
        "acknowledged": sums.acknowledged,
        "effected": sums.effected,
        "lost": sums.lost,
        "in_doubt": events.in_doubt,
        "duplicated": sums.duplicated,
        "duplicated_without_doubt": without_doubt,
        "events_handled": events.handled,
        "events_unfinished": events.unfinished,
        "counter": counter,
        "counter_events": events.counted,
        "listening_p50_ms": percentile_ms(&killed.listening, 50),
        "listening_max_ms": longest(&killed.listening),
        "first_effect_p50_ms": percentile_ms(&killed.first_effect, 50),
        "first_effect_max_ms": longest(&killed.first_effect),
        "broken": broken,
    });
    Ok(Outcome { report, broken })
}

impl Events {
    async fn read(host: &Host) -> Result<Self, BenchError> {
        let mut events = Self::default();
        let see = |event: &Value| {
            let done = event["state"] == "done";
            events.handled += usize::from(done);
            events.unfinished += usize::from(!done);
            events.counted += usize::from(done && event["installation"] == COUNTER);
            if event["in_doubt"] == true {
                events.in_doubt += 1;
                events.doubtful.extend(event["summary"].as_str().map(str::to_owned));
            }
        };
        host.api.events(TENANT, "", see).await?;
        Ok(events)
    }
}

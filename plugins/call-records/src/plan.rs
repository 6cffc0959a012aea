//! What should exist: the tables always; the subscription and the timers as soon as the collection has begun. Pure.

use tieline_sdk::{Entry, Plan, Problem, Subscription, Timer};

use crate::config::{Config, problems};
use crate::{collect, devices, tables};

/// What is watched.
pub const RESOURCE: &str = "/communications/callRecords";
/// The entry that says that the collection was authorised.
pub const AUTHORIZED: &str = "plan/authorized";
/// The entry that says that older calls are being read.
pub const BEGUN: &str = "plan/begun";

const SECOND: u64 = 1_000;
const HOUR: u64 = 3_600 * SECOND;
const DAY: u64 = 24 * HOUR;

/// The plan, or everything that is wrong with the configuration.
pub(crate) fn plan(config: &Config, wants: &[Entry]) -> Result<Plan, Vec<Problem>> {
    let problems = problems(config);
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut plan = Plan { tables: tables::all(config.devices), ..Plan::default() };
    let is_there = |key: &str| wants.iter().any(|want| want.key == key);
    if config.require_global_administrator && !is_there(AUTHORIZED) {
        return Ok(plan);
    }
    let mut calls = Subscription::created(RESOURCE);
    // A record that was announced grows: later versions come as updates.
    calls.change_types.push("updated".to_owned());
    plan.subscriptions.push(calls);
    if !is_there(BEGUN) {
        plan.timers.push(Timer::every(collect::BEGIN, SECOND));
    }
    plan.timers.push(Timer::every(collect::LOOK_AGAIN, u64::from(config.look_again_hours) * HOUR));
    if config.devices {
        plan.timers.push(Timer::every(devices::TIMER, DAY));
    }
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(json: &str, wants: &[&str]) -> Plan {
        let wants: Vec<_> =
            wants.iter().map(|key| Entry { key: (*key).to_owned(), value: vec![], revision: 1 }).collect();
        plan(&serde_json::from_str(json).unwrap(), &wants).unwrap()
    }

    fn timers(plan: &Plan) -> Vec<&str> {
        plan.timers.iter().map(|timer| timer.key.as_str()).collect()
    }

    #[test]
    fn nothing_is_collected_before_a_global_administrator_authorises_it() {
        let waiting = planned(r#"{"name":"Calls"}"#, &[BEGUN]);
        assert!(waiting.subscriptions.is_empty() && waiting.timers.is_empty());
        assert_eq!(waiting.tables.len(), 5);
        let authorised = planned(r#"{"name":"Calls"}"#, &[AUTHORIZED]);
        assert_eq!(authorised.subscriptions[0].change_types, ["created", "updated"]);
        assert_eq!(timers(&authorised), ["begin", "look-again", "devices"]);
    }

    #[test]
    fn older_calls_are_read_once_and_devices_if_they_are_wanted() {
        let json = r#"{"name":"Calls","require_global_administrator":false,"devices":false}"#;
        assert_eq!(timers(&planned(json, &[])), ["begin", "look-again"]);
        let begun = planned(json, &[BEGUN]);
        assert_eq!(timers(&begun), ["look-again"]);
        assert_eq!(begun.tables.len(), 4);
    }
}

//! What should exist for a configuration: a subscription for each watched place. Pure.

mod problems;

use tieline_sdk::{Plan, Problem, Subscription};

use crate::config::{Config, Then};
use crate::place::Place;

/// The plan, or everything that is wrong with the configuration.
pub(crate) fn plan(config: &Config) -> Result<Plan, Vec<Problem>> {
    let problems = problems::all(config);
    if !problems.is_empty() {
        return Err(problems);
    }
    let subscriptions = config.places().into_iter().map(|place| subscription(config, place)).collect();
    Ok(Plan { subscriptions, ..Plan::default() })
}

fn subscription(config: &Config, place: Place<'_>) -> Subscription {
    let created = Subscription::created(place.resource());
    match ordering_key(config, place) {
        Some(key) => created.in_order(key),
        None => created,
    }
}

/// Tasks may be created in any order, so their messages need no common key. A field tells what was named *last*:
/// where a rule sets one, the messages of its place are handled one after another.
pub(crate) fn ordering_key(config: &Config, place: Place<'_>) -> Option<String> {
    let sets_a_field =
        |rule: &crate::config::Competitor| rule.place() == Some(place) && matches!(rule.then, Then::Field(_));
    let watched = config.places().into_iter().find(|watched| *watched == place)?;
    config.competitors.iter().any(sets_a_field).then(|| watched.id().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_of_several_rules_has_one_subscription() {
        let config: Config = serde_json::from_str(
            r#"{"deal_desk":[
                {"name":"a","team_id":"T1","channel_id":"19:c@thread.tacv2","opportunity_id":"006000000000001"},
                {"name":"b","team_id":"t1","channel_id":"19:c@thread.tacv2","opportunity_id":"006000000000002"},
                {"name":"c","chat_id":"19:x@thread.v2","opportunity_id":"006000000000001"}],
              "competitors":[
                {"name":"Globex","names":["globex"],"chat_id":"19:x@thread.v2","opportunity_id":"006000000000001",
                 "then":{"field":"MainCompetitors__c"}}]}"#,
        )
        .unwrap();
        let plan = plan(&config).unwrap();
        let found: Vec<_> =
            plan.subscriptions.iter().map(|s| (s.resource.as_str(), s.ordering_key.as_deref())).collect();
        let channel = ("/teams/T1/channels/19:c@thread.tacv2/messages", None);
        let chat = ("/chats/19:x@thread.v2/messages", Some("19:x@thread.v2"));
        assert_eq!(found, [channel, chat]);
        assert!(plan.subscriptions.iter().all(|s| s.change_types == ["created"] && !s.with_resource));
    }
}

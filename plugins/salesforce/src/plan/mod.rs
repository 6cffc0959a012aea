//! What should exist for a configuration: a subscription for each watched place and for transcripts, a timer and a hook
//! for hand-overs. Pure.

mod problems;

use tieline_sdk::{Plan, Problem, Subscription, Timer, Verification, Webhook};

use crate::config::{Config, Then};
use crate::teams::place::Place;
use crate::{handoff, meetings};

/// The plan, or everything that is wrong with the configuration.
pub(crate) fn plan(config: &Config) -> Result<Plan, Vec<Problem>> {
    let problems = problems::all(config);
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut plan = Plan::default();
    plan.subscriptions.extend(config.places().into_iter().map(|place| subscription(config, place)));
    if let Some(settings) = &config.meetings {
        plan.subscriptions.extend(meetings::resources(settings).into_iter().map(Subscription::created));
    }
    if let Some(handoffs) = &config.handoff {
        let poll = handoffs.poll_seconds.map(|seconds| Timer::every(handoff::TIMER, seconds * 1_000));
        plan.timers.extend(poll);
        plan.webhooks.extend(handoffs.organization_id.clone().map(|organization| Webhook {
            key: handoff::HOOK.to_owned(),
            verification: Verification::SoapOrganization(organization),
        }));
    }
    Ok(plan)
}

fn subscription(config: &Config, place: Place<'_>) -> Subscription {
    let created = Subscription::created(place.resource()).identity(config.read_as.identity());
    match ordering_key(config, place) {
        Some(key) => created.in_order(key),
        None => created,
    }
}

/// Tasks may be created in any order, so their messages need no common key. A field tells what was named *last*, and a
/// proposal what was agreed last: where a rule makes one, the messages of its place are handled one after another.
pub(crate) fn ordering_key(config: &Config, place: Place<'_>) -> Option<String> {
    let sets_a_field =
        |rule: &crate::config::Competitor| rule.place() == Some(place) && matches!(rule.then, Then::Field(_));
    let watched = config.places().into_iter().find(|watched| *watched == place)?;
    let proposes = config.stages.iter().any(|rule| rule.place() == Some(place));
    (proposes || config.competitors.iter().any(sets_a_field)).then(|| watched.id().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_sdk::Identity;

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

    #[test]
    fn whoever_reads_messages_watches_for_them() {
        let config: Config = serde_json::from_str(
            r#"{"read_as":"service","deal_desk":[{"name":"c","chat_id":"19:x@thread.v2","opportunity_id":"006000000000001"}]}"#,
        )
        .unwrap();
        assert_eq!(plan(&config).unwrap().subscriptions[0].identity, Identity::Service);
    }

    #[test]
    fn hand_overs_and_meetings_plan_what_they_need() {
        let config: Config = serde_json::from_str(
            r#"{"handoff":{"poll_seconds":60,"organization_id":"00D000000000001",
                  "rules":[{"name":"p","when":"lead_converted","chat_id":"19:x@thread.v2"}]},
                "meetings":{"organizers":["6a1c0000-0000-4000-8000-000000000001"]}}"#,
        )
        .unwrap();
        let plan = plan(&config).unwrap();
        assert_eq!(plan.timers, [Timer::every("handoff", 60_000)]);
        assert_eq!(plan.webhooks[0].verification, Verification::SoapOrganization("00D000000000001".into()));
        let resources: Vec<_> = plan.subscriptions.iter().map(|s| s.resource.as_str()).collect();
        assert_eq!(
            resources,
            ["/users/6a1c0000-0000-4000-8000-000000000001/onlineMeetings/getAllTranscripts"]
        );
    }
}

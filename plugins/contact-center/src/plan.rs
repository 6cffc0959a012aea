//! What should exist: the webhook that the contact centre calls, and subscriptions to the chats of those who turned the
//! integration on. Pure.

use tieline_sdk::{Entry, Identity, Plan, Problem, Subscription, Webhook};

use crate::centre::webhook;
use crate::directory::watch;
use crate::people::{WATCHED, ordering};
use crate::settings::{Config, Proof, problems};
use crate::teams::message::is_id;

/// The plan, or everything that is wrong with the settings.
pub(crate) fn plan(config: &Config, wants: &[Entry]) -> Result<Plan, Vec<Problem>> {
    let problems = problems(config);
    if !problems.is_empty() {
        return Err(problems);
    }
    let webhook = match config.proof {
        Proof::Signature => Webhook::signed(webhook::KEY, "x-signature"),
        Proof::Header => Webhook::by_header(webhook::KEY, "x-tieline-key"),
    };
    let mut plan = Plan::default().webhook(webhook);
    let people: Vec<(&str, String)> = wants.iter().filter_map(watched).collect();
    plan.subscriptions = people.iter().map(|(chat, person)| chat_of(chat, person)).collect();
    if config.presence.subscribe {
        let ids: Vec<_> = people.into_iter().map(|(_, person)| person).collect();
        plan.subscriptions.extend(watch::subscription(&ids));
    }
    Ok(plan)
}

fn watched(want: &Entry) -> Option<(&str, String)> {
    let chat = want.key.strip_prefix(WATCHED).filter(|chat| is_id(chat))?;
    let person: String = serde_json::from_slice(&want.value).ok()?;
    is_id(&person).then_some((chat, person))
}

/// What is written, edited and deleted there, in the order in which everything happens to the person.
fn chat_of(chat: &str, person: &str) -> Subscription {
    let messages = Subscription::created(format!("/chats/{chat}/messages"));
    // As who is in that chat: no permission for any other is needed.
    let mut subscription = messages.identity(Identity::Service).in_order(ordering(person));
    subscription.change_types.extend(["updated".to_owned(), "deleted".to_owned()]);
    subscription
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan_of(json: &str, wants: &[(&str, &str)]) -> Plan {
        let entry = |(key, value): &(&str, &str)| Entry {
            key: (*key).to_owned(),
            value: value.as_bytes().to_vec(),
            revision: 1,
        };
        let wants: Vec<_> = wants.iter().map(entry).collect();
        plan(&serde_json::from_str(json).unwrap(), &wants).unwrap()
    }

    #[test]
    fn the_chats_of_those_who_want_it_are_watched_in_their_order() {
        let wants = [
            ("plan/chat/19:a_s@unq.gbl.spaces", "\"a\""),
            ("plan/chat/x/y", "\"b\""),
            ("plan/chat/19:c", "7"),
        ];
        let plan = plan_of("{}", &wants);
        assert_eq!((plan.webhooks.len(), plan.subscriptions.len()), (1, 1));
        let watched = &plan.subscriptions[0];
        assert_eq!(watched.resource, "/chats/19:a_s@unq.gbl.spaces/messages");
        assert_eq!(watched.change_types, ["created", "updated", "deleted"]);
        assert_eq!(watched.ordering_key.as_deref(), Some("person/a"));
    }

    #[test]
    fn presence_is_subscribed_to_where_it_is_wanted() {
        let wants = [("plan/chat/19:a_s@unq.gbl.spaces", "\"a\"")];
        let plan = plan_of(r#"{"presence":{"subscribe":true}}"#, &wants);
        assert_eq!(plan.subscriptions[1].resource, "/communications/presences?$filter=id%20in%20('a')");
        assert!(plan_of(r#"{"presence":{"subscribe":true}}"#, &[]).subscriptions.is_empty());
    }

    #[test]
    fn wrong_settings_are_refused_as_a_whole() {
        let config = serde_json::from_str(r#"{"answer_within_seconds":1}"#).unwrap();
        assert_eq!(plan(&config, &[]).unwrap_err()[0].code, "contact-center.invalid-config");
    }
}

//! What should exist: the webhook that Dataverse calls, the timer that asks for changes, the chats that are watched. Pure.

use tieline_sdk::{Entry, Plan, Problem, Subscription, Timer, Verification, Webhook};

use crate::settings::{Config, Proof, problems};
use crate::teams::place::is_id;
use crate::timeline::WATCHED;
use crate::updates::{tracking, webhook};

/// The plan, or everything that is wrong with the settings.
pub(crate) fn plan(config: &Config, wants: &[Entry]) -> Result<Plan, Vec<Problem>> {
    let problems = problems(config);
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut plan = Plan::default();
    if !config.enabled {
        return Ok(plan);
    }
    if config.tables().iter().any(|settings| !settings.watched.is_empty()) {
        plan.webhooks.extend(config.updates.webhook.map(webhook));
        let poll = config.updates.poll_seconds;
        plan.timers.extend(poll.map(|seconds| Timer::every(tracking::KEY, u64::from(seconds) * 1_000)));
    }
    let chats = wants.iter().filter_map(|want| want.key.strip_prefix(WATCHED)).filter(|chat| is_id(chat));
    plan.subscriptions = chats.map(watched).collect();
    Ok(plan)
}

fn webhook(proof: Proof) -> Webhook {
    let verification = match proof {
        Proof::Code => Verification::Query("code".to_owned()),
        Proof::Header => Verification::Header("x-tieline-key".to_owned()),
    };
    Webhook { key: webhook::KEY.to_owned(), verification }
}

fn watched(chat: &str) -> Subscription {
    Subscription::created(format!("/chats/{chat}/messages")).in_order(format!("chat/{chat}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan_of(more: &str, wants: &[&str]) -> Plan {
        let json = format!(r#"{{"organization_url":"https://c.crm.dynamics.com"{more}}}"#);
        let wants: Vec<_> =
            wants.iter().map(|key| Entry { key: (*key).to_owned(), value: vec![], revision: 1 }).collect();
        plan(&serde_json::from_str(&json).unwrap(), &wants).unwrap()
    }

    #[test]
    fn a_case_is_watched_by_webhook_and_chats_as_people_connect_them() {
        let plan = plan_of("", &["plan/chat/19:a@thread.v2", "plan/other", "plan/chat/a/b"]);
        assert_eq!(plan.webhooks.len(), 1);
        assert!(plan.timers.is_empty());
        let watched: Vec<_> = plan.subscriptions.iter().map(|s| s.resource.as_str()).collect();
        assert_eq!(watched, ["/chats/19:a@thread.v2/messages"]);
    }

    #[test]
    fn nothing_is_planned_that_nobody_wants() {
        let off = plan_of(r#","enabled":false"#, &["plan/chat/19:a@thread.v2"]);
        assert_eq!(off, Plan::default());
        let silent = plan_of(r#","record_types":{"incident":{"notify":{"on":false,"attributes":[]}}}"#, &[]);
        assert!(silent.webhooks.is_empty());
        let polled = plan_of(r#","updates":{"webhook":null,"poll_seconds":60}"#, &[]);
        assert_eq!((polled.webhooks.len(), polled.timers.len()), (0, 1));
    }

    #[test]
    fn wrong_settings_are_refused_as_a_whole() {
        let config = serde_json::from_str(r#"{"organization_url":"ftp://x"}"#).unwrap();
        assert_eq!(plan(&config, &[]).unwrap_err()[0].code, "dynamics.invalid-config");
    }
}

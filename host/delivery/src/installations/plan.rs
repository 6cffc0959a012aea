//! What a connector wants to exist, as far as the host understands it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use tieline_capabilities::{Tables, graph, schedule};
use tieline_runtime::{PlanResult, PlannedSubscription, PlannedTimer};
use tieline_types::{Problem, Rights, Subscriber, Timestamp, Timing, Verification, manifest::Capability};

use super::tables;
use crate::{schedules::timing, subscriptions::lifetime::content_fault, webhooks};

/// Storage entries whose keys start so are given to `plan`.
pub(super) const WANTS: &str = "plan/";

/// The most recurring timers of an installation.
const TIMERS: usize = 100;

/// What an installation wants to exist.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// Graph subscriptions, in order and each once.
    pub(crate) subscriptions: Vec<Planned>,
    /// Recurring timers, by key. When each is due stands where timers stand.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) timers: BTreeMap<String, Timing>,
    /// Hooks for other systems to call, by key. Where each is called stands where webhooks stand.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) webhooks: BTreeMap<String, Verification>,
    /// Tables that rows may be appended to, by name. What is kept of each stands where tables stand.
    #[serde(default, skip_serializing_if = "no_tables")]
    pub(crate) tables: Tables,
}

fn no_tables(tables: &Tables) -> bool {
    tables.is_empty()
}

/// A Graph subscription that an installation wants, in the one form in which wishes are compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Planned {
    /// With one slash in front: connectors write it with and without.
    pub(crate) resource: String,
    /// As whom.
    #[serde(default)]
    pub(crate) subscriber: Subscriber,
    /// `created`, `updated`, `deleted`.
    pub(crate) change_types: BTreeSet<String>,
    /// Whether its items are to bring their resource.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) with_content: bool,
    /// What orders its items; none: each item's resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ordering_key: Option<Arc<str>>,
}

/// Reads a connector's answer. What the host cannot bring into existence is refused here, by name, rather
/// than left out in silence.
pub(crate) fn understood(plan: PlanResult, rights: &Rights, now: Timestamp) -> Result<Plan, Vec<Problem>> {
    let (mut problems, mut planned) = (Vec::new(), Vec::new());
    for subscription in plan.subscriptions {
        match one(subscription, rights) {
            Ok(subscription) => planned.push(subscription),
            Err(problem) => problems.push(problem),
        }
    }
    planned.sort();
    planned.dedup();
    problems.extend(timer_faults(&plan.timers, rights, now));
    let timers = plan.timers.into_iter().map(|timer| (timer.key, timer.timing)).collect();
    let webhooks = webhooks::understood(plan.webhooks).unwrap_or_else(|faults| {
        problems.extend(faults);
        BTreeMap::new()
    });
    let tables = tables::understood(plan.tables, rights).unwrap_or_else(|faults| {
        problems.extend(faults);
        BTreeMap::new()
    });
    match problems.is_empty() {
        true => Ok(Plan { subscriptions: planned, timers, webhooks, tables: tables.into() }),
        false => Err(problems),
    }
}

fn timer_faults(timers: &[PlannedTimer], rights: &Rights, now: Timestamp) -> Vec<Problem> {
    if !timers.is_empty() && !rights.capability(Capability::Schedule) {
        let message = "The connector plans timers, which its manifest does not declare.";
        let remedy = "Add `schedule = \"why\"` to [capabilities] in connector.toml.";
        return vec![Problem::new("plan.undeclared", message).remedy(remedy)];
    }
    let invalid = |message: String| Problem::new("plan.timer-invalid", message);
    if timers.len() > TIMERS {
        return vec![invalid(format!("The connector plans {} timers; the limit is {TIMERS}.", timers.len()))];
    }
    let mut seen = BTreeSet::new();
    let one = |timer: &PlannedTimer| {
        let shown: String = timer.key.chars().take(80).collect();
        let fault = match timing::fault(&timer.timing, now) {
            _ if !schedule::is_valid_key(&timer.key) => {
                Some("its key is not 1 to 256 bytes of plain text".into())
            }
            _ if !seen.insert(timer.key.clone()) => Some("there are two of this key".into()),
            fault => fault,
        };
        fault.map(|fault| {
            invalid(format!("The connector plans the timer `{}`: {fault}.", shown.escape_debug()))
        })
    };
    timers.iter().filter_map(one).collect()
}

fn one(subscription: PlannedSubscription, rights: &Rights) -> Result<Planned, Problem> {
    let PlannedSubscription { resource, subscriber, change_types, with_resource, ordering_key } =
        subscription;
    let invalid = |what: &str| {
        let shown: String = resource.chars().take(200).collect();
        Problem::new(
            "plan.subscription-invalid",
            format!("The connector plans a subscription to `{shown}`: {what}."),
        )
    };
    let path = resource.trim_start_matches('/');
    if path.is_empty() || path.len() > 2_000 || path.contains("://") || path.contains(char::is_control) {
        return Err(invalid("that is not a resource path"));
    }
    if let Some(fault) = content_fault(path).filter(|_| with_resource) {
        return Err(invalid(fault));
    }
    let known = |kind: &String| matches!(kind.as_str(), "created" | "updated" | "deleted");
    if change_types.is_empty() || !change_types.iter().all(known) {
        return Err(invalid("its change types are not one or more of created, updated, deleted"));
    }
    let subscriber = subscriber.ok_or_else(|| invalid("nobody can be waited for as the person who acts"))?;
    // Notifications tell what reading would tell, and the app that they come to may read everything.
    graph::may_subscribe(path, subscriber, rights).map_err(|denial| {
        let problem = Problem::new(
            "plan.subscription-denied",
            format!("The connector plans a subscription to `{path}`: {}.", denial.asked),
        );
        match denial.allow_with {
            Some(line) => problem.remedy(format!("Grant {line}, or configure the connector without it.")),
            None => problem.remedy("Configure the connector without it."),
        }
    })?;
    Ok(Planned {
        resource: format!("/{path}"),
        subscriber,
        change_types: change_types.into_iter().collect(),
        with_content: with_resource,
        ordering_key: ordering_key.map(Arc::from),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::{Grant, Manifest};

    fn wish(resource: &str, change_types: &[&str]) -> PlannedSubscription {
        PlannedSubscription {
            resource: resource.into(),
            subscriber: Some(Subscriber::App),
            change_types: change_types.iter().map(|kind| (*kind).into()).collect(),
            with_resource: false,
            ordering_key: None,
        }
    }

    fn plan(subscriptions: Vec<PlannedSubscription>) -> Result<Vec<Planned>, Vec<Problem>> {
        let plan = PlanResult { subscriptions, ..PlanResult::default() };
        understood(plan, &reader_of_users(), Timestamp(0)).map(|plan| plan.subscriptions)
    }

    fn reader_of_users() -> Rights {
        let manifest = Manifest::parse(
            "connector = { id = \"t\", version = \"1.0.0\", name = \"T\", vendor = \"T\", licence = \"MIT\", \
             description = \"T\", minimum_host = \"0.1.0\" }\n\
             [[graph_permissions]]\nname = \"User.Read.All\"\nkind = \"application\"\nreason = \"r\"\n",
        );
        let grant = Grant { graph: ["User.Read.All".to_owned()].into(), ..Grant::default() };
        Rights::of(&manifest.unwrap(), &grant)
    }

    #[test]
    fn refuses_a_subscription_to_what_the_installation_may_not_read() {
        let problems = plan(vec![wish("/users/1/messages", &["created"])]).unwrap_err();
        assert_eq!(problems[0].code, "plan.subscription-denied");
        assert!(problems[0].remedy.as_ref().unwrap().contains("Mail.ReadBasic.All"));
        assert!(plan(vec![wish("/users/1", &["updated"])]).is_ok());
    }

    #[test]
    fn a_subscription_as_the_service_user_needs_that_line_and_a_delegated_permission() {
        let as_service = |subscriber| PlannedSubscription { subscriber, ..wish("/users/1", &["updated"]) };
        let problems = plan(vec![as_service(Some(Subscriber::Service))]).unwrap_err();
        assert_eq!(problems[0].remedy.as_deref().map(|it| it.contains("service = true")), Some(true));
        assert_eq!(plan(vec![as_service(None)]).unwrap_err()[0].code, "plan.subscription-invalid");
    }

    fn timers(declared: bool, timers: Vec<PlannedTimer>) -> Result<usize, Vec<Problem>> {
        let manifest = r#"
            [connector]
            id = "t"
            version = "1.0.0"
            name = "T"
            vendor = "T"
            licence = "MIT"
            description = "T"
            minimum_host = "0.1.0"
            [capabilities]
            schedule = "wakes"
            "#;
        let manifest = manifest.replace("schedule", if declared { "schedule" } else { "storage" });
        let rights = Rights::of(&Manifest::parse(&manifest).unwrap(), &Grant::default());
        let plan = PlanResult { timers, ..PlanResult::default() };
        understood(plan, &rights, Timestamp(0)).map(|plan| plan.timers.len())
    }

    fn every(key: &str, millis: u64) -> PlannedTimer {
        PlannedTimer { key: key.into(), timing: Timing::Every { millis } }
    }

    #[test]
    fn refuses_timers_that_are_undeclared_too_many_or_wrong() {
        let codes = |declared, planned| {
            let problems = timers(declared, planned).unwrap_err();
            problems.into_iter().map(|problem| problem.code).collect::<Vec<_>>()
        };
        assert_eq!(codes(false, vec![every("a", 1_000)]), ["plan.undeclared"]);
        assert_eq!(codes(true, vec![every("a", 999), every("", 1_000)]), ["plan.timer-invalid"; 2]);
        assert_eq!(codes(true, vec![every("a", 1_000), every("a", 2_000)]), ["plan.timer-invalid"]);
        let many = (0..=TIMERS).map(|n| every(&n.to_string(), 1_000)).collect();
        assert_eq!(codes(true, many), ["plan.timer-invalid"]);
        assert_eq!(timers(true, vec![every("a", 1_000), every("b", 1_000)]), Ok(2));
    }

    #[test]
    fn refuses_what_graph_or_the_host_would_not_do() {
        for (resource, kinds) in [
            ("", &["created"][..]),
            ("/", &["created"]),
            ("https://graph.microsoft.com/v1.0/users", &["created"]),
            ("/users\n", &["created"]),
            ("/users", &[]),
            ("/users", &["exploded"]),
        ] {
            assert!(plan(vec![wish(resource, kinds)]).is_err(), "{resource:?} {kinds:?}");
        }
        let with_content = PlannedSubscription { with_resource: true, ..wish("/users", &["created"]) };
        assert!(plan(vec![with_content]).unwrap_err()[0].message.contains("without their content"));
    }

    #[test]
    fn the_same_wish_written_twice_is_one() {
        let planned =
            plan(vec![wish("users/1", &["updated", "created"]), wish("/users/1", &["created", "updated"])]);
        assert_eq!(planned.unwrap().len(), 1);
    }
}

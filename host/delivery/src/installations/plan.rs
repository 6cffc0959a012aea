//! What a connector wants to exist, as far as the host understands it.

use std::{collections::BTreeSet, sync::Arc};

use serde::{Deserialize, Serialize};
use tieline_runtime::{PlanResult, PlannedSubscription};
use tieline_types::Problem;

/// Storage entries whose keys start so are given to `plan`.
pub(super) const WANTS: &str = "plan/";

/// A Graph subscription that an installation wants, in the one form in which wishes are compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Planned {
    /// With one slash in front: connectors write it with and without.
    pub(crate) resource: String,
    /// `created`, `updated`, `deleted`.
    pub(crate) change_types: BTreeSet<String>,
    /// What orders its items; none: each item's resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ordering_key: Option<Arc<str>>,
}

/// Reads a connector's answer. What the host cannot bring into existence is refused here, by name, rather
/// than left out in silence.
pub(crate) fn understood(plan: PlanResult) -> Result<Vec<Planned>, Vec<Problem>> {
    let unprovided = |what: &&str| {
        Problem::new(
            "plan.not-provided",
            format!("The connector plans {what}, which this host does not provide."),
        )
        .remedy("Configure the connector without them, or use a newer host.")
    };
    let mut problems: Vec<_> = plan.not_provided.iter().map(unprovided).collect();
    let mut planned = Vec::new();
    for subscription in plan.subscriptions {
        match one(subscription) {
            Ok(subscription) => planned.push(subscription),
            Err(problem) => problems.push(problem),
        }
    }
    planned.sort();
    planned.dedup();
    if problems.is_empty() { Ok(planned) } else { Err(problems) }
}

fn one(subscription: PlannedSubscription) -> Result<Planned, Problem> {
    let PlannedSubscription { resource, change_types, with_resource, ordering_key } = subscription;
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
    if with_resource {
        return Err(invalid("notifications with content are not provided by this host"));
    }
    let known = |kind: &String| matches!(kind.as_str(), "created" | "updated" | "deleted");
    if change_types.is_empty() || !change_types.iter().all(known) {
        return Err(invalid("its change types are not one or more of created, updated, deleted"));
    }
    Ok(Planned {
        resource: format!("/{path}"),
        change_types: change_types.into_iter().collect(),
        ordering_key: ordering_key.map(Arc::from),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(resource: &str, change_types: &[&str]) -> PlannedSubscription {
        PlannedSubscription {
            resource: resource.into(),
            change_types: change_types.iter().map(|kind| (*kind).into()).collect(),
            with_resource: false,
            ordering_key: None,
        }
    }

    fn plan(subscriptions: Vec<PlannedSubscription>) -> Result<Vec<Planned>, Vec<Problem>> {
        understood(PlanResult { subscriptions, not_provided: vec![] })
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
        let rich = PlannedSubscription { with_resource: true, ..wish("/users", &["created"]) };
        assert!(plan(vec![rich]).is_err());
        let refused =
            understood(PlanResult { subscriptions: vec![], not_provided: vec!["timers"] }).unwrap_err();
        assert_eq!(refused[0].code, "plan.not-provided");
    }

    #[test]
    fn the_same_wish_written_twice_is_one() {
        let planned =
            plan(vec![wish("users/1", &["updated", "created"]), wish("/users/1", &["created", "updated"])]);
        assert_eq!(planned.unwrap().len(), 1);
    }
}

//! Presence by subscription: Graph tells whose changed.
//!
//! <https://learn.microsoft.com/graph/api/resources/presence>: one subscription of an app, of up to 650 people.

use tieline_sdk::{Failure, Identity, Problem, Subscription};

use super::presence;
use crate::people;
use crate::teams::message::is_id;

/// The most people of a subscription: Graph takes 650, and the host a resource of 2,000 bytes. The others are asked for.
const MOST: usize = 45;

/// The subscription for these people; none where there is nobody.
pub(crate) fn subscription(people: &[String]) -> Option<Subscription> {
    let mut people: Vec<_> = people.iter().filter(|id| is_id(id)).collect();
    people.sort();
    people.dedup();
    let ids: Vec<_> = people.into_iter().take(MOST).map(|id| format!("'{id}'")).collect();
    if ids.is_empty() {
        return None;
    }
    let resource = format!("/communications/presences?$filter=id%20in%20({})", ids.join(","));
    let mut subscription = Subscription::created(resource).identity(Identity::Service);
    subscription.change_types = vec!["updated".to_owned()];
    Some(subscription)
}

/// Whose presence a resource of Graph is: `communications/presences('…')`. Pure.
pub(crate) fn person_of(resource: &str) -> Option<&str> {
    let rest = resource.trim_start_matches('/');
    let rest = rest
        .get(..24)
        .filter(|head| head.eq_ignore_ascii_case("communications/presences"))
        .map(|_| &rest[24..])?;
    let id = match rest.strip_prefix("('") {
        Some(keyed) => keyed.split_once("')").map(|(id, _)| id)?,
        None => rest.strip_prefix('/')?,
    };
    is_id(id).then_some(id)
}

/// Somebody's presence changed.
pub(crate) fn changed(resource: &str) -> Result<(), Failure> {
    let person = person_of(resource).map(str::to_ascii_lowercase).ok_or_else(|| {
        Failure::permanent(Problem::new("contact-center.not-a-presence", format!("{resource} is nobody's")))
    })?;
    match people::enabled(&person)? {
        Some(_) => presence::refresh(&person),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_subscription_for_as_many_as_graph_takes() {
        assert_eq!(subscription(&[]), None);
        let people: Vec<_> = (0..700).map(|number| format!("user-{number:03}")).collect();
        let planned = subscription(&people).unwrap();
        assert_eq!(planned.resource.matches("user-").count(), MOST);
        let two = subscription(&["b".into(), "a".into(), "b".into(), "c'd".into()]).unwrap();
        assert_eq!(two.resource, "/communications/presences?$filter=id%20in%20('a','b')");
    }

    #[test]
    fn a_notification_says_whose() {
        for good in [
            "communications/presences('u-1')",
            "/communications/presences/u-1",
            "Communications/Presences('u-1')",
        ] {
            assert_eq!(person_of(good), Some("u-1"), "{good}");
        }
        for bad in [
            "communications/presences",
            "communications/presences('')",
            "communications/presences('a/b')",
            "chats('c')",
            "kommunikätions/presences('u')",
        ] {
            assert_eq!(person_of(bad), None, "{bad}");
        }
    }
}

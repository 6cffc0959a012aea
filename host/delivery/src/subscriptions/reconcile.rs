//! What to do next about one subscription: a function of what should be, what is, and the time.

use std::collections::BTreeSet;

use tieline_types::Timestamp;

use super::{desired::Desired, lifetime, notice::Notice, record::Record};

/// The next step towards what should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Ask Graph for it; it does not exist there, as far as is known.
    Create,
    /// It exists and brings too little: Graph cannot change that, so delete it and ask anew.
    Replace,
    /// Prolong it.
    Renew,
    /// Nobody wants it any more.
    Delete,
    /// It stands; look again then.
    Wait(Timestamp),
}

/// The next step. A subscription that brings more than is wanted is left alone: what nobody wants is not
/// delivered, and to replace it would risk a gap.
pub(super) fn next(
    desired: Option<&Desired>,
    record: Option<&Record>,
    notices: &BTreeSet<Notice>,
    now: Timestamp,
) -> Option<Step> {
    let (desired, record) = match (desired, record) {
        (None, None) => return None,
        (None, Some(_)) => return Some(Step::Delete),
        (Some(_), None) => return Some(Step::Create),
        (Some(desired), Some(record)) => (desired, record),
    };
    let (Some(_), Some(expires)) = (&record.id, record.expires) else { return Some(Step::Create) };
    if notices.contains(&Notice::Removed) || expires <= now {
        return Some(Step::Create);
    }
    if !desired.change_types.is_subset(&record.change_types) {
        return Some(Step::Replace);
    }
    let renewal = lifetime::renewal(record.confirmed.unwrap_or(now), expires, spread(record));
    if notices.contains(&Notice::Renew) || renewal <= now {
        return Some(Step::Renew);
    }
    Some(Step::Wait(renewal))
}

/// 0 to 1, by the random digits of the route: subscriptions that were made together are renewed apart.
fn spread(record: &Record) -> f64 {
    let digits = u16::from_str_radix(&record.route.as_str()[..4], 16).unwrap_or_default();
    f64::from(digits) / f64::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::subscriptions::desired::{
        Watched, desired,
        tests::{owner, planned, wish},
    };
    use tieline_types::RouteKey;

    const NOW: Timestamp = Timestamp(1_763_712_000_000);

    fn wanted(change_types: &[&str]) -> Desired {
        let plan = [planned("/a", change_types)];
        desired([wish("one", "app", &plan)]).into_values().next().unwrap()
    }

    fn standing() -> Record {
        Record {
            watched: Watched { owner: owner("app"), resource: "/a".into() },
            route: RouteKey::from_random([0; 32]),
            client_state: serde_json::from_str("\"1.x\"").unwrap(),
            via: wanted(&["created"]).via.remove(0),
            change_types: ["created".to_owned()].into(),
            id: Some("s".into()),
            expires: Some(NOW.after(Duration::from_secs(3_600))),
            confirmed: Some(NOW),
        }
    }

    fn step(change_types: &[&str], record: &Record, notices: &[Notice], now: Timestamp) -> Step {
        next(Some(&wanted(change_types)), Some(record), &notices.iter().copied().collect(), now).unwrap()
    }

    #[test]
    fn what_stands_and_suffices_is_left_alone() {
        let half = NOW.after(Duration::from_secs(1_800));
        assert_eq!(step(&["created"], &standing(), &[], NOW), Step::Wait(half));
        let more = Record { change_types: ["created".into(), "updated".into()].into(), ..standing() };
        assert_eq!(step(&["created"], &more, &[], NOW), Step::Wait(half));
        assert_eq!(step(&["created"], &standing(), &[Notice::Missed], NOW), Step::Wait(half));
    }

    #[test]
    fn goes_towards_what_should_be() {
        let half = NOW.after(Duration::from_secs(1_800));
        let end = NOW.after(Duration::from_secs(3_600));
        assert_eq!(step(&["created"], &standing(), &[], half), Step::Renew);
        assert_eq!(step(&["created"], &standing(), &[Notice::Renew], NOW), Step::Renew);
        assert_eq!(step(&["created"], &standing(), &[Notice::Removed, Notice::Renew], NOW), Step::Create);
        assert_eq!(step(&["created"], &standing(), &[], end), Step::Create);
        assert_eq!(step(&["updated"], &standing(), &[], NOW), Step::Replace);
        assert_eq!(step(&["created"], &Record { id: None, ..standing() }, &[], NOW), Step::Create);
        assert_eq!(next(None, Some(&standing()), &BTreeSet::new(), NOW), Some(Step::Delete));
        assert_eq!(next(Some(&wanted(&["created"])), None, &BTreeSet::new(), NOW), Some(Step::Create));
        assert_eq!(next(None, None, &BTreeSet::new(), NOW), None);
    }
}

//! What to do next about one subscription: a function of what should be, what is, and the time.

use std::time::Duration;

use tieline_types::Timestamp;

use super::{
    desired::Desired,
    lifetime,
    notice::{Notice, Notices},
    record::{How, Record},
};

/// A PATCH and a reauthorisation of one subscription closer together than this corrupt its state at Graph.
pub(super) const APART: Duration = Duration::from_secs(10 * 60);

/// The next step towards what should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Ask Graph for it; it does not exist there, as far as is known.
    Create,
    /// It exists and brings too little, or to another address, or for somebody who acts no more: Graph cannot change
    /// that, so delete it and ask anew.
    Replace,
    /// Prolong it, which reauthorises it, too.
    Renew,
    /// Give it access for longer. It lives no longer for that.
    Reauthorize,
    /// It stands; tell the connectors of a time in which notifications may have been lost.
    Confess,
    /// Nobody wants it any more.
    Delete,
    /// It stands; look again then.
    Wait(Timestamp),
}

/// The next step. `address` is the host's own. A subscription that brings more than is wanted is left alone:
/// what nobody wants is not delivered, and to replace it would risk a gap.
pub(super) fn next(
    desired: Option<&Desired>,
    record: Option<&Record>,
    notices: &Notices,
    address: &str,
    now: Timestamp,
) -> Option<Step> {
    let (desired, record) = match (desired, record) {
        (None, None) => return None,
        (None, Some(_)) => return Some(Step::Delete),
        (Some(_), None) => return Some(Step::Create),
        (Some(desired), Some(record)) => (desired, record),
    };
    let (Some(_), Some(expires)) = (&record.id, record.expires) else { return Some(Step::Create) };
    if notices.contains_key(&Notice::Removed) || expires <= now {
        return Some(Step::Create);
    }
    let moved = record.address.as_ref().is_some_and(|known| known != address);
    // Who made it must act for it, and may be wanted for nothing any more.
    let left = !desired.via.iter().any(|caller| caller.is_alike(&record.via));
    let lacks_content = desired.with_content && record.certificate.is_none();
    if moved || left || lacks_content || !desired.change_types.is_subset(&record.change_types) {
        return Some(Step::Replace);
    }
    let settles = record.settling.map(|settling| settling.until);
    if record.uncovered.is_some()
        || notices.contains_key(&Notice::Missed)
        || notices.contains_key(&Notice::SentBack)
        || settles.is_some_and(|until| until <= now)
    {
        return Some(Step::Confess);
    }
    match (prolong(record, expires, notices.contains_key(&Notice::Reauthorize), now), settles) {
        (Step::Wait(until), Some(settled)) => Some(Step::Wait(until.min(settled))),
        (step, _) => Some(step),
    }
}

/// Keeping one alive that stands. When both are called for, a PATCH does for both.
fn prolong(record: &Record, expires: Timestamp, asked: bool, now: Timestamp) -> Step {
    let begun = record.renewed.or(record.confirmed).unwrap_or(now);
    // A PATCH also tells Graph of another certificate.
    let replaced = record.certificate.as_ref().map(|told| told.until);
    let due = lifetime::renewal(begun, expires, spread(record)).min(replaced.unwrap_or(expires));
    let recently = |how| record.touched.filter(|touch| touch.how == how && now.since(touch.at) < APART);
    let soon = due.since(now) <= APART;
    if due <= now || (asked && (soon || recently(How::Renewed).is_some())) {
        return match recently(How::Reauthorized) {
            Some(touch) => Step::Wait(touch.at.after(APART)),
            None => Step::Renew,
        };
    }
    if asked { Step::Reauthorize } else { Step::Wait(due) }
}

/// 0 to 1, by the random digits of the route: subscriptions that were made together are renewed apart.
fn spread(record: &Record) -> f64 {
    let digits = u16::from_str_radix(&record.route.as_str()[..4], 16).unwrap_or_default();
    f64::from(digits) / f64::from(u16::MAX)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::subscriptions::{
        desired::{
            Caller, Watched, desired,
            tests::{owner, planned, wish},
        },
        record::{Settling, Told, Touch},
    };
    use proptest::prelude::*;
    use tieline_types::{RouteKey, Subscriber};

    const NOW: Timestamp = Timestamp(1_763_712_000_000);
    const HERE: &str = "https://here";
    const HOUR: Duration = Duration::from_secs(3_600);

    fn wanted(change_types: &[&str]) -> Desired {
        let plan = [planned("/a", change_types)];
        desired([wish("one", "app", &plan)]).into_values().next().unwrap()
    }

    pub(crate) fn standing() -> Record {
        Record {
            watched: Watched { owner: owner("app"), resource: "/a".into() },
            route: RouteKey::from_random([0; 32]),
            via: wanted(&["created"]).via.remove(0),
            change_types: ["created".to_owned()].into(),
            certificate: None,
            id: Some("s".into()),
            expires: Some(NOW.after(HOUR)),
            confirmed: Some(NOW),
            renewed: Some(NOW),
            touched: None,
            since: Some(NOW),
            uncovered: None,
            settling: None,
            address: Some(HERE.into()),
        }
    }

    #[test]
    fn what_was_made_for_somebody_who_acts_no_more_is_made_anew() {
        let (mut record, by_app) = (standing(), standing().via);
        record.via = Caller { subscriber: Subscriber::Service, ..by_app.clone() };
        assert_eq!(step(&["created"], &record, &[], NOW), Step::Replace);
        let mut both = wanted(&["created"]);
        both.via.push(record.via.clone());
        let next =
            |desired: &Desired, record| next(Some(desired), Some(record), &heard(&[]), HERE, NOW).unwrap();
        assert!(matches!(next(&both, &record), Step::Wait(_)));
        // Another connection of the same app is the same to Graph.
        both.via[0].connection.tenant = "globex".parse().unwrap();
        assert!(matches!(next(&both, &standing()), Step::Wait(_)));
    }

    fn heard(notices: &[Notice]) -> Notices {
        notices.iter().map(|notice| (*notice, NOW)).collect()
    }

    fn step(change_types: &[&str], record: &Record, notices: &[Notice], now: Timestamp) -> Step {
        next(Some(&wanted(change_types)), Some(record), &heard(notices), HERE, now).unwrap()
    }

    #[test]
    fn what_stands_and_suffices_is_left_alone() {
        let half = NOW.after(HOUR / 2);
        assert_eq!(step(&["created"], &standing(), &[], NOW), Step::Wait(half));
        let more = Record { change_types: ["created".into(), "updated".into()].into(), ..standing() };
        assert_eq!(step(&["created"], &more, &[], NOW), Step::Wait(half));
        let seen = Record { confirmed: Some(half), ..standing() };
        assert_eq!(step(&["created"], &seen, &[], half), Step::Renew, "to be seen does not prolong");
    }

    #[test]
    fn goes_towards_what_should_be() {
        let (half, end) = (NOW.after(HOUR / 2), NOW.after(HOUR));
        assert_eq!(step(&["created"], &standing(), &[], half), Step::Renew);
        assert_eq!(step(&["created"], &standing(), &[Notice::Removed, Notice::Missed], NOW), Step::Create);
        assert_eq!(step(&["created"], &standing(), &[], end), Step::Create);
        assert_eq!(step(&["updated"], &standing(), &[], NOW), Step::Replace);
        assert_eq!(step(&["created"], &Record { id: None, ..standing() }, &[], NOW), Step::Create);
        let elsewhere = Record { address: Some("https://there".into()), ..standing() };
        assert_eq!(step(&["created"], &elsewhere, &[], NOW), Step::Replace);
        let none = Notices::new();
        assert_eq!(next(None, Some(&standing()), &none, HERE, NOW), Some(Step::Delete));
        assert_eq!(next(Some(&wanted(&["created"])), None, &none, HERE, NOW), Some(Step::Create));
        assert_eq!(next(None, None, &none, HERE, NOW), None);
    }

    #[test]
    fn a_gap_is_told_once_it_stands() {
        assert_eq!(step(&["created"], &standing(), &[Notice::Missed], NOW), Step::Confess);
        let mut record = standing();
        record.uncover(NOW, "t");
        assert_eq!(step(&["created"], &record, &[], NOW), Step::Confess);
        assert_eq!(step(&["created"], &Record { id: None, ..record }, &[], NOW), Step::Create);
        let until = NOW.after(APART);
        let settling = Record { settling: Some(Settling { from: NOW, until }), ..standing() };
        assert_eq!(step(&["created"], &settling, &[], NOW), Step::Wait(until));
        assert_eq!(step(&["created"], &settling, &[], until), Step::Confess);
    }

    #[test]
    fn asked_to_reauthorise_it_does_that_only_or_renews_if_that_is_near() {
        let asked = &[Notice::Reauthorize];
        assert_eq!(step(&["created"], &standing(), asked, NOW), Step::Reauthorize);
        let near = NOW.after(HOUR / 2 - APART);
        assert_eq!(step(&["created"], &standing(), asked, near), Step::Renew);
        let touched = |how| Record { touched: Some(Touch { how, at: NOW }), ..standing() };
        assert_eq!(step(&["created"], &touched(How::Renewed), asked, NOW), Step::Renew);
        assert_eq!(step(&["created"], &touched(How::Reauthorized), asked, NOW), Step::Reauthorize);
    }

    #[test]
    fn content_is_asked_for_anew_and_its_certificate_replaced_in_time() {
        let content = Desired { with_content: true, ..wanted(&["created"]) };
        let step = |desired: &Desired, record: &Record, now| {
            next(Some(desired), Some(record), &Notices::new(), HERE, now).unwrap()
        };
        assert_eq!(step(&content, &standing(), NOW), Step::Replace);
        let soon = NOW.after(APART / 2);
        let told = Told { id: "1".into(), until: soon, expires: NOW.after(HOUR) };
        let record = Record { certificate: Some(told), ..standing() };
        assert_eq!(step(&content, &record, NOW), Step::Wait(soon));
        assert_eq!(step(&content, &record, soon), Step::Renew);
        assert_eq!(
            step(&wanted(&["created"]), &record, soon),
            Step::Renew,
            "though nobody wants it any more"
        );
        let touched = Record { touched: Some(Touch { how: How::Reauthorized, at: NOW }), ..record };
        assert_eq!(step(&content, &touched, soon), Step::Wait(NOW.after(APART)));
    }

    proptest! {
        /// Whatever Graph says, whatever fails, however time passes.
        #[test]
        fn never_both_within_ten_minutes(
            life in 45_u64..4_320,
            course in prop::collection::vec((1_u64..2_400, any::<bool>(), any::<bool>()), 1..200),
        ) {
            let expires = |now: Timestamp| now.after(Duration::from_secs(life * 60));
            let (mut record, mut notices, mut now) = (standing(), Notices::new(), NOW);
            record.expires = Some(expires(NOW));
            let mut last = None::<Touch>;
            for (seconds, asked, works) in course {
                now = now.after(Duration::from_secs(seconds));
                if asked {
                    notices.insert(Notice::Reauthorize, now);
                }
                let how = match next(Some(&wanted(&["created"])), Some(&record), &notices, HERE, now).unwrap() {
                    Step::Renew => How::Renewed,
                    Step::Reauthorize => How::Reauthorized,
                    Step::Create => {
                        prop_assert!(record.expires.unwrap() <= now);
                        record = Record { expires: Some(expires(now)), renewed: Some(now), touched: None, ..record };
                        last = None;
                        continue;
                    }
                    Step::Wait(until) => {
                        prop_assert!(until > now);
                        continue;
                    }
                    other => panic!("{other:?}"),
                };
                if let Some(last) = last {
                    prop_assert!(last.how == how || now.since(last.at) >= APART, "{last:?} then {how:?} at {now}");
                }
                last = Some(Touch { how, at: now });
                record.touched = last;
                if works {
                    notices.clear();
                    if how == How::Renewed {
                        record = Record { expires: Some(expires(now)), renewed: Some(now), ..record };
                    }
                }
            }
        }
    }
}

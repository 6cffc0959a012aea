//! Which alerts about subscriptions should stand: a function of the book.

use std::collections::{BTreeMap, BTreeSet};

use tieline_types::{AlertKey, Problem, Severity, TenantId, Timestamp};

use super::{
    book::{Book, Entry},
    desired::{Owner, Watched},
    failure::Kind,
};

/// What all of them start with.
pub(super) const PREFIX: &str = "subscriptions.";
/// There are too many for Graph.
const QUOTA: &str = "subscriptions.quota";
/// One cannot be brought about, or kept alive.
const FAILING: &str = "subscriptions.failing";
/// Graph does not say which there are.
const UNVERIFIED: &str = "subscriptions.unverified";
/// There are others of the same app.
const FOREIGN: &str = "subscriptions.foreign";
/// A failure is worth somebody's attention from the so-manieth in a row on.
const PATIENCE: u32 = 3;
/// So many things are named; the others are counted.
const NAMED: usize = 5;

/// Alerts by their names.
pub(super) type Alarms = BTreeMap<AlertKey, (Severity, Problem)>;

/// Subscriptions of one tenant with the same kind of trouble.
#[derive(Default)]
struct Group<'a> {
    resources: Vec<&'a str>,
    installations: BTreeSet<&'a str>,
    problem: Option<&'a Problem>,
    lapsed: bool,
}

/// The alerts that should stand.
pub(super) fn alarms(book: &Book, now: Timestamp) -> Alarms {
    let mut groups: BTreeMap<(TenantId, &'static str), Group<'_>> = BTreeMap::new();
    let mut tenants: BTreeMap<&Owner, BTreeSet<&TenantId>> = BTreeMap::new();
    for (watched, entry) in &book.entries {
        let about = about(entry);
        for interest in entry.desired.iter().flat_map(|desired| &desired.interests) {
            let tenant = &interest.installation.tenant;
            tenants.entry(&watched.owner).or_default().insert(tenant);
            let Some(about) = about else { continue };
            let group = groups.entry((tenant.clone(), about)).or_default();
            group.add(watched, entry, interest.installation.installation.as_str(), now);
        }
    }
    let mut alarms = Alarms::new();
    for ((tenant, about), group) in groups {
        alarms.insert(AlertKey::of_tenant(&tenant, about), group.alarm(about));
    }
    for (owner, lane) in &book.lanes {
        let trouble = lane.trouble.as_ref().filter(|trouble| trouble.failures >= PATIENCE);
        for tenant in tenants.get(owner).into_iter().flatten() {
            if let Some(trouble) = trouble {
                let about = AlertKey::of_tenant(tenant, UNVERIFIED);
                alarms.insert(about, (Severity::Warning, trouble.problem.clone()));
            }
            if !lane.foreign.is_empty() {
                alarms.insert(AlertKey::of_tenant(tenant, FOREIGN), (Severity::Info, foreign(&lane.foreign)));
            }
        }
    }
    alarms
}

fn about(entry: &Entry) -> Option<&'static str> {
    let trouble = entry.trouble.as_ref()?;
    match trouble.kind {
        Kind::Quota => Some(QUOTA),
        _ if trouble.failures >= PATIENCE => Some(FAILING),
        _ => None,
    }
}

impl<'a> Group<'a> {
    fn add(&mut self, watched: &'a Watched, entry: &'a Entry, installation: &'a str, now: Timestamp) {
        if self.resources.last() != Some(&watched.resource.as_str()) {
            self.resources.push(&watched.resource);
        }
        self.installations.insert(installation);
        self.problem = self.problem.or(entry.trouble.as_ref().map(|trouble| &trouble.problem));
        let stands = entry.standing().and_then(|record| record.expires).is_some_and(|until| until > now);
        self.lapsed |= !stands;
    }

    fn alarm(self, code: &str) -> (Severity, Problem) {
        let severity = if self.lapsed { Severity::Critical } else { Severity::Warning };
        let installations = self.installations.into_iter().collect::<Vec<_>>().join(", ");
        let what = if self.lapsed { "do not stand" } else { "stand and cannot be kept alive" };
        let message = format!(
            "{} subscription(s) of {installations} {what}: {}.",
            self.resources.len(),
            named(&self.resources)
        );
        let Some(cause) = self.problem else { return (severity, Problem::new(code, message)) };
        let problem = Problem::new(code, format!("{message} {}", cause.message));
        (severity, Problem { remedy: cause.remedy.clone(), ..problem })
    }
}

fn foreign(watched: &[String]) -> Problem {
    let names: Vec<_> = watched.iter().map(String::as_str).collect();
    let message = format!(
        "The app has {} subscription(s) that are not of this host: {}. They are left alone.",
        watched.len(),
        named(&names)
    );
    Problem::new(FOREIGN, message).remedy(
        "Nothing, if another program uses the same app registration. Else delete them: they count towards its limits.",
    )
}

fn named(names: &[&str]) -> String {
    let shown = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(NAMED) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriptions::{
        desired::{
            desired,
            tests::{owner, planned, wish},
        },
        failure::GraphFailure,
        trouble::Trouble,
    };

    fn book(kind: Kind, failures: u32) -> Book {
        let plan: Vec<_> = (0..7).map(|n| planned(&format!("/{n}"), &["created"])).collect();
        let mut book = Book::default();
        book.wish(desired([wish("desk", "app", &plan), wish("other", "app", &plan[..1])]));
        for watched in book.entries.keys().cloned().collect::<Vec<_>>() {
            for _ in 0..failures {
                let problem = Problem::new("graph.any", "Limit 10 reached.").remedy("Fewer.");
                let failure = GraphFailure { kind: kind.clone(), problem: problem.into(), after: None };
                book.ended(&watched, Timestamp(0), Some(failure), Timestamp(0));
            }
        }
        book
    }

    fn only(alarms: Alarms) -> (String, Severity, Problem) {
        let mut all = alarms.into_iter();
        let (about, (severity, problem)) = all.next().unwrap();
        assert!(all.next().is_none() && about.tenant.unwrap().as_str() == "acme");
        (about.key, severity, problem)
    }

    #[test]
    fn a_limit_is_an_alert_at_once_that_names_it_and_who_suffers() {
        let (key, severity, problem) = only(alarms(&book(Kind::Quota, 1), Timestamp(0)));
        assert_eq!((key.as_str(), severity), (QUOTA, Severity::Critical));
        for part in ["7 subscription(s)", "desk, other", "`/0`", "and 2 more", "Limit 10 reached."] {
            assert!(problem.message.contains(part), "{problem}");
        }
        assert_eq!(problem.remedy.as_deref(), Some("Fewer."));
    }

    #[test]
    fn other_failures_are_one_when_they_stay_and_throttling_is_none() {
        assert!(alarms(&book(Kind::Other, PATIENCE - 1), Timestamp(0)).is_empty());
        assert_eq!(only(alarms(&book(Kind::Other, PATIENCE), Timestamp(0))).0, FAILING);
        assert!(alarms(&book(Kind::Throttled, 100), Timestamp(0)).is_empty());
    }

    #[test]
    fn an_app_shared_with_others_is_told_and_a_list_that_fails_too() {
        let mut book = book(Kind::Other, 0);
        let lane = book.lanes.entry(owner("app")).or_default();
        lane.foreign = vec!["/theirs".into()];
        let (key, severity, _) = only(alarms(&book, Timestamp(0)));
        assert_eq!((key.as_str(), severity), (FOREIGN, Severity::Info));
        let lane = book.lanes.entry(owner("app")).or_default();
        lane.foreign.clear();
        for _ in 0..PATIENCE {
            let failure = GraphFailure::unreadable("nothing");
            lane.trouble = Some(Trouble::after(lane.trouble.as_ref(), failure, Timestamp(0)));
        }
        assert_eq!(only(alarms(&book, Timestamp(0))).0, UNVERIFIED);
    }
}

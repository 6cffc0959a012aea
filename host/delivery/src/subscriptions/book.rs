//! The subscriptions in memory: what should be and what is, side by side.

use std::collections::{BTreeMap, BTreeSet};

use tieline_types::{RouteKey, Secret, TenantId, Timestamp, api::SubscriptionSummary};

use super::{
    desired::{Desired, Watched},
    failure::GraphFailure,
    notice::Notice,
    reconcile::{self, Step},
    record::Record,
    trouble::Trouble,
};
use crate::receive::route::Route;

/// One subscription.
#[derive(Default)]
pub(super) struct Entry {
    /// How it should be; none: nobody wants it (any more).
    pub(super) desired: Option<Desired>,
    /// How it is, with the secret unsealed.
    pub(super) kept: Option<(Record, Secret)>,
    /// What Graph said of it that was not acted upon yet.
    pub(super) notices: BTreeSet<Notice>,
    /// Why it is not as it should be.
    pub(super) trouble: Option<Trouble>,
    /// Whether a step is under way.
    pub(super) busy: bool,
}

/// All subscriptions.
#[derive(Default)]
pub(super) struct Book(pub(super) BTreeMap<Watched, Entry>);

impl Book {
    /// Notes how everything should be. What failed is tried again at once: the world has changed.
    pub(super) fn wish(&mut self, mut desired: BTreeMap<Watched, Desired>) {
        for (watched, entry) in &mut self.0 {
            entry.desired = desired.remove(watched);
            if let Some(trouble) = &mut entry.trouble {
                trouble.until = Timestamp::default();
            }
        }
        for (watched, desired) in desired {
            self.0.insert(watched, Entry { desired: Some(desired), ..Entry::default() });
        }
        self.0.retain(|_, entry| entry.desired.is_some() || entry.kept.is_some() || entry.busy);
    }

    /// Notes what Graph said.
    pub(super) fn notice(&mut self, route: &RouteKey, notice: Notice) {
        let of = |entry: &&mut Entry| entry.kept.as_ref().is_some_and(|(record, _)| record.route == *route);
        if let Some(entry) = self.0.values_mut().find(of) {
            entry.notices.insert(notice);
        }
    }

    /// Steps that can be taken now, marked as under way, at most so many; and when to look again for others.
    pub(super) fn due(&mut self, now: Timestamp, most: usize) -> (Vec<(Watched, Step)>, Option<Timestamp>) {
        let (mut steps, mut later) = (Vec::new(), None::<Timestamp>);
        for (watched, entry) in self.0.iter_mut().filter(|(_, entry)| !entry.busy) {
            let record = entry.kept.as_ref().map(|(record, _)| record);
            let step = reconcile::next(entry.desired.as_ref(), record, &entry.notices, now);
            let missed = entry.notices.contains(&Notice::Missed);
            let held = entry.trouble.as_ref().map(|trouble| trouble.until).filter(|until| *until > now);
            let wait = match (held, step) {
                (_, None) => continue,
                (Some(until), _) => until,
                (None, Some(Step::Wait(until))) if !missed => until,
                (None, Some(step)) if steps.len() < most => {
                    entry.busy = true;
                    steps.push((watched.clone(), step));
                    continue;
                }
                // Another step ends sooner than anything that is known here.
                (None, Some(_)) => continue,
            };
            later = Some(later.map_or(wait, |later| later.min(wait)));
        }
        (steps, later)
    }

    /// Notes how a step ended.
    pub(super) fn ended(&mut self, watched: &Watched, failure: Option<GraphFailure>, now: Timestamp) {
        let Some(entry) = self.0.get_mut(watched) else { return };
        entry.busy = false;
        entry.trouble = failure.map(|failure| Trouble::after(entry.trouble.as_ref(), failure, now));
        if entry.desired.is_none() && entry.kept.is_none() {
            self.0.remove(watched);
        }
    }

    /// The subscriptions that bring events to a tenant.
    pub(super) fn summaries(&self, tenant: &TenantId) -> Vec<SubscriptionSummary> {
        let of_tenant = |(watched, entry): (&Watched, &Entry)| {
            let desired = entry.desired.as_ref()?;
            let interests = desired.interests.iter().map(|interest| &interest.installation);
            let installations: Vec<_> =
                interests.filter(|key| key.tenant == *tenant).map(|key| key.installation.clone()).collect();
            let record = entry.kept.as_ref().map(|(record, _)| record);
            (!installations.is_empty()).then(|| SubscriptionSummary {
                resource: watched.resource.clone(),
                change_types: desired.change_types.iter().cloned().collect(),
                id: record.and_then(|record| record.id.clone()),
                expires: record.and_then(|record| record.expires),
                installations,
                problem: entry.trouble.as_ref().map(|trouble| trouble.problem.clone()),
            })
        };
        self.0.iter().filter_map(of_tenant).collect()
    }
}

impl Entry {
    /// The way in that this subscription needs; none before it has an address.
    pub(super) fn route(&self) -> Option<Route> {
        let (record, client_state) = self.kept.as_ref()?;
        Some(Route {
            key: record.route.clone(),
            id: record.id.clone(),
            resource: record.watched.resource.clone(),
            client_state: client_state.clone(),
            interests: self.desired.as_ref().map(|desired| desired.interests.clone()).unwrap_or_default(),
        })
    }
}

//! The subscriptions in memory: what should be and what is, side by side.

use std::collections::{BTreeMap, BTreeSet};

use tieline_types::{
    ConnectionKey, InstallationKey, RouteKey, Secret, TenantId, Timestamp, api::SubscriptionSummary,
};

use super::{
    desired::{Caller, Desired, Owner, Watched},
    failure::{GraphFailure, Kind},
    lane::Lane,
    notice::{Notice, Notices},
    reconcile::{self, Step},
    record::Record,
    trouble::Trouble,
};
use crate::{coverage::Standing, receive::route::Route};

/// One subscription.
#[derive(Default)]
pub(super) struct Entry {
    /// How it should be; none: nobody wants it (any more).
    pub(super) desired: Option<Desired>,
    /// How it is, with the secret unsealed.
    pub(super) kept: Option<(Record, Secret)>,
    /// What Graph said of it that was not acted upon yet.
    pub(super) notices: Notices,
    /// Why it is not as it should be.
    pub(super) trouble: Option<Trouble>,
    /// Whether a step is under way, or it is being looked at.
    pub(super) busy: bool,
}

/// A resource whose events an installation is brought.
pub(super) type Covered = (InstallationKey, String);

/// All subscriptions.
#[derive(Default)]
pub(super) struct Book {
    pub(super) entries: BTreeMap<Watched, Entry>,
    /// What is known of the apps as a whole.
    pub(super) lanes: BTreeMap<Owner, Lane>,
    /// Since when each installation is brought the events of each resource.
    pub(super) begun: BTreeMap<Covered, Timestamp>,
    /// The host's address that Graph is given.
    pub(super) address: String,
}

/// Steps to take now, and when to look again for others.
pub(super) struct Due {
    pub(super) steps: Vec<(Watched, Step)>,
    pub(super) later: Option<Timestamp>,
}

impl Book {
    /// Notes how everything should be. What failed is tried again at once: the world has changed.
    pub(super) fn wish(&mut self, mut desired: BTreeMap<Watched, Desired>) {
        for (watched, entry) in &mut self.entries {
            entry.desired = desired.remove(watched);
            if let Some(trouble) = &mut entry.trouble {
                trouble.until = Timestamp::default();
            }
        }
        for (watched, desired) in desired {
            self.entries.insert(watched, Entry { desired: Some(desired), ..Entry::default() });
        }
        self.entries.retain(|_, entry| entry.desired.is_some() || entry.kept.is_some() || entry.busy);
        let owners: BTreeSet<_> = self.entries.keys().map(|watched| watched.owner.clone()).collect();
        self.lanes.retain(|owner, _| owners.contains(owner));
        for owner in owners {
            self.lanes.entry(owner).or_default();
        }
    }

    /// Notes what Graph said, and when.
    pub(super) fn notice(&mut self, route: &RouteKey, notice: Notice, at: Timestamp) {
        let of = |entry: &&mut Entry| entry.kept.as_ref().is_some_and(|(record, _)| record.route == *route);
        if let Some(entry) = self.entries.values_mut().find(of) {
            entry.notices.entry(notice).or_insert(at);
        }
    }

    /// Steps that can be taken now, marked as under way, at most so many, those first whose subscription ends
    /// first.
    pub(super) fn due(&mut self, now: Timestamp, most: usize) -> Due {
        let (mut ready, mut later) = (Vec::new(), None::<Timestamp>);
        let mut wait_until =
            |until: Timestamp| later = Some(later.map_or(until, |known: Timestamp| known.min(until)));
        for (watched, entry) in self.entries.iter().filter(|(_, entry)| !entry.busy) {
            let record = entry.kept.as_ref().map(|(record, _)| record);
            let step = reconcile::next(entry.desired.as_ref(), record, &entry.notices, &self.address, now);
            let held = entry.trouble.as_ref().map(|trouble| trouble.until).filter(|until| *until > now);
            match (held, step) {
                (_, None) => {}
                (Some(until), _) | (None, Some(Step::Wait(until))) => wait_until(until),
                (None, Some(step)) => {
                    ready.push((record.and_then(|record| record.expires), watched.clone(), step));
                }
            }
        }
        ready.sort_by(|(a, one, _), (b, other, _)| (a, one).cmp(&(b, other)));
        let mut steps = Vec::new();
        for (_, watched, step) in ready {
            if steps.len() == most {
                // A step that ends is the reason to look again.
                break;
            }
            let lane = self.lanes.entry(watched.owner.clone()).or_default();
            match lane.pace.take(now) {
                Ok(()) => {
                    self.entries.entry(watched.clone()).or_default().busy = true;
                    steps.push((watched, step));
                }
                Err(until) => until.into_iter().for_each(&mut wait_until),
            }
        }
        Due { steps, later }
    }

    /// Notes how a step ended that began at `begun`.
    pub(super) fn ended(
        &mut self,
        watched: &Watched,
        begun: Timestamp,
        failure: Option<GraphFailure>,
        now: Timestamp,
    ) {
        let pace = &mut self.lanes.entry(watched.owner.clone()).or_default().pace;
        pace.busy = pace.busy.saturating_sub(1);
        match &failure {
            Some(failure) if failure.kind == Kind::Throttled => {
                pace.refused(begun, failure.after, now);
            }
            _ => pace.taken(begun),
        }
        let Some(entry) = self.entries.get_mut(watched) else { return };
        entry.busy = false;
        entry.trouble = failure.map(|failure| Trouble::after(entry.trouble.as_ref(), failure, now));
        if entry.desired.is_none() && entry.kept.is_none() {
            self.entries.remove(watched);
        }
    }

    /// The coverages that begin now, of what stands already; and those that nobody wants any more.
    pub(super) fn coverage_changes(&self) -> (Vec<Covered>, Vec<Covered>) {
        let mut wanted = BTreeSet::new();
        let mut new = Vec::new();
        for (watched, entry) in &self.entries {
            for interest in entry.desired.iter().flat_map(|desired| &desired.interests) {
                let covered = (interest.installation.clone(), watched.resource.clone());
                if entry.standing().is_some() && !self.begun.contains_key(&covered) {
                    new.push(covered.clone());
                }
                wanted.insert(covered);
            }
        }
        let old = self.begun.keys().filter(|covered| !wanted.contains(*covered)).cloned().collect();
        (new, old)
    }

    /// How many stand, are still to be made, and cannot be as they should be; those that nobody wants are none of them.
    pub(super) fn counted(&self) -> (usize, usize, usize) {
        let (mut standing, mut wanted, mut failing) = (0, 0, 0);
        for entry in self.entries.values().filter(|entry| entry.desired.is_some()) {
            match (entry.trouble.is_some(), entry.standing().is_some()) {
                (true, _) => failing += 1,
                (false, true) => standing += 1,
                (false, false) => wanted += 1,
            }
        }
        (standing, wanted, failing)
    }

    /// For whom of a tenant a subscription brings events since when, by its key or Graph's id; and how it stands.
    pub(super) fn covered(&self, tenant: &TenantId, name: &str) -> Vec<(Covered, Standing)> {
        let named = |watched: &Watched, entry: &Entry| {
            watched.key() == name || entry.standing().and_then(|record| record.id.as_deref()) == Some(name)
        };
        let mut covered = Vec::new();
        for (watched, entry) in self.entries.iter().filter(|(watched, entry)| named(watched, entry)) {
            let record = entry.kept.as_ref().map(|(record, _)| record);
            for interest in entry.desired.iter().flat_map(|desired| &desired.interests) {
                let key = (interest.installation.clone(), watched.resource.clone());
                let (true, Some(record), Some(begun)) =
                    (interest.installation.tenant == *tenant, record, self.begun.get(&key))
                else {
                    continue;
                };
                let standing = Standing {
                    begun: *begun,
                    verified: record.confirmed.unwrap_or(*begun),
                    uncovered: record.uncovered.as_ref().map(|gap| (gap.from, gap.reason.clone())),
                };
                covered.push((key, standing));
            }
        }
        covered
    }

    /// Whether a tenant has a subscription of this key or id.
    pub(super) fn knows(&self, tenant: &TenantId, name: &str) -> bool {
        self.summaries(tenant).iter().any(|known| known.key == name || known.id.as_deref() == Some(name))
    }

    /// The app that a connection acted for when it was last known.
    pub(super) fn owner_by(&self, via: &ConnectionKey) -> Option<Owner> {
        let by = |entry: &Entry| entry.kept.as_ref().is_some_and(|(record, _)| record.via.connection == *via);
        self.entries.iter().find(|(_, entry)| by(entry)).map(|(watched, _)| watched.owner.clone())
    }

    /// The certificates that subscriptions use.
    pub(super) fn certificates(&self) -> BTreeSet<String> {
        let records = self.entries.values().filter_map(|entry| entry.kept.as_ref());
        records.filter_map(|(record, _)| record.certificate.as_ref().map(|told| told.id.clone())).collect()
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
                key: watched.key(),
                resource: watched.resource.clone(),
                change_types: desired.change_types.iter().cloned().collect(),
                subscriber: entry.via().map(|caller| caller.subscriber).unwrap_or_default(),
                id: record.and_then(|record| record.id.clone()),
                expires: record.and_then(|record| record.expires),
                verified: record.and_then(|record| record.confirmed),
                certificate_expires: record
                    .and_then(|record| record.certificate.as_ref())
                    .map(|certificate| certificate.expires),
                installations,
                problem: entry.trouble.as_ref().map(|trouble| trouble.problem.clone()),
            })
        };
        self.entries.iter().filter_map(of_tenant).collect()
    }
}

impl Entry {
    /// The way in that this subscription needs; none before it has an address.
    pub(super) fn route(&self) -> Option<Route> {
        let (record, client_state) = self.kept.as_ref()?;
        Some(Route {
            key: record.route.clone(),
            id: record.id.clone(),
            subscriber: record.watched.owner.digest(),
            client_state: client_state.clone(),
            interests: self.desired.as_ref().map(|desired| desired.interests.clone()).unwrap_or_default(),
        })
    }

    /// Who acts: of what stands, who is to Graph the one that made it; else anybody who can. Any of several will do, so after a
    /// failure the next one tries.
    pub(super) fn via(&self) -> Option<&Caller> {
        let failures = self.trouble.as_ref().map_or(0, |trouble| trouble.failures) as usize;
        let all = &self.desired.as_ref()?.via;
        let maker = self.standing().map(|record| &record.via);
        let alike: Vec<_> =
            all.iter().filter(|caller| maker.is_none_or(|maker| maker.is_alike(caller))).collect();
        match alike.is_empty() {
            true => all.get(failures.checked_rem(all.len())?),
            false => alike.get(failures % alike.len()).copied(),
        }
    }

    /// The record, if Graph is known to have the subscription.
    pub(super) fn standing(&self) -> Option<&Record> {
        self.kept.as_ref().map(|(record, _)| record).filter(|record| record.id.is_some())
    }
}

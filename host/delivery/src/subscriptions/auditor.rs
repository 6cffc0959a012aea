//! Asking Graph, on a schedule, which subscriptions there are, and acting on the differences.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use futures::{StreamExt, stream};
use tieline_store::Batch;
use tieline_types::Timestamp;

use super::{
    audit::{self, Findings, Held},
    desired::{Caller, Owner, Watched},
    failure::{GraphFailure, Kind},
    graph::Remote,
    record::Record,
    service::Subscriptions,
    steps::Kept,
    trouble::Trouble,
};

/// Apps that are asked for at the same time.
const SIDE_BY_SIDE: usize = 8;
/// How often to look whether an app is due.
const LOOK: Duration = Duration::from_secs(1);

/// Why notifications may be missing of what the list does not show.
const MISSING: &str = "the subscription was gone when Graph was asked for all";
const ALTERED: &str = "the subscription led somewhere else when Graph was asked for all";

/// What was held of an app, or of a person for whom it subscribed, before Graph was asked.
struct Before {
    via: Caller,
    held: BTreeMap<String, (Held, Record)>,
}

impl Subscriptions {
    /// Audits every app so often. Runs until it is dropped.
    pub(crate) async fn keep_audits(self: Arc<Self>, every: Duration) {
        // What a start finds is verified at once; what is made later was confirmed when it was made.
        let mut first = Duration::ZERO;
        loop {
            let due = self.audits_due(self.services.clock.now(), first);
            first = every;
            stream::iter(due)
                .for_each_concurrent(SIDE_BY_SIDE, |owner| {
                    let audited = self.clone();
                    async move { audited.audit(&owner, every).await }
                })
                .await;
            tokio::time::sleep(LOOK.min(every)).await;
        }
    }

    fn audits_due(&self, now: Timestamp, first: Duration) -> Vec<Owner> {
        let mut book = self.book.lock();
        let due = book.lanes.iter_mut().filter_map(|(owner, lane)| {
            (*lane.audit_due.get_or_insert(now.after(first)) <= now).then(|| owner.clone())
        });
        due.collect()
    }

    async fn audit(&self, owner: &Owner, every: Duration) {
        let begun = self.services.clock.now();
        let (mut foreign, mut failure) = (BTreeSet::new(), None);
        for before in self.before(owner) {
            match self.compare(owner, before).await {
                Ok(found) => foreign.extend(found),
                Err(failed) => failure = failure.or(Some(failed)),
            }
        }
        if let Some(failure) = &failure {
            tracing::warn!(client = %owner.client_id, problem = %failure.problem, "subscriptions could not be verified");
        }
        let now = self.services.clock.now();
        let mut book = self.book.lock();
        let Some(lane) = book.lanes.get_mut(owner) else { return };
        if failure.is_none() {
            lane.foreign = foreign.into_iter().collect();
        }
        let throttled = failure.as_ref().filter(|failure| failure.kind == Kind::Throttled);
        let not_before = throttled.map_or(now, |failure| lane.pace.refused(begun, failure.after, now));
        lane.trouble = failure.map(|failure| Trouble::after(lane.trouble.as_ref(), failure, now));
        lane.audit_due = Some(match &lane.trouble {
            Some(trouble) => trouble.until.max(not_before).min(now.after(every)),
            None => now.after(every),
        });
        drop(book);
        self.wake.notify_one();
    }

    /// What Graph is held to have, by whom it is asked; nobody where nobody of the app wants anything.
    fn before(&self, owner: &Owner) -> Vec<Before> {
        let book = self.book.lock();
        let entries: Vec<_> = book
            .entries
            .iter()
            .filter(|(watched, _)| watched.owner == *owner)
            .map(|(_, entry)| entry)
            .collect();
        let mut all: Vec<Before> = Vec::new();
        for via in entries.iter().filter_map(|entry| entry.via()) {
            if !all.iter().any(|before| before.via.is_alike(via)) {
                all.push(Before { via: via.clone(), held: BTreeMap::new() });
            }
        }
        for (entry, record) in entries.iter().filter_map(|entry| Some((entry, entry.standing()?))) {
            let before = all.iter_mut().find(|before| before.via.is_alike(&record.via));
            if let Some(before) = before.filter(|_| !entry.busy) {
                let id = record.id.clone().unwrap_or_default();
                let address = record.address.as_deref().unwrap_or(&self.public_url);
                before.held.insert(id, (Held::of(record, address), record.clone()));
            }
        }
        all
    }

    /// Acts on the differences. What the subscriptions watch that are not of this host.
    async fn compare(&self, owner: &Owner, before: Before) -> Result<Vec<String>, GraphFailure> {
        let Before { via, held } = before;
        let asked = self.services.clock.now();
        let listed = self.graph.list(&via).await?;
        let (held, records): (BTreeMap<_, _>, BTreeMap<_, _>) = held
            .into_iter()
            .map(|(id, (held, record))| ((id, held), (record.watched.clone(), record)))
            .unzip();
        let known = self.known_hooks();
        let is_settling = |hook: &str| known.contains(hook);
        let is_held = |id: &str| self.keyring.of(owner, id).is_some();
        let found = audit::compare(&held, &listed, &self.public_url, is_settling, is_held);
        self.tell_strangers(owner, &found, &listed);
        for id in &found.orphans {
            tracing::warn!(id, "deleting a subscription that leads to this host, which does not know it");
            self.graph.delete(&via, id).await?;
        }
        for (_, id) in &found.altered {
            tracing::warn!(id, "deleting a subscription of ours that leads somewhere else");
            self.graph.delete(&via, id).await?;
        }
        let foreign = found.foreign.clone();
        self.note(&records, found, asked).await?;
        Ok(foreign)
    }

    /// Addresses of subscriptions that may just be coming into being, or have changed since they were listed.
    fn known_hooks(&self) -> BTreeSet<String> {
        let book = self.book.lock();
        let kept = book.entries.values().filter_map(|entry| entry.kept.as_ref());
        kept.map(|(record, _)| audit::hook(&self.public_url, record)).collect()
    }

    /// Notes what was found of those subscriptions that did not change meanwhile, in one commit. They are taken
    /// for that time, so that no step builds on what they were.
    async fn note(
        &self,
        records: &BTreeMap<Watched, Record>,
        found: Findings,
        asked: Timestamp,
    ) -> Result<(), GraphFailure> {
        let changed = self.take_unchanged(records, found, asked);
        let noted = self.keep_all(&changed).await;
        let mut book = self.book.lock();
        for (record, secret) in changed {
            let Some(entry) = book.entries.get_mut(&record.watched) else { continue };
            entry.busy = false;
            if noted.is_ok() {
                entry.kept = Some((record, secret));
                entry.route().into_iter().for_each(|route| self.routes.put(route));
            }
        }
        noted
    }

    async fn keep_all(&self, changed: &[Kept]) -> Result<(), GraphFailure> {
        let mut batch = Batch::new();
        for (record, secret) in changed {
            batch = self.with_record(batch, record, secret).await?;
        }
        if changed.is_empty() { Ok(()) } else { self.commit(batch).await }
    }

    fn take_unchanged(
        &self,
        records: &BTreeMap<Watched, Record>,
        found: Findings,
        asked: Timestamp,
    ) -> Vec<Kept> {
        let gone = found.missing.into_iter().map(|watched| (watched, MISSING));
        let altered = found.altered.into_iter().map(|(watched, _)| (watched, ALTERED));
        let lost = gone.chain(altered).map(|(watched, reason)| (watched, Err(reason)));
        let all = lost.chain(found.confirmed.into_iter().map(|(watched, until)| (watched, Ok(until))));
        let mut book = self.book.lock();
        let mut changed = Vec::new();
        for (watched, seen) in all {
            let Some(entry) = book.entries.get_mut(&watched).filter(|entry| !entry.busy) else { continue };
            let Some((record, secret)) = &entry.kept else { continue };
            if records.get(&watched) != Some(record) {
                continue;
            }
            let mut record = record.clone();
            match seen {
                Ok(until) => (record.confirmed, record.expires) = (Some(asked), Some(until)),
                Err(reason) => {
                    tracing::warn!(resource = %watched.resource, reason, "a subscription is made again");
                    record.uncover(record.confirmed.unwrap_or(asked), reason);
                    (record.id, record.expires) = (None, None);
                }
            }
            changed.push((record, secret.clone()));
            entry.busy = true;
        }
        changed
    }

    fn tell_strangers(&self, owner: &Owner, found: &Findings, listed: &[Remote]) {
        let book = self.book.lock();
        let known = book.lanes.get(owner).map_or(&[][..], |lane| &lane.foreign);
        if !found.foreign.iter().all(|one| known.contains(one)) {
            tracing::info!(client = %owner.client_id, listed = listed.len(), foreign = found.foreign.len(), "the app has subscriptions that are not of this host");
        }
    }
}

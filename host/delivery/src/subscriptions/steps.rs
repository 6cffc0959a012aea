//! The steps themselves: what is kept, what is asked of Graph, and in which order, so that a crash between
//! any two of them is found again.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::rand;
use tieline_store::Batch;
use tieline_types::{ConnectionKey, Problem, RouteKey, Secret, Timestamp};

use super::{
    desired::{Desired, Watched},
    failure::{GraphFailure, Kind},
    graph::{Remote, Wanted},
    lifetime,
    notice::Notice,
    reconcile::Step,
    record::{PURPOSE, Record},
    service::Subscriptions,
};
use crate::receive::gap;

/// A record with its secret unsealed.
type Kept = (Record, Secret);

impl Subscriptions {
    pub(super) async fn take_step(&self, watched: &Watched, step: Step) -> Result<(), GraphFailure> {
        let (desired, kept, missed, failures) = {
            let book = self.book.lock();
            let Some(entry) = book.0.get(watched) else { return Ok(()) };
            let failures = entry.trouble.as_ref().map_or(0, |trouble| trouble.failures);
            (entry.desired.clone(), entry.kept.clone(), entry.notices.contains(&Notice::Missed), failures)
        };
        match (step, desired, kept) {
            (Step::Delete, _, Some((record, _))) => self.delete(record).await,
            (Step::Create, Some(desired), kept) => self.create(watched, &desired, kept, failures).await,
            (Step::Replace, Some(desired), Some(kept)) => {
                self.replace(watched, &desired, kept, failures).await
            }
            (Step::Renew, Some(desired), Some(kept)) => self.renew(watched, &desired, kept, failures).await,
            (Step::Wait(_), Some(_), Some(kept)) if missed => self.confess_gap(kept).await,
            _ => Ok(()),
        }
    }

    async fn create(
        &self,
        watched: &Watched,
        desired: &Desired,
        kept: Option<Kept>,
        failures: u32,
    ) -> Result<(), GraphFailure> {
        let via = acting(desired, failures);
        self.require_secure_hook(via).await?;
        let (record, secret) = match kept {
            Some(kept) => kept,
            None => self.fresh(watched, via).await?,
        };
        // Address and secret are durable, and the route open, before Graph hears of them.
        let record = Record { change_types: desired.change_types.clone(), id: None, expires: None, ..record };
        let kept = (record, secret);
        self.keep_record(Batch::new(), kept.clone()).await?;
        let asked = self.services.clock.now();
        let remote = match self.ask(via, &kept, asked).await {
            Err(failure) if failure.kind == Kind::Exists => self.resolve(via, &kept, asked).await?,
            remote => remote?,
        };
        self.stands(kept, &remote, "the subscription did not exist for a while").await
    }

    /// Graph changes no change types, and allows no second subscription beside the first.
    async fn replace(
        &self,
        watched: &Watched,
        desired: &Desired,
        (mut record, secret): Kept,
        failures: u32,
    ) -> Result<(), GraphFailure> {
        if let Some(id) = &record.id {
            let stood = self.graph.delete(acting(desired, failures), id).await?;
            if stood {
                record.confirmed = Some(self.services.clock.now());
            }
        }
        self.create(watched, desired, Some((record, secret)), failures).await
    }

    async fn renew(
        &self,
        watched: &Watched,
        desired: &Desired,
        (record, secret): Kept,
        failures: u32,
    ) -> Result<(), GraphFailure> {
        let via = acting(desired, failures);
        let Some(id) = record.id.clone() else { return Ok(()) };
        let now = self.services.clock.now();
        match self.graph.renew(via, &id, lifetime::expiry(&record.watched.resource, now)).await {
            Ok(remote) => {
                let record = Record { expires: Some(remote.expires()?), confirmed: Some(now), ..record };
                let batch = Batch::new().delete(Notice::Renew.key(&record.route));
                self.keep_record(batch, (record, secret)).await?;
                self.forget_notices(watched, &[Notice::Renew]);
                Ok(())
            }
            Err(failure) if failure.kind == Kind::NotFound => {
                self.create(watched, desired, Some((record, secret)), failures).await
            }
            Err(failure) => Err(failure),
        }
    }

    async fn delete(&self, record: Record) -> Result<(), GraphFailure> {
        let lapsed = record.expires.is_none_or(|expires| expires <= self.services.clock.now());
        if let Some(id) = &record.id {
            match self.graph.delete(&record.via, id).await {
                // Without its connection nobody can delete it; it lapses by itself, and its route is closed.
                Err(failure) if failure.kind != Kind::NoConnection && !lapsed => return Err(failure),
                _ => {}
            }
        }
        let mut batch = Batch::new().delete(record.key());
        for notice in [Notice::Renew, Notice::Removed, Notice::Missed] {
            batch = batch.delete(notice.key(&record.route));
        }
        self.commit(batch).await?;
        // Both under the book's lock, or a wish that comes now would open the route again.
        let mut book = self.book.lock();
        self.routes.remove(&record.route);
        if let Some(entry) = book.0.get_mut(&record.watched) {
            entry.kept = None;
            entry.notices.clear();
        }
        Ok(())
    }

    /// Graph has a subscription of this app to this resource. If it leads to our address it is ours, from a
    /// request whose answer we did not see, and carries our secret: nobody else knows the address. Else it
    /// is a leftover that keeps us out, and goes.
    async fn resolve(
        &self,
        via: &ConnectionKey,
        kept: &Kept,
        asked: Timestamp,
    ) -> Result<Remote, GraphFailure> {
        let ours = self.hook(&kept.0.route);
        let same = |remote: &Remote| {
            remote.resource.trim_matches('/').eq_ignore_ascii_case(kept.0.watched.resource.trim_matches('/'))
        };
        for remote in self.graph.list(via).await?.into_iter().filter(same) {
            let brings = |kind: &String| remote.change_type.split(',').any(|brought| brought.trim() == kind);
            let suffices = kept.0.change_types.iter().all(brings);
            if remote.notification_url.as_deref() == Some(ours.as_str()) && suffices {
                return Ok(remote);
            }
            tracing::warn!(id = %remote.id, resource = %remote.resource, "deleting a subscription that is not ours");
            self.graph.delete(via, &remote.id).await?;
        }
        self.ask(via, kept, asked).await
    }

    async fn ask(
        &self,
        via: &ConnectionKey,
        (record, secret): &Kept,
        now: Timestamp,
    ) -> Result<Remote, GraphFailure> {
        let hook = self.hook(&record.route);
        let wanted = Wanted {
            change_type: record.change_types.iter().map(String::as_str).collect::<Vec<_>>().join(","),
            notification_url: &hook,
            lifecycle_notification_url: &format!("{hook}/lifecycle"),
            resource: &record.watched.resource,
            expiration_date_time: lifetime::expiry(&record.watched.resource, now).rfc3339(),
            client_state: secret,
        };
        self.graph.create(via, &wanted).await
    }

    /// Keeps what Graph confirmed, and with it, if it had existed before, the gap that the connectors must
    /// fill themselves.
    async fn stands(
        &self,
        (record, secret): Kept,
        remote: &Remote,
        reason: &str,
    ) -> Result<(), GraphFailure> {
        let now = self.services.clock.now();
        let lapsed_since = record.confirmed;
        let id = Some(remote.id.clone());
        let record = Record { id, expires: Some(remote.expires()?), confirmed: Some(now), ..record };
        let mut batch = Batch::new();
        for notice in [Notice::Renew, Notice::Removed] {
            batch = batch.delete(notice.key(&record.route));
        }
        let watched = record.watched.clone();
        let events = self.gap_events(&record.route, lapsed_since, now, reason);
        for event in &events {
            batch = batch.append(event.clone(), None);
        }
        self.keep_record(batch, (record, secret)).await?;
        self.forget_notices(&watched, &[Notice::Renew, Notice::Removed]);
        self.dispatcher.add(events);
        Ok(())
    }

    /// Graph lost notifications of a subscription that stands.
    async fn confess_gap(&self, (record, secret): Kept) -> Result<(), GraphFailure> {
        let now = self.services.clock.now();
        let events = self.gap_events(&record.route, record.confirmed, now, "Graph missed notifications");
        let mut batch = Batch::new().delete(Notice::Missed.key(&record.route));
        for event in &events {
            batch = batch.append(event.clone(), None);
        }
        let watched = record.watched.clone();
        self.keep_record(batch, (record, secret)).await?;
        self.forget_notices(&watched, &[Notice::Missed]);
        self.dispatcher.add(events);
        Ok(())
    }

    fn gap_events(
        &self,
        route: &RouteKey,
        from: Option<Timestamp>,
        to: Timestamp,
        reason: &str,
    ) -> Vec<Arc<tieline_types::Event>> {
        let route = self.routes.read(|table| table.get(route));
        match (route, from) {
            (Some(route), Some(from)) => {
                gap(&route, from, to, reason).into_iter().map(|entry| entry.event).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Keeps a record, with whatever else the batch holds, then shows it to the hooks.
    async fn keep_record(&self, batch: Batch, kept: Kept) -> Result<(), GraphFailure> {
        self.commit(batch.put(kept.0.key(), kept.0.bytes())).await?;
        let mut book = self.book.lock();
        let entry = book.0.entry(kept.0.watched.clone()).or_default();
        entry.kept = Some(kept);
        entry.route().into_iter().for_each(|route| self.routes.put(route));
        Ok(())
    }

    async fn fresh(&self, watched: &Watched, via: &ConnectionKey) -> Result<Kept, GraphFailure> {
        let client_state = Secret::new(RouteKey::from_random(random()?).as_str());
        let sealed = self.vault.seal(&via.tenant, PURPOSE, &client_state).await;
        let record = Record {
            watched: watched.clone(),
            route: RouteKey::from_random(random()?),
            client_state: sealed.map_err(|error| host_fault(&error))?,
            via: via.clone(),
            change_types: Default::default(),
            id: None,
            expires: None,
            confirmed: None,
        };
        Ok((record, client_state))
    }

    async fn commit(&self, batch: Batch) -> Result<(), GraphFailure> {
        self.services.store.commit(batch).await.map(drop).map_err(|error| host_fault(&error))
    }

    fn forget_notices(&self, watched: &Watched, notices: &[Notice]) {
        if let Some(entry) = self.book.lock().0.get_mut(watched) {
            entry.notices.retain(|notice| !notices.contains(notice));
        }
    }

    fn hook(&self, route: &RouteKey) -> String {
        format!("{}/hooks/{}", self.public_url, route.as_str())
    }

    /// Only a simulated cloud may be given an address without TLS.
    async fn require_secure_hook(&self, via: &ConnectionKey) -> Result<(), GraphFailure> {
        if self.public_url.starts_with("https://") {
            return Ok(());
        }
        if self.services.connections.application(via).await?.cloud.simulated {
            return Ok(());
        }
        let problem = Problem::new("hook.not-secure", "Graph takes notification addresses with https only.")
            .remedy("Set [server] public_url to the https address under which Graph reaches this host.");
        Err(GraphFailure { kind: Kind::Other, problem, after: Some(Duration::from_secs(300)) })
    }
}

/// The connection that acts: any of the owner will do, so after a failure the next one tries.
fn acting(desired: &Desired, failures: u32) -> &ConnectionKey {
    &desired.via[failures as usize % desired.via.len()]
}

fn random() -> Result<[u8; 32], GraphFailure> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).map_err(|error| host_fault(&error))?;
    Ok(bytes)
}

fn host_fault(error: &(dyn std::error::Error + 'static)) -> GraphFailure {
    tracing::error!(error, "a subscription could not be kept");
    GraphFailure::host_fault()
}

//! The steps themselves: what is kept, what is asked of Graph, and in which order, so that a crash between
//! any two of them is found again.

use std::sync::Arc;

use aws_lc_rs::rand;
use tieline_store::Batch;
use tieline_types::{Problem, RouteKey, Secret, Timestamp};

use super::{
    audit::{hook, is_ours, lifecycle_hook},
    desired::{Caller, Desired, Watched},
    failure::{GraphFailure, Kind},
    gaps,
    graph::{Encryption, Remote, Wanted},
    lifetime,
    notice::{Notice, Notices},
    reconcile::Step,
    record::{How, Record, Told, Touch},
    service::Subscriptions,
};
use crate::rich::Certificate;

/// A record with its secret unsealed.
pub(super) type Kept = (Record, Secret);

/// What a step is about.
struct About {
    watched: Watched,
    notices: Notices,
    /// Who acts.
    via: Option<Caller>,
}

impl About {
    fn via(&self) -> Result<&Caller, GraphFailure> {
        self.via.as_ref().ok_or_else(GraphFailure::host_fault)
    }
}

impl Subscriptions {
    pub(super) async fn take_step(&self, watched: &Watched, step: Step) -> Result<(), GraphFailure> {
        let (about, desired, kept) = {
            let book = self.book.lock();
            let Some(entry) = book.entries.get(watched) else { return Ok(()) };
            let via = entry.via().cloned();
            let about = About { watched: watched.clone(), notices: entry.notices.clone(), via };
            (about, entry.desired.clone(), entry.kept.clone())
        };
        match (step, desired, kept) {
            (Step::Delete, _, Some((record, _))) => self.delete(record).await,
            (Step::Create, Some(desired), kept) => self.create(&about, &desired, kept).await,
            (Step::Replace, Some(desired), Some(kept)) => self.replace(&about, &desired, kept).await,
            (Step::Renew, Some(desired), Some(kept)) => {
                self.prolong(&about, &desired, kept, How::Renewed).await
            }
            (Step::Reauthorize, Some(desired), Some(kept)) => {
                self.prolong(&about, &desired, kept, How::Reauthorized).await
            }
            (Step::Confess, Some(_), Some(kept)) => self.confess(kept, &about.notices).await,
            _ => Ok(()),
        }
    }

    async fn create(&self, about: &About, desired: &Desired, kept: Option<Kept>) -> Result<(), GraphFailure> {
        let via = about.via()?;
        self.require_secure_hook(via).await?;
        let (mut record, secret) = match kept {
            Some(kept) => kept,
            None => fresh(&about.watched, via)?,
        };
        let asked = self.services.clock.now();
        if let Some(confirmed) = record.confirmed {
            record.uncover(confirmed, gaps::why_gone(&record, &about.notices, asked));
        }
        record.via = via.clone();
        // Address and secret are durable, and the route open, before Graph hears of them.
        record.change_types = desired.change_types.clone();
        let certificate = match desired.with_content {
            true => Some(self.certificate(&about.watched, via).await?),
            false => None,
        };
        record.certificate = certificate.as_deref().map(Told::of);
        (record.id, record.expires, record.touched) = (None, None, None);
        let kept = (record, secret);
        self.keep_record(Batch::new(), kept.clone()).await?;
        let remote = match self.ask(via, &kept, certificate.as_deref(), asked).await {
            Err(failure) if failure.kind == Kind::Exists => {
                self.resolve(via, &kept, certificate.as_deref(), asked).await?
            }
            remote => remote?,
        };
        self.stands(kept, &remote).await
    }

    /// The certificate that the content of a subscription is to be encrypted with now.
    async fn certificate(&self, watched: &Watched, via: &Caller) -> Result<Arc<Certificate>, GraphFailure> {
        let current = self.keyring.current(&watched.owner, &via.connection.tenant).await;
        current.map_err(|error| host_fault(&error))
    }

    /// Graph changes no change types, no lifecycle address and not whether content comes, and allows no second subscription beside the
    /// first.
    async fn replace(
        &self,
        about: &About,
        desired: &Desired,
        (mut record, secret): Kept,
    ) -> Result<(), GraphFailure> {
        if let Some(id) = &record.id {
            let via = about.via()?;
            let stood = match self.graph.delete(&record.via, id).await {
                // Whoever made it cannot act any more; of an app's subscriptions the app may delete any.
                Err(_) if !via.is_alike(&record.via) => self.graph.delete(via, id).await?,
                stood => stood?,
            };
            if stood {
                record.confirmed = Some(self.services.clock.now());
            }
        }
        self.create(about, desired, Some((record, secret))).await
    }

    /// Renews or reauthorises. Which of them is durable before it is sent: after a crash nobody knows whether
    /// Graph got it, and the other must not follow at once.
    async fn prolong(
        &self,
        about: &About,
        desired: &Desired,
        (mut record, secret): Kept,
        how: How,
    ) -> Result<(), GraphFailure> {
        let via = about.via()?;
        let Some(id) = record.id.clone() else { return Ok(()) };
        // Told each time: should anybody else have told Graph of another, that ends here.
        let certificate = match (how, &record.certificate) {
            (How::Renewed, Some(_)) => Some(self.certificate(&about.watched, via).await?),
            _ => None,
        };
        let now = self.services.clock.now();
        record.touched = Some(Touch { how, at: now });
        self.keep_record(Batch::new(), (record.clone(), secret.clone())).await?;
        let expires = match how {
            How::Renewed => {
                let until = lifetime::expiry(&record.watched.resource, record.certificate.is_some(), now);
                let encryption = certificate.as_deref().map(|told| encryption(told, false));
                let renewed = self.graph.renew(via, &id, until, encryption).await;
                renewed.and_then(|remote| remote.expires().map(Some))
            }
            How::Reauthorized => self.graph.reauthorize(via, &id).await.map(|()| None),
        };
        match expires {
            Ok(expires) => {
                if let Some(expires) = expires {
                    (record.expires, record.renewed) = (Some(expires), Some(now));
                }
                if let Some(certificate) = &certificate {
                    record.certificate = Some(Told::of(certificate));
                }
                record.confirmed = Some(now);
                if let Some(asked) = about.notices.get(&Notice::Reauthorize) {
                    gaps::reauthorized(&mut record, *asked, now);
                }
                let batch = Batch::new().delete(Notice::Reauthorize.key(&record.route));
                self.keep_record(batch, (record, secret)).await?;
                self.forget_notices(&about.watched, &[Notice::Reauthorize]);
                Ok(())
            }
            Err(failure) if failure.kind == Kind::NotFound => {
                self.create(about, desired, Some((record, secret))).await
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
        for (notice, _) in Notice::ALL {
            batch = batch.delete(notice.key(&record.route));
        }
        self.commit(batch).await?;
        // Both under the book's lock, or a wish that comes now would open the route again.
        let mut book = self.book.lock();
        self.routes.remove(&record.route);
        if let Some(entry) = book.entries.get_mut(&record.watched) {
            entry.kept = None;
            entry.notices.clear();
        }
        Ok(())
    }

    /// Graph has a subscription of this app to this resource. It is ours, from a request whose answer we did
    /// not see, or a leftover that keeps us out, and goes.
    async fn resolve(
        &self,
        via: &Caller,
        kept: &Kept,
        certificate: Option<&Certificate>,
        asked: Timestamp,
    ) -> Result<Remote, GraphFailure> {
        let (record, secret) = kept;
        let same = |remote: &Remote| {
            remote.resource.trim_matches('/').eq_ignore_ascii_case(record.watched.resource.trim_matches('/'))
        };
        for remote in self.graph.list(via).await?.into_iter().filter(same) {
            if is_ours(&remote, record, secret, &self.public_url, asked) {
                return Ok(remote);
            }
            tracing::warn!(id = %remote.id, resource = %remote.resource, "deleting a subscription that is not ours");
            self.graph.delete(via, &remote.id).await?;
        }
        self.ask(via, kept, certificate, asked).await
    }

    async fn ask(
        &self,
        via: &Caller,
        (record, secret): &Kept,
        certificate: Option<&Certificate>,
        now: Timestamp,
    ) -> Result<Remote, GraphFailure> {
        let hook = hook(&self.public_url, record);
        let wanted = Wanted {
            change_type: record.change_types.iter().map(String::as_str).collect::<Vec<_>>().join(","),
            notification_url: &hook,
            lifecycle_notification_url: &lifecycle_hook(&hook),
            resource: &record.watched.resource,
            expiration_date_time: lifetime::expiry(&record.watched.resource, certificate.is_some(), now)
                .rfc3339(),
            certificate: certificate.map(|certificate| encryption(certificate, true)),
            client_state: secret,
        };
        self.graph.create(via, &wanted).await
    }

    /// Keeps a record, with whatever else the batch holds, then shows it to the hooks.
    pub(super) async fn keep_record(&self, batch: Batch, kept: Kept) -> Result<(), GraphFailure> {
        let batch = self.with_record(batch, &kept.0, &kept.1).await?;
        self.commit(batch).await?;
        let mut book = self.book.lock();
        let entry = book.entries.entry(kept.0.watched.clone()).or_default();
        entry.kept = Some(kept);
        entry.route().into_iter().for_each(|route| self.routes.put(route));
        Ok(())
    }

    pub(super) async fn with_record(
        &self,
        batch: Batch,
        record: &Record,
        secret: &Secret,
    ) -> Result<Batch, GraphFailure> {
        record.put(batch, secret, &self.vault).await.map_err(|error| host_fault(&error))
    }

    pub(super) async fn commit(&self, batch: Batch) -> Result<(), GraphFailure> {
        self.services.store.commit(batch).await.map(drop).map_err(|error| host_fault(&error))
    }

    pub(super) fn forget_notices(&self, watched: &Watched, notices: &[Notice]) {
        if let Some(entry) = self.book.lock().entries.get_mut(watched) {
            entry.notices.retain(|notice, _| !notices.contains(notice));
        }
    }

    /// Only a simulated cloud may be given an address without TLS.
    async fn require_secure_hook(&self, via: &Caller) -> Result<(), GraphFailure> {
        if self.public_url.starts_with("https://") {
            return Ok(());
        }
        if self.services.connections.application(&via.connection).await?.cloud.simulated {
            return Ok(());
        }
        let problem = Problem::new("hook.not-secure", "Graph takes notification addresses with https only.")
            .remedy("Set [server] public_url to the https address under which Graph reaches this host.");
        let after = Some(std::time::Duration::from_secs(300));
        Err(GraphFailure { kind: Kind::Other, problem: problem.into(), after })
    }
}

/// A subscription that is not known to Graph, with an address and a secret that nobody can guess.
fn fresh(watched: &Watched, via: &Caller) -> Result<Kept, GraphFailure> {
    let record = Record {
        watched: watched.clone(),
        route: RouteKey::from_random(random()?),
        via: via.clone(),
        change_types: Default::default(),
        certificate: None,
        id: None,
        expires: None,
        confirmed: None,
        renewed: None,
        touched: None,
        since: None,
        uncovered: None,
        settling: None,
        address: None,
    };
    Ok((record, Secret::new(RouteKey::from_random(random()?).as_str())))
}

fn encryption(certificate: &Certificate, include_resource_data: bool) -> Encryption<'_> {
    Encryption {
        include_resource_data,
        encryption_certificate: certificate.der(),
        encryption_certificate_id: certificate.id(),
    }
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

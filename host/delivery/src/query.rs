//! Reading for the API: lists, one event whole, the timeline.

use serde::de::DeserializeOwned;
use tieline_identity::Sealed;
use tieline_store::{Key, Pages, StoreError, Value};
use tieline_types::{
    Delivery, Event, EventId, FrameAncestors, InstallationId, TenantId,
    api::{
        ActivityEntry, ConnectionSummary, EventDetail, EventSummary, InstallationSummary, Page, TenantSummary,
    },
    tenant::Tenant,
};

pub use tieline_store::EventFilter as EventQuery;

use crate::{
    Host, HostError,
    installations::{
        Installation,
        stored::{tenant_key, tenants},
        words,
    },
    run::journal,
};

/// The most entries of a timeline that are read to find the newest of them.
const TIMELINE: usize = 20_000;

/// Which entries of the timeline to list. The default is all of a tenant.
#[derive(Debug, Clone, Default)]
pub struct ActivityQuery {
    /// Only those of this record: its kind and its id.
    pub record: Option<(String, String)>,
    /// Only those of this installation.
    pub installation: Option<InstallationId>,
}

impl Host {
    pub(crate) async fn list_tenants(&self) -> Result<Vec<TenantSummary>, HostError> {
        let mut all = Vec::new();
        for (_, value) in self.scan(tenants(), usize::MAX).await? {
            let Tenant::<Sealed> { id, name, .. } = read(&value)?;
            let connections =
                self.list_connections(&id).await?.into_iter().map(|connection| connection.name).collect();
            let installations = self.installations.of(&id);
            let installations = installations.iter().map(|found| found.key.installation.clone()).collect();
            all.push(TenantSummary { id, name, connections, installations });
        }
        Ok(all)
    }

    pub(crate) async fn list_connections(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<ConnectionSummary>, HostError> {
        let listed = self.services.connections.list(tenant).await;
        listed.map_err(|error| HostError::Unavailable {
            doing: "listing the connections",
            source: Some(Box::new(error)),
        })
    }

    pub(crate) async fn list_events(
        &self,
        tenant: &TenantId,
        query: &EventQuery,
        after: Option<EventId>,
        limit: usize,
    ) -> Result<Page<EventSummary>, HostError> {
        let found = self.services.store.events(tenant, query, after, limit).await;
        let found = found.map_err(|error| HostError::store("listing the events", error))?;
        let next =
            (found.len() == limit).then(|| found.last().map(|(event, _)| event.id.to_string())).flatten();
        Ok(Page { items: found.iter().map(|(event, delivery)| summary(event, delivery)).collect(), next })
    }

    /// An event by its id alone.
    pub(crate) async fn find_event(
        &self,
        tenant: &TenantId,
        id: EventId,
    ) -> Result<(Event, Delivery), HostError> {
        // Events are listed by tenant, from any id downwards: the first at or below this one is it, or there
        // is none, whoever it was for.
        let above = u128::from_be_bytes(*id.as_bytes()).checked_add(1);
        let above = above.map(|above| EventId::from_bytes(above.to_be_bytes()));
        let found = self.services.store.events(tenant, &EventQuery::default(), above, 1).await;
        let found = found.map_err(|error| HostError::store("reading an event", error))?;
        let found = found.into_iter().find(|(event, _)| event.id == id);
        found.ok_or_else(|| HostError::NotFound { what: format!("event {id} of {tenant}") })
    }

    pub(crate) async fn show_event(&self, tenant: &TenantId, id: EventId) -> Result<EventDetail, HostError> {
        let (event, delivery) = self.find_event(tenant, id).await?;
        let runs = self.scan(journal::space(&event.reference()), 1_000).await?;
        Ok(EventDetail {
            event: summary(&event, &delivery),
            ordering_key: event.ordering_key.as_ref().into(),
            next_attempt: delivery.settled.is_none().then_some(delivery.not_before),
            payload: event.payload.without_content(),
            runs: runs.iter().map(|(_, value)| read(value)).collect::<Result<_, _>>()?,
        })
    }

    /// Newest first. A timeline is kept by record, so all that is asked for is read and then sorted.
    pub(crate) async fn list_activity(
        &self,
        tenant: &TenantId,
        query: &ActivityQuery,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<ActivityEntry>, HostError> {
        let wanted = |found: &&std::sync::Arc<Installation>| {
            query.installation.as_ref().is_none_or(|wanted| *wanted == found.key.installation)
        };
        let mut all: Vec<(u64, String, ActivityEntry)> = Vec::new();
        for installation in self.installations.of(tenant).iter().filter(wanted) {
            let mut prefix = tieline_capabilities::activity::space(&installation.key);
            if let Some((kind, id)) = &query.record {
                prefix = prefix.part(kind).part(id);
            }
            for (key, value) in self.scan(prefix, TIMELINE).await? {
                let entry: ActivityEntry = read(&value)?;
                all.push((u64::MAX - entry.at.0, tieline_types::Digest::of(key.as_bytes()).hex(), entry));
            }
        }
        all.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let place = |entry: &(u64, String, ActivityEntry)| format!("{:016x}{}", entry.0, &entry.1[..16]);
        let mut rest =
            all.iter().filter(|entry| after.is_none_or(|after| place(entry).as_str() > after)).peekable();
        let items: Vec<_> = rest.by_ref().take(limit).collect();
        let next = rest.peek().and_then(|_| items.last().map(|last| place(last)));
        Ok(Page { items: items.into_iter().map(|(_, _, entry)| entry.clone()).collect(), next })
    }

    /// Which pages may show a tenant's panel inside themselves; none of a tenant that nobody applied.
    ///
    /// # Errors
    /// [`HostError::Unavailable`] when the store cannot be read.
    pub async fn frame_ancestors(&self, tenant: &TenantId) -> Result<FrameAncestors, HostError> {
        let found = self.services.store.get(&tenant_key(tenant)).await;
        let Some(value) = found.map_err(|error| HostError::store("reading the tenant", error))? else {
            return Ok(FrameAncestors::default());
        };
        Ok(read::<Tenant<Sealed>>(&value)?.panel.frame_ancestors)
    }

    /// A tenant that nobody applied is not there.
    pub(crate) async fn require(&self, tenant: &TenantId) -> Result<(), HostError> {
        let found = self.services.store.get(&tenant_key(tenant)).await;
        let found = found.map_err(|error| HostError::store("reading the tenant", error))?;
        found.map(drop).ok_or_else(|| HostError::NotFound { what: format!("tenant {tenant}") })
    }

    async fn scan(&self, prefix: Key, most: usize) -> Result<Vec<(Key, Value)>, HostError> {
        let failed = |error: StoreError| HostError::store("reading a list", error);
        let (mut all, mut pages) = (Vec::new(), Pages::under(prefix));
        while all.len() < most
            && let Some(page) = pages.next(&*self.services.store).await.map_err(failed)?
        {
            all.extend(page);
        }
        Ok(all)
    }
}

/// An installation for a list, with the number of alerts about it.
pub(crate) fn installation_summary(installation: &Installation, alerts: usize) -> InstallationSummary {
    let document = &installation.document;
    let manifest = installation.package.as_ref().ok().map(|package| &package.inspection.manifest);
    let (rights, ungranted) =
        manifest.map(|manifest| words::rights(manifest, &document.grant)).unwrap_or_default();
    InstallationSummary {
        id: document.id.clone(),
        connector: document.connector.clone(),
        version: manifest.map_or_else(|| "unknown".into(), |manifest| manifest.connector.version.clone()),
        package: document.package,
        rights,
        ungranted,
        alerts,
        problems: installation.problems(),
    }
}

/// An event for a list.
pub(crate) fn summary(event: &Event, delivery: &Delivery) -> EventSummary {
    EventSummary {
        id: event.id,
        installation: event.installation.installation.clone(),
        received: event.received,
        state: delivery.state,
        attempts: delivery.attempts,
        in_doubt: delivery.in_doubt,
        summary: event.payload.summary(),
        cause: delivery.cause.clone(),
        parked: delivery.parked.clone(),
        fingerprint: delivery.fingerprint.clone(),
        replayed: delivery.replayed.is_some(),
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, HostError> {
    serde_json::from_slice(&value.bytes)
        .map_err(|error| HostError::Internal { doing: "reading a stored record", source: Box::new(error) })
}

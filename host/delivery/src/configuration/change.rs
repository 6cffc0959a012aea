//! Changing one part of a tenant's configuration, the rest as it is.

use std::time::Duration;

use futures::future::BoxFuture;
use tieline_types::{
    ConnectionKey, Digest, GivenSecret, Grant, InstallationId, InstallationKey, Problem, SetSecret, TenantId,
    api::ApplyReport,
    tenant::{Connection, Document, Installation, ShownDocument, Tenant, TenantDocument},
};

use super::{Configuration, Expected, no_connection, no_installation, no_tenant};
use crate::{
    Host, HostError,
    installations::apply::{Applied, Judging, Wanted},
    telling::receivers,
};

/// How long Graph is waited for before a tenant goes.
const ENDING: Duration = Duration::from_secs(5);

impl Host {
    /// Makes a tenant what a document says, all or nothing; what it does not name is removed, after it was asked for the
    /// action that its manifest names for that.
    ///
    /// # Errors
    /// [`HostError::Invalid`] with everything that is wrong with it; [`HostError::Stale`] when the tenant is not what
    /// was expected.
    pub async fn apply(
        &self,
        document: TenantDocument,
        expected: &Expected,
    ) -> Result<ApplyReport, HostError> {
        let tenant = document.tenant.clone();
        let change = |before: Option<Configuration>| {
            let now = before.map(|before| before.edition());
            expected.is(now.as_ref(), || format!("tenant {}", tenant.id))?;
            Ok(Wanted { document, judged: Judging::All, gone: false })
        };
        let report = self.carry_out(&tenant.id, change).await?;
        self.quotas.set(&tenant);
        Ok(report)
    }

    /// Removes a tenant: first its installations, each asked for the action that its manifest names for that, then what stands
    /// for it at Graph as far as Graph goes along, then the tenant with its connections and their secrets. All that it did is
    /// deleted beside everything else, with the keys that sealed it; until that is over nobody can create a tenant of this
    /// name. Its audit stays. A host that is stopped in between leaves a tenant without installations, or goes on at its next
    /// start.
    ///
    /// # Errors
    /// [`HostError::NotFound`], [`HostError::Stale`].
    pub async fn remove_tenant(
        &self,
        tenant: &TenantId,
        expected: &Expected,
    ) -> Result<ApplyReport, HostError> {
        let emptied = |before: Option<Configuration>| {
            let before = before.ok_or_else(|| no_tenant(tenant))?;
            expected.is(Some(&before.edition()), || format!("tenant {tenant}"))?;
            let document = Document { installations: Vec::new(), ..as_it_is(before.document) };
            Ok(only(document, None))
        };
        let emptied = match self.carry_out(tenant, emptied).await {
            Ok(report) => Some(report.changes),
            // What is broken must not keep anybody from removing it.
            Err(HostError::Invalid { .. }) => None,
            Err(error) => return Err(error),
        };
        self.subscriptions.ended(tenant, ENDING).await;
        let gone = |before: Option<Configuration>| {
            let before = before.ok_or_else(|| no_tenant(tenant))?;
            if emptied.is_none() {
                expected.is(Some(&before.edition()), || format!("tenant {tenant}"))?;
            } else if !before.document.installations.is_empty() {
                return Err(HostError::Conflict { what: format!("tenant {tenant}") });
            }
            let tenant = receivers::as_it_is(before.document.tenant);
            let document = Document { tenant, connections: Default::default(), installations: Vec::new() };
            Ok(Wanted { document, judged: Judging::All, gone: true })
        };
        let mut report = self.carry_out(tenant, gone).await?;
        let emptied = emptied.into_iter().flatten();
        report.changes.extend(emptied.filter(|change| change.kind == "installation"));
        self.departures.begin();
        self.quotas.set(&Tenant::<()> {
            id: tenant.clone(),
            name: String::new(),
            quotas: Default::default(),
            panel: Default::default(),
            alert_receivers: Vec::new(),
        });
        Ok(report)
    }

    /// Puts one connection.
    ///
    /// # Errors
    /// [`HostError::Invalid`] with every fault at its field, `/client_secret`; [`HostError::Stale`].
    pub async fn put_connection(
        &self,
        key: &ConnectionKey,
        connection: Connection<GivenSecret>,
        expected: &Expected,
    ) -> Result<ApplyReport, HostError> {
        let change = |before: Option<Configuration>| {
            let before = before.ok_or_else(|| no_tenant(&key.tenant))?;
            let now = before.connection(&key.connection).map(|(_, edition)| edition);
            expected.is(now, || format!("connection {key}"))?;
            let mut document = as_it_is(before.document);
            document.connections.insert(key.connection.clone(), connection);
            Ok(only(document, None))
        };
        let done = self.carry_out(&key.tenant, change).await;
        done.map_err(|error| beneath(error, &format!("/connections/{}", key.connection)))
    }

    /// Removes one connection, with its secrets and everybody's sign-in.
    ///
    /// # Errors
    /// [`HostError::Invalid`] when installations need it; [`HostError::NotFound`], [`HostError::Stale`].
    pub async fn remove_connection(
        &self,
        key: &ConnectionKey,
        expected: &Expected,
    ) -> Result<ApplyReport, HostError> {
        let change = |before: Option<Configuration>| {
            let before = before.ok_or_else(|| no_tenant(&key.tenant))?;
            let (_, now) = before.connection(&key.connection).ok_or_else(|| no_connection(key))?;
            expected.is(Some(now), || format!("connection {key}"))?;
            let mut document = as_it_is(before.document);
            document.connections.remove(&key.connection);
            Ok(only(document, None))
        };
        self.carry_out(&key.tenant, change).await
    }

    /// Puts one installation.
    ///
    /// # Errors
    /// [`HostError::Invalid`] with every fault at its field, `/config/rules`; [`HostError::Stale`].
    pub async fn put_installation(
        &self,
        tenant: &TenantId,
        installation: Installation<Digest>,
        expected: &Expected,
    ) -> Result<ApplyReport, HostError> {
        let id = installation.id.clone();
        let change = |before: Option<Configuration>| {
            let before = before.ok_or_else(|| no_tenant(tenant))?;
            let now = before.installation(&id).map(|(_, edition)| edition);
            expected.is(now.as_ref(), || format!("installation {tenant}/{id}"))?;
            let mut document = as_it_is(before.document);
            match document.installations.iter_mut().find(|found| found.id == id) {
                Some(found) => *found = installation,
                None => document.installations.push(installation),
            }
            Ok(only(document, Some(id.clone())))
        };
        self.change_installation(tenant, &id, change).await
    }

    /// Puts what one installation is granted.
    ///
    /// # Errors
    /// As [`Host::put_installation`]; also [`HostError::NotFound`].
    pub async fn put_grant(
        &self,
        key: &InstallationKey,
        grant: Grant,
        expected: &Expected,
    ) -> Result<ApplyReport, HostError> {
        let id = &key.installation;
        let change = |before: Option<Configuration>| {
            let before = before.ok_or_else(|| no_tenant(&key.tenant))?;
            let (_, now) = before.installation(id).ok_or_else(|| no_installation(key))?;
            expected.is(Some(&now), || format!("installation {key}"))?;
            let mut document = as_it_is(before.document);
            for found in document.installations.iter_mut().filter(|found| found.id == *id) {
                found.grant = grant.clone();
            }
            Ok(only(document, Some(id.clone())))
        };
        self.change_installation(&key.tenant, id, change).await
    }

    /// Removes one installation, after it was asked for the action that its manifest names for that.
    ///
    /// # Errors
    /// [`HostError::NotFound`], [`HostError::Stale`].
    pub async fn remove_installation(
        &self,
        key: &InstallationKey,
        expected: &Expected,
    ) -> Result<ApplyReport, HostError> {
        let change = |before: Option<Configuration>| {
            let before = before.ok_or_else(|| no_tenant(&key.tenant))?;
            let (_, now) = before.installation(&key.installation).ok_or_else(|| no_installation(key))?;
            expected.is(Some(&now), || format!("installation {key}"))?;
            let mut document = as_it_is(before.document);
            document.installations.retain(|found| found.id != key.installation);
            Ok(only(document, None))
        };
        self.carry_out(&key.tenant, change).await
    }

    async fn change_installation(
        &self,
        tenant: &TenantId,
        id: &InstallationId,
        change: impl FnOnce(Option<Configuration>) -> Result<Wanted, HostError> + Send,
    ) -> Result<ApplyReport, HostError> {
        let mut place = String::new();
        let placed = |before: Option<Configuration>| {
            let wanted = change(before)?;
            let index = wanted.document.installations.iter().position(|found| found.id == *id);
            place = format!("/installations/{}", index.unwrap_or_default());
            Ok(wanted)
        };
        let done = self.carry_out(tenant, placed).await;
        done.map_err(|error| beneath(error, &place))
    }

    /// Makes the tenant what `change` makes of it, and lets everybody know who goes by it.
    async fn carry_out(
        &self,
        tenant: &TenantId,
        change: impl FnOnce(Option<Configuration>) -> Result<Wanted, HostError> + Send,
    ) -> Result<ApplyReport, HostError> {
        let farewell = |key: InstallationKey| -> BoxFuture<'_, Option<Problem>> {
            Box::pin(async move { self.farewell(&key).await })
        };
        let Applied { report, events } = self.installer.apply(tenant, change, &farewell).await?;
        self.dispatcher.add(events);
        self.calendar.changed();
        self.unhold_lifted(&report);
        self.subscriptions.wish_again().await;
        Ok(report)
    }
}

/// The document that changes nothing.
fn as_it_is(shown: ShownDocument) -> TenantDocument {
    let Document { tenant, connections, installations } = shown;
    let kept = |connection: Connection<SetSecret>| {
        let secrets = connection.secrets().map(|secret| secret.map(|_| GivenSecret(None)));
        connection.with_secrets(secrets)
    };
    let connections = connections.into_iter().map(|(name, connection)| (name, kept(connection))).collect();
    Document { tenant: receivers::as_it_is(tenant), connections, installations }
}

fn only(document: TenantDocument, judged: Option<InstallationId>) -> Wanted {
    Wanted { document, judged: Judging::Only(judged), gone: false }
}

/// Faults of a part, with their places in that part.
fn beneath(error: HostError, place: &str) -> HostError {
    let HostError::Invalid { problems } = error else { return error };
    let within = |mut problem: Problem| {
        let field = problem.field.as_deref().and_then(|field| field.strip_prefix(place));
        if let Some(field) = field.filter(|field| field.starts_with('/')).map(str::to_owned) {
            problem.field = Some(field);
        }
        problem
    };
    HostError::Invalid { problems: problems.into_iter().map(within).collect() }
}

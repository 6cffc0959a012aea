//! A tenant's configuration as it stands: reading it whole and in parts, changing a part of it, trying one out.
//!
//! There is one way to change anything, which is to apply a whole document; who changes a part gives the rest of the
//! document as it is.

mod change;
mod edition;
mod proposal;
mod usage;
mod vendors;

use std::collections::BTreeMap;

use tieline_identity::Sealed;
use tieline_store::StoreError;
use tieline_types::{
    ConnectionKey, ConnectionName, Digest, InstallationId, InstallationKey, SetSecret, TenantId,
    api::{GrantReport, InstallationDetail},
    tenant::{Connection, Document, Installation, ShownDocument, Tenant},
};

pub use self::edition::{Edition, Expected};
use crate::{
    Host, HostError,
    installations::{installer::Installer, stored::tenant_key},
    telling::receivers,
};

/// All that a document says of a tenant, without its secrets.
pub(crate) struct Configuration {
    pub(crate) document: ShownDocument,
    /// Of the tenant itself: also a new secret of a receiver is another edition.
    tenant: Edition,
    /// Of connections: also a new secret is another edition.
    connections: BTreeMap<ConnectionName, Edition>,
}

impl Installer {
    /// A tenant's configuration; none of one that was never applied.
    pub(crate) async fn configuration(&self, tenant: &TenantId) -> Result<Option<Configuration>, HostError> {
        let reading = "reading the configuration";
        let stored = self.services.store.get(&tenant_key(tenant)).await;
        let Some(stored) = stored.map_err(|error| HostError::store(reading, error))? else { return Ok(None) };
        let damaged = |_| HostError::store(reading, StoreError::Corrupt { what: "a tenant" });
        let tenant_itself: Tenant<Sealed> = serde_json::from_slice(&stored.bytes).map_err(damaged)?;
        let shown = self.services.connections.shown(tenant).await;
        let shown = shown
            .map_err(|error| HostError::Unavailable { doing: reading, source: Some(Box::new(error)) })?;
        let mut configuration = Configuration {
            document: Document {
                tenant: receivers::shown(tenant_itself),
                connections: BTreeMap::new(),
                installations: self.installations.of(tenant).iter().map(|i| i.document.clone()).collect(),
            },
            tenant: Edition::of_revision(stored.revision),
            connections: BTreeMap::new(),
        };
        for found in shown {
            configuration.connections.insert(found.name.clone(), Edition::of_revision(found.revision));
            configuration.document.connections.insert(found.name, found.connection);
        }
        Ok(Some(configuration))
    }
}

impl Configuration {
    /// Of the whole.
    pub(crate) fn edition(&self) -> Edition {
        let connections: Vec<_> = self.connections.iter().collect();
        Edition::of(&(&self.tenant, connections, &self.document.installations))
    }

    fn connection(&self, name: &ConnectionName) -> Option<(&Connection<SetSecret>, &Edition)> {
        self.document.connections.get(name).zip(self.connections.get(name))
    }

    fn installation(&self, name: &InstallationId) -> Option<(&Installation<Digest>, Edition)> {
        let found = self.document.installations.iter().find(|found| found.id == *name)?;
        Some((found, Edition::of(found)))
    }
}

impl Host {
    /// A tenant's whole configuration: what `apply` takes, but for the secrets.
    ///
    /// # Errors
    /// [`HostError::NotFound`] for a tenant that was never applied; so for everything of a tenant.
    pub async fn configuration(&self, tenant: &TenantId) -> Result<(ShownDocument, Edition), HostError> {
        let found = self.configured(tenant).await?;
        let edition = found.edition();
        Ok((found.document, edition))
    }

    /// One connection, without its secrets.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when there is no such connection.
    pub async fn connection(
        &self,
        key: &ConnectionKey,
    ) -> Result<(Connection<SetSecret>, Edition), HostError> {
        let found = self.configured(&key.tenant).await?;
        let (connection, edition) = found.connection(&key.connection).ok_or_else(|| no_connection(key))?;
        Ok((connection.clone(), edition.clone()))
    }

    /// One installation, with its configuration.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when there is no such installation.
    pub async fn installed(&self, key: &InstallationKey) -> Result<(InstallationDetail, Edition), HostError> {
        let configuration = self.installation(key)?.document.clone();
        let summaries = self.installations(&key.tenant).await?;
        let summary = summaries.into_iter().find(|summary| summary.id == key.installation);
        let summary = summary.ok_or_else(|| no_installation(key))?;
        let edition = Edition::of(&configuration);
        Ok((InstallationDetail { summary, configuration }, edition))
    }

    /// What an installation was granted, beside what it asks for.
    ///
    /// # Errors
    /// As [`Host::installed`].
    pub async fn grant(&self, key: &InstallationKey) -> Result<(GrantReport, Edition), HostError> {
        let (InstallationDetail { summary, configuration }, edition) = self.installed(key).await?;
        let grant = configuration.grant;
        Ok((GrantReport { grant, rights: summary.rights, ungranted: summary.ungranted }, edition))
    }

    async fn configured(&self, tenant: &TenantId) -> Result<Configuration, HostError> {
        let found = self.installer.configuration(tenant).await?;
        found.ok_or_else(|| no_tenant(tenant))
    }
}

fn no_tenant(tenant: &TenantId) -> HostError {
    HostError::NotFound { what: format!("tenant {tenant}") }
}

fn no_connection(key: &ConnectionKey) -> HostError {
    HostError::NotFound { what: format!("connection {key}") }
}

fn no_installation(key: &InstallationKey) -> HostError {
    HostError::NotFound { what: format!("installation {key}") }
}

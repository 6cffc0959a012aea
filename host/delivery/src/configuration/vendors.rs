//! What was uploaded: connectors, their versions, and what a package says of itself.

use std::{cmp::Reverse, collections::BTreeMap};

use tieline_store::{Key, Pages, Space, StoreError, Value};
use tieline_types::{
    ConnectorId, Digest, Timestamp,
    api::{ConnectorSummary, ConnectorVersion, PackageDetail, PackageSummary},
};

use crate::{Host, HostError};

impl Host {
    /// The packages that were uploaded.
    ///
    /// # Errors
    /// When the store cannot be read; so for all of them.
    pub async fn packages(&self) -> Result<Vec<PackageSummary>, HostError> {
        let mut all = Vec::new();
        for (digest, _) in self.uploaded().await? {
            let connector = self.package_detail(&digest).await?.manifest.connector;
            all.push(PackageSummary { digest, connector: connector.id, version: connector.version });
        }
        Ok(all)
    }

    /// The connectors of which packages were uploaded, by id.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn connectors(&self) -> Result<Vec<ConnectorSummary>, HostError> {
        let mut packages: BTreeMap<ConnectorId, Vec<PackageDetail>> = BTreeMap::new();
        for (digest, _) in self.uploaded().await? {
            let detail = self.package_detail(&digest).await?;
            packages.entry(detail.manifest.connector.id.clone()).or_default().push(detail);
        }
        let summary = |(id, mut packages): (ConnectorId, Vec<PackageDetail>)| {
            packages.sort_by_key(|package| Reverse(numbers(&package.manifest.connector.version)));
            let mut versions: Vec<_> =
                packages.iter().map(|package| package.manifest.connector.version.clone()).collect();
            versions.dedup();
            let newest = packages.swap_remove(0).manifest.connector;
            let (name, vendor, description) = (newest.name, newest.vendor, newest.description);
            ConnectorSummary { id, name, vendor, description, versions }
        };
        Ok(packages.into_iter().map(summary).collect())
    }

    /// The versions of a connector, the newest first.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when no package of it was uploaded.
    pub async fn connector_versions(&self, id: &ConnectorId) -> Result<Vec<ConnectorVersion>, HostError> {
        let installed = self.installations.all();
        let mut versions = Vec::new();
        for (package, last_used) in self.uploaded().await? {
            let connector = self.package_detail(&package).await?.manifest.connector;
            if connector.id == *id {
                versions.push(ConnectorVersion {
                    installations: installed.iter().filter(|found| found.document.package == package).count(),
                    version: connector.version,
                    minimum_host: connector.minimum_host,
                    package,
                    last_used,
                });
            }
        }
        if versions.is_empty() {
            return Err(HostError::NotFound { what: format!("connector {id}") });
        }
        versions.sort_by_key(|version| Reverse((numbers(&version.version), version.last_used)));
        Ok(versions)
    }

    /// What a package says of itself.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when there is none with this digest.
    pub async fn package_detail(&self, digest: &Digest) -> Result<PackageDetail, HostError> {
        let bytes = self.package(digest).await?;
        let inspection = self.runtime.inspect(&bytes);
        let inspection =
            inspection.map_err(|error| HostError::Invalid { problems: vec![error.problem()] })?;
        let (manifest, config_schema) = (inspection.manifest, inspection.config_schema);
        Ok(PackageDetail { digest: *digest, manifest, config_schema })
    }

    async fn uploaded(&self) -> Result<Vec<(Digest, Timestamp)>, HostError> {
        let all = Pages::all(&*self.services.store, Key::new(Space::Package)).await;
        let all = all.map_err(|error| HostError::store("listing the packages", error))?;
        let read = |(key, value): (Key, Value)| {
            let digest = key.last()?.parse().ok()?;
            Some((digest, serde_json::from_slice(&value.bytes).ok()?))
        };
        let damaged =
            || HostError::store("listing the packages", StoreError::Corrupt { what: "a package's last use" });
        all.into_iter().map(|entry| read(entry).ok_or_else(damaged)).collect()
    }
}

/// What versions are compared by: their numbers; one with a mark behind them comes before the one without.
pub(crate) fn numbers(version: &str) -> (Vec<u64>, bool) {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    let numbers = core.split('.').map(|part| part.parse().unwrap_or_default()).collect();
    (numbers, !version.contains('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_in_their_order() {
        let mut versions = ["1.10.0", "1.9.0", "2.0.0", "2.0.0-rc1", "1.10.0+build"];
        versions.sort_by_key(|version| numbers(version));
        assert_eq!(versions, ["1.9.0", "1.10.0", "1.10.0+build", "2.0.0-rc1", "2.0.0"]);
    }
}

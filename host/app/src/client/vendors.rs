//! What was uploaded, and what installations use, as the CLI asks for it.

use tieline_types::{
    ConnectorId, TenantId,
    api::{ConnectorSummary, ConnectorVersion, InstallationUsage},
};

use super::{Client, ClientError};

impl Client {
    pub(crate) async fn connectors(&self) -> Result<Vec<ConnectorSummary>, ClientError> {
        self.list("listing connectors", &["connectors"]).await
    }

    pub(crate) async fn connector_versions(
        &self,
        connector: &ConnectorId,
    ) -> Result<Vec<ConnectorVersion>, ClientError> {
        self.list("listing versions", &["connectors", connector.as_str(), "versions"]).await
    }

    pub(crate) async fn usage(&self, tenant: &TenantId) -> Result<Vec<InstallationUsage>, ClientError> {
        self.list("reading what is used", &["tenants", tenant.as_str(), "usage"]).await
    }
}

//! Questions about one connection.

use reqwest::Method;
use tieline_types::{
    ConnectionKey,
    api::{AcceptRequest, Accepted, ConnectionTest, ConsentReport},
};

use super::{Client, ClientError};

impl Client {
    pub(crate) async fn test_connection(&self, key: &ConnectionKey) -> Result<ConnectionTest, ClientError> {
        let path = ["tenants", key.tenant.as_str(), "connections", key.connection.as_str(), "test"];
        self.answer("testing the connection", self.request(Method::POST, &path)).await
    }

    pub(crate) async fn consent(&self, key: &ConnectionKey) -> Result<ConsentReport, ClientError> {
        let path = ["tenants", key.tenant.as_str(), "connections", key.connection.as_str(), "consent"];
        self.get("reading the consent", &path, &[]).await
    }

    pub(crate) async fn accept_consent(
        &self,
        key: &ConnectionKey,
        request: &AcceptRequest,
    ) -> Result<Accepted, ClientError> {
        let path =
            ["tenants", key.tenant.as_str(), "connections", key.connection.as_str(), "consent", "accept"];
        self.answer("accepting the consent", self.json(Method::POST, &path, request)?).await
    }
}

//! Questions about one connection.

use reqwest::Method;
use tieline_types::{
    ConnectionKey,
    api::{AcceptRequest, Accepted, ConnectionTest, ConsentReport},
};

use super::{Client, ClientError};

impl Client {
    pub(crate) async fn test_connection(&self, key: &ConnectionKey) -> Result<ConnectionTest, ClientError> {
        self.answer("testing the connection", self.request(Method::POST, &of(key, "test"))).await
    }

    pub(crate) async fn consent(&self, key: &ConnectionKey) -> Result<ConsentReport, ClientError> {
        self.get("reading the consent", &of(key, "consent"), &[]).await
    }

    pub(crate) async fn accept_consent(
        &self,
        key: &ConnectionKey,
        request: &AcceptRequest,
    ) -> Result<Accepted, ClientError> {
        let path: Vec<&str> = of(key, "consent").into_iter().chain(["accept"]).collect();
        self.answer("accepting the consent", self.json(Method::POST, &path, request)?).await
    }
}

/// Where something of a connection stands.
pub(super) fn of<'a>(key: &'a ConnectionKey, what: &'a str) -> [&'a str; 5] {
    ["tenants", key.tenant.as_str(), "connections", key.connection.as_str(), what]
}

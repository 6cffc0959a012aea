//! People of connections, as the CLI asks for them.

use reqwest::Method;
use tieline_types::{
    ConnectionKey,
    api::{BrowserLink, ConsentRequest, PersonSummary, RevokeReport, SignInRequest, SignOutReport},
};

use super::{Client, ClientError, connections::of};

impl Client {
    pub(crate) async fn sign_in_link(
        &self,
        key: &ConnectionKey,
        request: &SignInRequest,
    ) -> Result<BrowserLink, ClientError> {
        let path = of(key, "sign-ins");
        self.answer("asking for a link to sign in", self.json(Method::POST, &path, request)?).await
    }

    pub(crate) async fn consent_link(
        &self,
        key: &ConnectionKey,
        request: &ConsentRequest,
    ) -> Result<BrowserLink, ClientError> {
        let path = of(key, "consents");
        self.answer("asking for a link to consent", self.json(Method::POST, &path, request)?).await
    }

    pub(crate) async fn people(&self, key: &ConnectionKey) -> Result<Vec<PersonSummary>, ClientError> {
        self.list("listing people", &of(key, "people")).await
    }

    pub(crate) async fn revoke(&self, key: &ConnectionKey) -> Result<RevokeReport, ClientError> {
        self.answer("revoking the connection", self.request(Method::POST, &of(key, "revoke"))).await
    }

    /// `user` is an object id, a user name or `service`; none: everybody.
    pub(crate) async fn sign_out(
        &self,
        key: &ConnectionKey,
        user: Option<&str>,
    ) -> Result<SignOutReport, ClientError> {
        let path: Vec<&str> = of(key, "people").into_iter().chain(user).collect();
        self.answer("signing out", self.request(Method::DELETE, &path)).await
    }
}

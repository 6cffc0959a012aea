//! API tokens.

use reqwest::Method;
use tieline_types::api::{CreateTokenRequest, CreatedToken, TokenSummary};

use super::{Client, ClientError};

impl Client {
    pub(crate) async fn create_token(
        &self,
        request: &CreateTokenRequest,
    ) -> Result<CreatedToken, ClientError> {
        self.answer("making a token", self.json(Method::POST, &["tokens"], request)?).await
    }

    pub(crate) async fn tokens(&self) -> Result<Vec<TokenSummary>, ClientError> {
        self.list("listing tokens", &["tokens"]).await
    }

    pub(crate) async fn revoke_token(&self, id: &str) -> Result<TokenSummary, ClientError> {
        self.answer("revoking the token", self.request(Method::DELETE, &["tokens", id])).await
    }
}

//! Token requests: the `oauth2` crate with the host's own door as its HTTP client.

use std::{future::Future, pin::Pin, time::Duration};

use http::StatusCode;
use oauth2::{
    AsyncHttpClient, AuthType, Client, ClientId, ClientSecret, ExtraTokenFields, HttpRequest, HttpResponse,
    RefreshToken, RequestTokenError, Scope, StandardRevocableToken, StandardTokenResponse, TokenResponse,
    TokenUrl,
    basic::{
        BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
    },
};
use serde::{Deserialize, Serialize};
use tieline_egress::{Answer, Egress, EgressError, Permit, Request};
use tieline_types::Secret;

use crate::endpoint::Endpoint;

/// A token request.
pub(crate) struct Ask<'a> {
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) client_id: &'a str,
    pub(crate) client_secret: Option<&'a Secret>,
    /// With one: the refresh token grant; without: client credentials.
    pub(crate) refresh_token: Option<&'a Secret>,
}

/// A token.
pub(crate) struct Token {
    pub(crate) access_token: Secret,
    pub(crate) expires_in: Option<Duration>,
    /// The one that replaces the refresh token that was used.
    pub(crate) refresh_token: Option<Secret>,
    pub(crate) instance_url: Option<String>,
}

/// Why there is no token. None of these holds an answer that could contain one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoToken {
    /// The call has no answer.
    #[error(transparent)]
    Egress(#[from] EgressError),
    /// The answer is not a success.
    #[error("the sign-in service answered {}", .0.status)]
    Refused(Answer),
    /// The answer is a success without a bearer token in it.
    #[error("the sign-in service answered without a token")]
    Malformed,
}

/// Salesforce says where the token is good.
#[derive(Debug, Deserialize, Serialize)]
struct Instance {
    #[serde(default)]
    instance_url: Option<String>,
}

impl ExtraTokenFields for Instance {}

type OAuth = Client<
    BasicErrorResponse,
    StandardTokenResponse<Instance, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
>;

/// Token answers are small; nothing of this size is one.
const LARGEST_ANSWER: usize = 256 << 10;
const TIMEOUT: Duration = Duration::from_secs(20);

/// Asks for a token, once.
pub(crate) async fn ask(egress: &Egress, ask: Ask<'_>) -> Result<Token, NoToken> {
    let mut client = OAuth::new(ClientId::new(ask.client_id.to_owned()))
        // In the body: what Entra documents, and what Salesforce takes for all its flows.
        .set_auth_type(AuthType::RequestBody)
        .set_token_uri(TokenUrl::from_url(ask.endpoint.url.clone()));
    if let Some(secret) = ask.client_secret {
        client = client.set_client_secret(ClientSecret::new(secret.expose().to_owned()));
    }
    let http = Http { egress, endpoint: ask.endpoint };
    let answer = match ask.refresh_token {
        Some(token) => {
            let token = RefreshToken::new(token.expose().to_owned());
            client.exchange_refresh_token(&token).request_async(&http).await
        }
        None => {
            let scope = ask.endpoint.scope.clone().map(Scope::new);
            client.exchange_client_credentials().add_scopes(scope).request_async(&http).await
        }
    };
    let answer = answer.map_err(|error| match error {
        RequestTokenError::Request(no_token) => no_token,
        // Their `Debug` shows the whole answer, so they end here.
        RequestTokenError::ServerResponse(_) | RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            NoToken::Malformed
        }
    })?;
    if *answer.token_type() != BasicTokenType::Bearer {
        return Err(NoToken::Malformed);
    }
    Ok(Token {
        access_token: Secret::new(answer.access_token().secret()),
        expires_in: answer.expires_in(),
        refresh_token: answer.refresh_token().map(|token| Secret::new(token.secret())),
        instance_url: answer.extra_fields().instance_url.clone(),
    })
}

/// The host's own door, as `oauth2` wants its HTTP client.
struct Http<'a> {
    egress: &'a Egress,
    endpoint: &'a Endpoint,
}

impl<'c> AsyncHttpClient<'c> for Http<'_> {
    type Error = NoToken;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, NoToken>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

impl Http<'_> {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NoToken> {
        let (head, body) = request.into_parts();
        let url = self.endpoint.url.clone();
        let permit = Permit::origin(&self.endpoint.origin, &url).map_err(EgressError::Denied)?;
        let request = Request {
            method: head.method,
            url,
            headers: head.headers,
            body: body.into(),
            timeout: TIMEOUT,
            max_answer: LARGEST_ANSWER,
            guest_of: None,
        };
        let answer = self.egress.send(permit, request).await?;
        if answer.status != StatusCode::OK {
            return Err(NoToken::Refused(answer));
        }
        // Without its header fields: what is not JSON shows when it is read.
        Ok(HttpResponse::new(answer.body.to_vec()))
    }
}

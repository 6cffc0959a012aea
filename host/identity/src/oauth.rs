//! Token requests: the `oauth2` crate with the host's own door as its HTTP client.

use std::{borrow::Cow, future::Future, pin::Pin, time::Duration};

use http::StatusCode;
use oauth2::{
    AsyncHttpClient, AuthType, AuthorizationCode, Client, ClientId, ClientSecret, ExtraTokenFields,
    HttpRequest, HttpResponse, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope,
    StandardRevocableToken, StandardTokenResponse, TokenResponse, TokenUrl,
    basic::{
        BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
    },
};
use serde::{Deserialize, Serialize};
use tieline_egress::{Answer, Egress, EgressError, Permit, Request};
use tieline_types::Secret;
use url::Url;

use crate::endpoint::Endpoint;

/// A token request.
pub(crate) struct Ask<'a> {
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) client_id: &'a str,
    pub(crate) credential: &'a Credential,
    pub(crate) grant: Grant<'a>,
}

/// How the client says who it is.
pub(crate) enum Credential {
    /// Not at all: a public client.
    None,
    Secret(Secret),
    /// Signed with the key of its certificate, for this one request.
    Assertion(Secret),
}

/// What the token is asked for with.
pub(crate) enum Grant<'a> {
    ClientCredentials,
    RefreshToken(&'a Secret),
    Code { code: &'a str, verifier: &'a Secret, redirect_uri: &'a Url },
}

/// A token.
pub(crate) struct Token {
    pub(crate) access_token: Secret,
    pub(crate) expires_in: Option<Duration>,
    /// The one that replaces the refresh token that was used.
    pub(crate) refresh_token: Option<Secret>,
    pub(crate) id_token: Option<Secret>,
    pub(crate) instance_url: Option<String>,
    /// Where it lets in, in the provider's words.
    pub(crate) place: Option<String>,
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
    /// It let us in, and not where we wanted.
    #[error("the sign-in service let in to {0}")]
    Elsewhere(String),
}

/// Salesforce says where the token is good, and OpenID Connect who signed in.
#[derive(Deserialize, Serialize)]
struct Extra {
    #[serde(default)]
    instance_url: Option<String>,
    #[serde(default)]
    id_token: Option<String>,
}

impl std::fmt::Debug for Extra {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Extra({:?})", self.instance_url)
    }
}

impl ExtraTokenFields for Extra {}

type OAuth = Client<
    BasicErrorResponse,
    StandardTokenResponse<Extra, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
>;

/// RFC 7523, section 2.2.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Token answers are small; nothing of this size is one.
const LARGEST_ANSWER: usize = 256 << 10;
const TIMEOUT: Duration = Duration::from_secs(20);

/// Asks for a token, once.
pub(crate) async fn ask(egress: &Egress, ask: Ask<'_>) -> Result<Token, NoToken> {
    let mut client = OAuth::new(ClientId::new(ask.client_id.to_owned()))
        // In the body: what Entra documents, and what Salesforce takes for all its flows.
        .set_auth_type(AuthType::RequestBody)
        .set_token_uri(TokenUrl::from_url(ask.endpoint.url.clone()));
    let mut said = Vec::new();
    match ask.credential {
        Credential::None => {}
        Credential::Secret(secret) => {
            client = client.set_client_secret(ClientSecret::new(secret.expose().to_owned()));
        }
        Credential::Assertion(assertion) => {
            said = vec![("client_assertion_type", JWT_BEARER), ("client_assertion", assertion.expose())];
        }
    }
    let http = Http { egress, endpoint: ask.endpoint };
    let answer = match ask.grant {
        Grant::RefreshToken(token) => {
            let token = RefreshToken::new(token.expose().to_owned());
            let request = client.exchange_refresh_token(&token);
            let request =
                said.into_iter().fold(request, |request, (name, value)| request.add_extra_param(name, value));
            request.request_async(&http).await
        }
        Grant::ClientCredentials => {
            let request = client.exchange_client_credentials();
            let request =
                said.into_iter().fold(request, |request, (name, value)| request.add_extra_param(name, value));
            request.add_scopes(ask.endpoint.scope.clone().map(Scope::new)).request_async(&http).await
        }
        Grant::Code { code, verifier, redirect_uri } => {
            let request = client.exchange_code(AuthorizationCode::new(code.to_owned()));
            let request =
                said.into_iter().fold(request, |request, (name, value)| request.add_extra_param(name, value));
            request
                .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().to_owned()))
                .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(redirect_uri.clone())))
                .request_async(&http)
                .await
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
        id_token: answer.extra_fields().id_token.as_deref().map(Secret::new),
        instance_url: answer.extra_fields().instance_url.clone(),
        place: None,
    })
}

/// Reads a public document of the sign-in service, at its own origin.
pub(crate) async fn document<T: serde::de::DeserializeOwned>(
    egress: &Egress,
    endpoint: &Endpoint,
    url: Url,
) -> Result<T, NoToken> {
    let http = Http { egress, endpoint };
    let answer = http.answer(http::Method::GET, url, http::HeaderMap::new(), bytes::Bytes::new()).await?;
    serde_json::from_slice(&answer.body).map_err(|_| NoToken::Malformed)
}

/// The host's own door, as `oauth2` wants its HTTP client.
pub(crate) struct Http<'a> {
    pub(crate) egress: &'a Egress,
    pub(crate) endpoint: &'a Endpoint,
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
        let answer = self.answer(head.method, self.endpoint.url.clone(), head.headers, body.into()).await?;
        // Without its header fields: what is not JSON shows when it is read.
        Ok(HttpResponse::new(answer.body.to_vec()))
    }

    /// One request to the sign-in service's own origin; what is not 200 is a refusal.
    pub(crate) async fn answer(
        &self,
        method: http::Method,
        url: Url,
        headers: http::HeaderMap,
        body: bytes::Bytes,
    ) -> Result<Answer, NoToken> {
        let permit = Permit::origin(&self.endpoint.origin, &url).map_err(EgressError::Denied)?;
        let request = Request {
            method,
            url,
            headers,
            body,
            timeout: TIMEOUT,
            max_answer: LARGEST_ANSWER,
            guest_of: None,
        };
        let answer = self.egress.send(permit, request).await?;
        if answer.status != StatusCode::OK {
            return Err(NoToken::Refused(answer));
        }
        Ok(answer)
    }
}

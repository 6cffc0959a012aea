//! What a directory publishes of itself: who issues its tokens, and the keys that they are signed with.

use jsonwebtoken::jwk::JwkSet;
use serde::Deserialize;
use tieline_types::{ConnectionKey, Origin};
use url::Url;

use crate::{
    ConnectionError, oauth,
    providers::People,
    sign_in::{self, Applied, SignIn},
};

/// OpenID Connect Discovery 1.0, as far as it is needed.
#[derive(Deserialize)]
pub(crate) struct Discovery {
    pub(crate) issuer: String,
    jwks_uri: Url,
}

impl Discovery {
    /// The directory's id, whatever name it was asked for by: `…/{id}/v2.0`.
    pub(crate) fn directory_id(&self) -> &str {
        self.issuer.trim_end_matches("/v2.0").rsplit('/').next().unwrap_or_default()
    }
}

impl SignIn {
    /// What the directory says of itself, at the sign-in service's own origin.
    pub(crate) async fn discovery(
        &self,
        key: &ConnectionKey,
        applied: &Applied,
        people: &People,
    ) -> Result<Discovery, ConnectionError> {
        let url =
            applied.endpoint.page(people.discovery).ok_or_else(|| sign_in::malformed(applied.provider))?;
        let found = oauth::document(&self.egress, &applied.endpoint, url).await;
        found.map_err(|error| sign_in::refused(applied.provider, key, error, &[], false))
    }

    /// The keys that the directory's tokens are signed with now; from the sign-in service's own origin only.
    pub(crate) async fn signing_keys(
        &self,
        key: &ConnectionKey,
        applied: &Applied,
        discovery: &Discovery,
    ) -> Result<JwkSet, ConnectionError> {
        let own = Origin::of(&discovery.jwks_uri).is_ok_and(|origin| origin == applied.endpoint.origin);
        if !own {
            return Err(sign_in::malformed(applied.provider));
        }
        let url = discovery.jwks_uri.clone();
        let keys = oauth::document(&self.egress, &applied.endpoint, url).await;
        keys.map_err(|error| sign_in::refused(applied.provider, key, error, &[], false))
    }
}

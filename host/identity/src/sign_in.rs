//! From a stored connection to a token.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tieline_egress::{Egress, EgressError};
use tieline_store::{Batch, CommitError, Store, StoreError};
use tieline_types::{Clock, ConnectionKey, Problem, Secret, tenant::Connection};

use crate::{
    Access, Clouds, ConnectionError, Sealed, Vault,
    endpoint::Endpoint,
    oauth::{self, Ask, NoToken},
    providers::{self, Provider},
    records,
    refusal::{self, Refused},
};

/// Gets tokens. Knows nothing of caching; [`crate::tokens`] knows nothing of OAuth.
pub(crate) struct SignIn {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) egress: Egress,
    pub(crate) vault: Vault,
    pub(crate) clouds: Clouds,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) generations: AtomicU64,
}

impl SignIn {
    /// Gets a new token for a connection. A refresh token that the answer brought is durable before the
    /// access token is handed out: were it lost, the old one might be dead already, and the connection with it.
    pub(crate) async fn access(&self, key: &ConnectionKey) -> Result<Arc<Access>, ConnectionError> {
        loop {
            let (applied, _) = self.applied(key).await?;
            let current = self.rotated(key).await?;
            let provider = providers::named(&applied.provider).ok_or_else(|| unknown_provider(&applied))?;
            let endpoint =
                Endpoint::of(provider, &applied, &self.clouds).map_err(ConnectionError::Unusable)?;
            let asked = self.clock.now();
            let refresh_token = current.as_ref().or(applied.refresh_token.as_ref());
            let ask = Ask {
                endpoint: &endpoint,
                client_id: applied.client_id.as_deref().unwrap_or_default(),
                client_secret: applied.client_secret.as_ref(),
                refresh_token,
            };
            let token = oauth::ask(&self.egress, ask).await.map_err(|error| {
                let secrets: Vec<&Secret> = applied.client_secret.iter().chain(refresh_token).collect();
                refused(provider, key, error, &secrets)
            })?;
            if let Some(new) = token.refresh_token.filter(|new| Some(new) != refresh_token)
                && !self.keep(key, &applied, &new).await?
            {
                continue; // The connection was applied anew meanwhile: the token belongs to what it was.
            }
            let (base, origin) =
                endpoint.base(token.instance_url.as_deref()).map_err(ConnectionError::Unusable)?;
            return Ok(Arc::new(Access {
                authorization: Access::bearer(&token.access_token).ok_or_else(|| malformed(provider))?,
                base,
                origin,
                generation: self.generations.fetch_add(1, Ordering::Relaxed),
                expires: asked.after(token.expires_in.unwrap_or(provider.lifetime)),
            }));
        }
    }

    /// The connection as it was applied, and the revision of that.
    async fn applied(&self, key: &ConnectionKey) -> Result<(Connection<Secret>, u64), ConnectionError> {
        let record = records::load(&*self.store, key).await?;
        let record = record.ok_or_else(|| ConnectionError::Unknown(key.clone()))?;
        Ok((records::unseal(&self.vault, key, record.connection).await?, record.revision))
    }

    /// The refresh token that took the place of the applied one.
    async fn rotated(&self, key: &ConnectionKey) -> Result<Option<Secret>, ConnectionError> {
        let Some(value) = self.store.get(&records::rotated_place(key)).await? else { return Ok(None) };
        let sealed: Sealed = serde_json::from_slice(&value.bytes)
            .map_err(|_| StoreError::Corrupt { what: "refresh token" })?;
        let purpose = records::rotated_purpose(&key.connection);
        Ok(Some(self.vault.unseal(&key.tenant, &purpose, &sealed).await?))
    }

    /// Makes a new refresh token durable. False: the sign-in that it continues is no longer the connection's.
    async fn keep(
        &self,
        key: &ConnectionKey,
        used: &Connection<Secret>,
        new: &Secret,
    ) -> Result<bool, ConnectionError> {
        let sealed = self.vault.seal(&key.tenant, &records::rotated_purpose(&key.connection), new).await?;
        let value = serde_json::to_vec(&sealed).expect("a text always becomes JSON");
        loop {
            let (applied, revision) = self.applied(key).await?;
            if !records::same_sign_in(used, &applied) {
                return Ok(false);
            }
            let batch = Batch::new()
                .expect(records::place(key), Some(revision))
                .put(records::rotated_place(key), value.clone());
            match self.store.commit(batch).await {
                Ok(_) => return Ok(true),
                Err(CommitError::Conflict { .. }) => {} // Applied anew just now: look again.
                Err(error) => return Err(error.into()),
            }
        }
    }
}

fn unknown_provider(connection: &Connection<Secret>) -> ConnectionError {
    let message = format!("This host has no provider `{}`.", connection.provider);
    ConnectionError::Unusable(Problem::new("connection.provider-unknown", message))
}

fn refused(provider: &Provider, key: &ConnectionKey, error: NoToken, secrets: &[&Secret]) -> ConnectionError {
    let unreachable = |source: Arc<dyn std::error::Error + Send + Sync>| ConnectionError::Unreachable {
        connection: key.clone(),
        source,
    };
    match error {
        NoToken::Refused(answer) => match refusal::read(provider, &key.connection, &answer, secrets) {
            Refused::Problem(problem) => ConnectionError::Unusable(problem),
            Refused::Wait(wait) => ConnectionError::Throttled(wait.max(Duration::from_secs(1))),
            Refused::Passing => unreachable(Arc::new(NoToken::Refused(answer))),
        },
        NoToken::Egress(EgressError::Denied(denial)) => {
            let message = format!("The sign-in service may not be called: {}.", denial.asked);
            let problem = Problem::new("connection.egress-denied", message);
            ConnectionError::Unusable(match denial.allow_with {
                Some(line) => problem.remedy(format!("To allow it: {line} in tieline.toml.")),
                None => problem,
            })
        }
        NoToken::Egress(error) => unreachable(Arc::new(error)),
        NoToken::Malformed => malformed(provider),
    }
}

fn malformed(provider: &Provider) -> ConnectionError {
    let message = format!("What answered in place of {} gave no token.", provider.title);
    let remedy = "Check the connection's sign-in address, and what stands between it and this host.";
    ConnectionError::Unusable(
        Problem::new(format!("{}.sign-in-malformed", provider.name), message).remedy(remedy),
    )
}

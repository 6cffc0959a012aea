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
use tieline_types::{Clock, ConnectionKey, EventId, Problem, Secret, tenant::Connection};

use crate::{
    Access, Claims, Clouds, ConnectionError, Identity, Sealed, Vault,
    certificate::Certificate,
    endpoint::Endpoint,
    oauth::{self, Ask, Credential, Grant, NoToken, Token},
    people::News,
    providers::{self, Field, Flow, Provider, Session},
    records,
    refusal::{self, Refused},
    session,
};

/// Gets tokens. Knows nothing of caching; [`crate::tokens`] knows nothing of OAuth.
pub(crate) struct SignIn {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) egress: Egress,
    pub(crate) vault: Vault,
    pub(crate) clouds: Clouds,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) generations: AtomicU64,
    pub(crate) news: News,
}

/// A connection as it was applied, with all that a token request needs of it.
pub(crate) struct Applied {
    pub(crate) connection: Connection<Secret>,
    /// Of the stored value.
    pub(crate) revision: u64,
    pub(crate) provider: &'static Provider,
    pub(crate) endpoint: Endpoint,
}

impl SignIn {
    /// Gets a new token. A refresh token that the answer brought is durable before the access token is handed
    /// out: were it lost, the old one might be dead already, and the sign-in with it. `current` is the token in use,
    /// which may be good for longer.
    pub(crate) async fn access(
        &self,
        key: &ConnectionKey,
        identity: &Identity,
        current: Option<&Access>,
    ) -> Result<Arc<Access>, ConnectionError> {
        match identity {
            Identity::App => self.own_access(key, current).await,
            Identity::Service | Identity::Actor(_) => self.access_of_person(key, identity).await,
        }
    }

    async fn own_access(
        &self,
        key: &ConnectionKey,
        current: Option<&Access>,
    ) -> Result<Arc<Access>, ConnectionError> {
        loop {
            let applied = self.applied(key).await?;
            self.not_revoked(key).await?;
            if let Flow::Session(flow) = &applied.provider.flow {
                let session = self.session(key, &applied, flow, current).await?;
                self.not_revoked(key).await?;
                return Ok(session);
            }
            let current = self.rotated(key).await?;
            let asked = self.clock.now();
            let refresh_token = current.as_ref().or(applied.connection.refresh_token.as_ref());
            let grant = refresh_token.map_or(Grant::ClientCredentials, Grant::RefreshToken);
            let token = self.ask(key, &applied, grant).await?;
            if let Some(new) = token.refresh_token.as_ref().filter(|new| Some(*new) != refresh_token)
                && !self.keep(key, &applied.connection, new).await?
            {
                continue; // The connection was applied anew meanwhile: the token belongs to what it was.
            }
            self.not_revoked(key).await?;
            return self.handed_out(&applied, token, asked);
        }
    }

    /// The session in use if it lives, else a new one.
    async fn session(
        &self,
        key: &ConnectionKey,
        applied: &Applied,
        flow: &Session,
        current: Option<&Access>,
    ) -> Result<Arc<Access>, ConnectionError> {
        let Applied { connection, provider, endpoint, .. } = applied;
        let asked = self.clock.now();
        if let Some((current, url)) = current.zip(endpoint.page(flow.keep_alive)) {
            // One that ended long ago needs no asking.
            let hopeful = asked.since(current.expires) < provider.lifetime;
            let kept = hopeful
                && session::keep_alive(&self.egress, endpoint, url, &current.authorization)
                    .await
                    .unwrap_or(false);
            if kept {
                return Ok(Arc::new(current.prolonged(asked, asked.after(provider.lifetime))));
            }
        }
        let (Some(username), Some(password)) = (&connection.username, &connection.password) else {
            return Err(ConnectionError::Unusable(incomplete()));
        };
        match session::begin(&self.egress, endpoint, username, password).await {
            Ok(token) => self.handed_out(applied, token, asked),
            Err(error) => Err(refused(provider, key, error, &[username, password], false)),
        }
    }

    /// The connection as it was applied.
    pub(crate) async fn applied(&self, key: &ConnectionKey) -> Result<Applied, ConnectionError> {
        let record = records::load(&*self.store, key).await?;
        let record = record.ok_or_else(|| ConnectionError::Unknown(key.clone()))?;
        let connection = records::unseal(&self.vault, key, record.connection).await?;
        let provider = providers::named(&connection.provider).ok_or_else(|| unknown_provider(&connection))?;
        let endpoint =
            Endpoint::of(provider, &connection, &self.clouds).map_err(ConnectionError::Unusable)?;
        Ok(Applied { connection, revision: record.revision, provider, endpoint })
    }

    /// Asks for a token, once.
    pub(crate) async fn ask(
        &self,
        key: &ConnectionKey,
        applied: &Applied,
        grant: Grant<'_>,
    ) -> Result<Token, ConnectionError> {
        let Applied { connection, provider, endpoint, .. } = applied;
        let credential = self.credential(connection, endpoint).map_err(ConnectionError::Unusable)?;
        let mut secrets: Vec<&Secret> = connection.client_secret.iter().collect();
        match &grant {
            Grant::RefreshToken(token) => secrets.push(token),
            Grant::Code { verifier, .. } => secrets.push(verifier),
            Grant::ClientCredentials => {}
        }
        if let Credential::Assertion(assertion) = &credential {
            secrets.push(assertion);
        }
        let client_id = connection.client_id.as_deref().unwrap_or_default();
        let asked =
            oauth::ask(&self.egress, Ask { endpoint, client_id, credential: &credential, grant }).await;
        match asked {
            Ok(token) => Ok(token),
            Err(error) => Err(refused(provider, key, error, &secrets, self.is_new(key).await?)),
        }
    }

    /// Whether a connection was applied so lately that its provider may not know its app yet.
    async fn is_new(&self, key: &ConnectionKey) -> Result<bool, StoreError> {
        Ok(self.store.get(&records::new_place(key)).await?.is_some())
    }

    fn credential(
        &self,
        connection: &Connection<Secret>,
        endpoint: &Endpoint,
    ) -> Result<Credential, Problem> {
        if let Some(secret) = &connection.client_secret {
            return Ok(Credential::Secret(secret.clone()));
        }
        let Some(text) = &connection.certificate else { return Ok(Credential::None) };
        let client_id = connection.client_id.as_deref().unwrap_or_default();
        let id = EventId::generate().to_string();
        let assertion =
            Certificate::read(text)?.assertion(client_id, endpoint.url.as_str(), id, self.clock.now());
        let unsigned =
            || Problem::new("connection.certificate-invalid", "The certificate's key does not sign.");
        assertion.map(Credential::Assertion).ok_or_else(unsigned)
    }

    /// What callers get of a token.
    pub(crate) fn handed_out(
        &self,
        applied: &Applied,
        token: Token,
        asked: tieline_types::Timestamp,
    ) -> Result<Arc<Access>, ConnectionError> {
        let Applied { provider, endpoint, connection, .. } = applied;
        let base = endpoint.base(token.instance_url.as_deref()).map_err(ConnectionError::Unusable)?;
        let (base, origin) = base;
        let authorization = match provider.flow {
            Flow::OAuth => Access::bearer(&token.access_token),
            Flow::Session(_) => Access::bare(&token.access_token),
        };
        Ok(Arc::new(Access {
            authorization: authorization.ok_or_else(|| malformed(provider))?,
            base,
            origin,
            generation: self.generations.fetch_add(1, Ordering::Relaxed),
            since: asked,
            expires: asked.after(token.expires_in.unwrap_or(provider.lifetime)),
            claims: Claims::of(&token.access_token),
            licensing: connection.licensing,
            place: token.place,
            answers: &provider.answers,
        }))
    }

    /// The refresh token that took the place of the applied one.
    pub(crate) async fn rotated(&self, key: &ConnectionKey) -> Result<Option<Secret>, ConnectionError> {
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
            let applied = self.applied(key).await?;
            if !records::same_sign_in(used, &applied.connection) {
                return Ok(false);
            }
            let batch = Batch::new()
                .expect(records::place(key), Some(applied.revision))
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

/// What a failed request means, of a connection that is new or is not.
pub(crate) fn refused(
    provider: &Provider,
    key: &ConnectionKey,
    error: NoToken,
    secrets: &[&Secret],
    new: bool,
) -> ConnectionError {
    let unreachable = |source: Arc<dyn std::error::Error + Send + Sync>| ConnectionError::Unreachable {
        connection: key.clone(),
        source,
    };
    match error {
        NoToken::Refused(answer) => match refusal::read(provider, &key.connection, &answer, secrets, new) {
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
        NoToken::Elsewhere(place) => {
            let message = format!(
                "{} let the user in to {place} and not to the one of `url`: it is none of its users.",
                provider.title
            );
            let problem = Problem::new(format!("{}.elsewhere", provider.name), message).remedy(
                "Make the user a member of the vault, or correct `url`; nothing was sent to the other one.",
            );
            ConnectionError::Unusable(problem.at(refusal::pointer(&key.connection, Field::Url)))
        }
    }
}

fn incomplete() -> Problem {
    Problem::new("connection.incomplete", "The connection lacks what its provider needs.")
        .remedy("Apply it again.")
}

pub(crate) fn malformed(provider: &Provider) -> ConnectionError {
    let message = format!("What answered in place of {} gave no token.", provider.title);
    let remedy = "Check the connection's sign-in address, and what stands between it and this host.";
    ConnectionError::Unusable(
        Problem::new(format!("{}.sign-in-malformed", provider.name), message).remedy(remedy),
    )
}

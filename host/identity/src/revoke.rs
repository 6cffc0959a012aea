//! Taking back everything that a connection gave out.
//!
//! Everybody is signed out, tokens and sessions are dropped here and, where the upstream takes that, there. The connection is
//! then marked: for itself it sends nothing until other credentials are applied, and for a person nothing until they
//! sign in again.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use serde::{Deserialize, Serialize};
use tieline_store::{Batch, CommitError, Key, Space, Store, StoreError};
use tieline_types::{ConnectionKey, Digest, Problem, Secret, Timestamp, tenant::Connection};
use url::form_urlencoded;

use crate::{
    Access, ConnectionError, Connections, Identity, Sealed, Vault,
    oauth::{Http, NoToken},
    people::record,
    providers::Revocation,
    records,
    sign_in::{Applied, SignIn},
};

/// What revoking a connection did.
#[derive(Debug)]
pub struct Revoked {
    /// How many sign-ins ended.
    pub signed_out: usize,
    /// How many tokens and sessions the upstream was told of.
    pub told: usize,
    /// Why it was not told of others, and what to do there.
    pub untold: Option<Problem>,
}

/// Stands beside a connection that was revoked.
#[derive(Serialize, Deserialize)]
pub(crate) struct Mark {
    pub(crate) at: Timestamp,
    /// The digests of the secrets that it had. Sealed, since a password can be guessed from its digest.
    was: Sealed,
}

/// The digests of a connection's secrets, each at its place.
type Digests = [Option<Digest>; 5];

fn place(key: &ConnectionKey) -> Key {
    Key::new(Space::Token).part(key.tenant.as_str()).part(key.connection.as_str()).part("revoked")
}

fn purpose(key: &ConnectionKey) -> String {
    format!("connection {} revoked credential", key.connection)
}

fn digests(connection: &Connection<Secret>) -> Digests {
    connection.secrets().map(|secret| secret.map(|secret| Digest::of(secret.expose().as_bytes())))
}

/// The mark of a connection, if it was revoked.
pub(crate) async fn mark(store: &dyn Store, key: &ConnectionKey) -> Result<Option<Mark>, StoreError> {
    let Some(value) = store.get(&place(key)).await? else { return Ok(None) };
    serde_json::from_slice(&value.bytes).map(Some).map_err(|_| StoreError::Corrupt { what: "a revocation" })
}

/// The change that lifts a mark.
pub(crate) fn lift(key: &ConnectionKey, batch: Batch) -> Batch {
    batch.delete(place(key))
}

impl Mark {
    /// Whether a connection has no secret but those that were revoked.
    pub(crate) async fn is_of(
        &self,
        connection: &Connection<Secret>,
        key: &ConnectionKey,
        vault: &Vault,
    ) -> Result<bool, ConnectionError> {
        let was = vault.unseal(&key.tenant, &purpose(key), &self.was).await?;
        let was: Digests =
            serde_json::from_str(was.expose()).map_err(|_| StoreError::Corrupt { what: "a revocation" })?;
        Ok(digests(connection).iter().zip(&was).all(|(now, was)| now.is_none() || now == was))
    }

    /// Why nothing is sent.
    pub(crate) fn problem(&self, key: &ConnectionKey) -> Problem {
        let at = self.at.rfc3339();
        let message =
            format!("The connection `{}` was revoked at {at}: nothing is sent for it.", key.connection);
        Problem::new("connection.revoked", message)
            .remedy("Apply it with another credential; the one that was revoked is not taken again.")
    }
}

impl SignIn {
    /// Refuses a connection that was revoked.
    pub(crate) async fn not_revoked(&self, key: &ConnectionKey) -> Result<(), ConnectionError> {
        match mark(&*self.store, key).await? {
            Some(mark) => Err(ConnectionError::Unusable(mark.problem(key))),
            None => Ok(()),
        }
    }
}

impl Connections {
    /// Takes back all that a connection gave out: signs everybody out, drops its tokens and sessions, and lets it send
    /// nothing until it is applied with another credential. Then the upstream is told, as far as it can be.
    ///
    /// # Errors
    /// [`ConnectionError::Unknown`] when the tenant has no such connection; when the store fails, nothing was changed.
    pub async fn revoke(&self, key: &ConnectionKey) -> Result<Revoked, ConnectionError> {
        let (store, vault) = (&*self.sign_in.store, &self.sign_in.vault);
        let (applied, people, tokens) = loop {
            let applied = self.sign_in.applied(key).await?;
            let mut tokens = Vec::new();
            tokens.extend(self.sign_in.rotated(key).await?);
            tokens.extend(applied.connection.refresh_token.clone());
            let mut people =
                record::list(store, key).await?.iter().map(|who| who.identity()).collect::<Vec<_>>();
            if record::load(store, key, &Identity::Service).await?.is_some() {
                people.push(Identity::Service);
            }
            let was = match mark(store, key).await? {
                // What was revoked before stays so.
                Some(mark) if mark.is_of(&applied.connection, key, vault).await? => mark.was,
                _ => {
                    let was = serde_json::to_string(&digests(&applied.connection));
                    let was = Secret::new(was.expect("digests always become JSON"));
                    vault.seal(&key.tenant, &purpose(key), &was).await?
                }
            };
            let mark = serde_json::to_vec(&Mark { at: self.sign_in.clock.now(), was });
            let without = Connection { refresh_token: None, ..applied.connection.clone() };
            // Written anew in any case: a token that is on its way belongs to what it was, and is not kept.
            let without = records::put(key, &records::seal(vault, key, without).await?);
            let batch = record::forget(store, key)
                .await?
                .expect(records::place(key), Some(applied.revision))
                .delete(records::rotated_place(key))
                .put(place(key), mark.expect("plain data always becomes JSON"))
                .ops([without]);
            match store.commit(batch).await {
                Ok(_) => break (applied, people, tokens),
                Err(CommitError::Conflict { .. }) => {} // Somebody signed in, or it was applied, just now.
                Err(error) => return Err(error.into()),
            }
        };
        let access = self.tokens.held(key);
        self.changed(key);
        for identity in &people {
            self.sign_in.news.tell(key.clone(), identity.clone());
        }
        let (told, untold) = self.tell(&applied, &access, tokens).await;
        tracing::warn!(connection = %key, signed_out = people.len(), told, "a connection was revoked");
        Ok(Revoked { signed_out: people.len(), told, untold })
    }

    /// Tells the upstream which tokens are over. One that it cannot be told of ends by itself.
    async fn tell(
        &self,
        applied: &Applied,
        access: &[Arc<Access>],
        refresh: Vec<Secret>,
    ) -> (usize, Option<Problem>) {
        let Applied { provider, endpoint, .. } = applied;
        let (path, deletes) = match provider.revocation {
            Revocation::Form(path) => (path, false),
            Revocation::Delete(path) => (path, true),
            Revocation::Nowhere(instead) => {
                let message = format!("{} takes no word that a token is over.", provider.title);
                return (0, Some(Problem::new("connection.revoked-here-only", message).remedy(instead)));
            }
        };
        let http = Http { egress: &self.sign_in.egress, endpoint };
        let (mut told, mut untold) = (0, None);
        let mut requests: Vec<_> =
            access.iter().map(|access| asked(deletes, &access.authorization)).collect();
        if !deletes {
            requests.extend(refresh.iter().map(form));
        }
        for (method, headers, body) in requests {
            let Some(url) = endpoint.page(path) else { continue };
            match http.answer(method, url, headers, body).await {
                Ok(_) => told += 1,
                Err(error) => untold = Some(not_told(applied, &error)),
            }
        }
        (told, untold)
    }
}

/// What tells that a token is over which is in use.
fn asked(deletes: bool, authorization: &HeaderValue) -> (Method, HeaderMap, Bytes) {
    if deletes {
        let headers = HeaderMap::from_iter([(header::AUTHORIZATION, authorization.clone())]);
        return (Method::DELETE, headers, Bytes::new());
    }
    let value = authorization.to_str().unwrap_or_default();
    form(&Secret::new(value.strip_prefix("Bearer ").unwrap_or(value)))
}

fn form(token: &Secret) -> (Method, HeaderMap, Bytes) {
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
    let form = form_urlencoded::Serializer::new(String::new()).append_pair("token", token.expose()).finish();
    (Method::POST, HeaderMap::from_iter([(header::CONTENT_TYPE, kind)]), form.into())
}

fn not_told(applied: &Applied, error: &NoToken) -> Problem {
    // The cause may repeat what was sent.
    let why = match error {
        NoToken::Refused(answer) => format!("it answered {}", answer.status.as_u16()),
        NoToken::Egress(_) => "it was not reached".to_owned(),
        NoToken::Malformed | NoToken::Elsewhere(_) => "it did not answer as it should".to_owned(),
    };
    let message = format!("{} was not told of every token that is over: {why}.", applied.provider.title);
    Problem::new("connection.revoked-here-only", message)
        .remedy("Take them back there, or wait until they end by themselves; this host uses them no more.")
}

//! The connections of all tenants.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::AtomicU64},
};

use parking_lot::RwLock;
use tieline_egress::Egress;
use tieline_store::{Batch, Store};
use tieline_types::{
    Clock, ConnectionKey, ConnectionName, Problem, Secret, TenantId,
    api::ConnectionSummary,
    config::Cloud,
    secret::SecretState,
    tenant::{Connection, Licensing},
    throttle::CallLimit,
};

use crate::{
    Access, Answers, Clouds, ConnectionError, Identity, Vault,
    certificate::Certificate,
    consent,
    people::{self, News},
    providers::{self, Field, Provider},
    publisher::Published,
    records,
    refusal::pointer,
    revoke,
    sign_in::SignIn,
    tokens::Tokens,
    validate,
};

/// The connections of all tenants: what is stored of them, and the tokens they give. Cheap to clone.
#[derive(Clone)]
pub struct Connections {
    pub(crate) sign_in: Arc<SignIn>,
    pub(crate) tokens: Arc<Tokens>,
    /// What is refused for want of consent.
    pub(crate) troubles: Arc<consent::Troubles>,
    /// By connection: asked before every call. None of one that is not there, or whose provider this host does not know.
    providers: Arc<RwLock<HashMap<ConnectionKey, Option<&'static Provider>>>>,
    /// The keys of directories, by which notifications with content are known.
    pub(crate) published: Arc<Published>,
    /// By connection: asked before every call to Graph.
    registrations: Arc<RwLock<HashMap<ConnectionKey, Arc<Registration>>>>,
}

/// Whose calls Graph counts together: those of one app registration in one directory, over all connections and
/// tenants that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Cloud, directory and client id.
    pub id: (String, String, String),
    /// How often it may call.
    pub limits: Arc<[CallLimit]>,
}

/// What storing a connection changes.
#[derive(Debug)]
pub struct Prepared {
    /// To be committed by the caller with all else that is applied.
    pub batch: Batch,
    /// The connection that stands; none: there is none of this name.
    pub before: Option<Connection<SecretState>>,
    /// The connection as it is then. A secret that is another one than before is `changed`.
    pub after: Connection<SecretState>,
}

/// The app registration behind a Microsoft connection: who owns its Graph subscriptions.
#[derive(Debug, Clone)]
pub struct Application {
    /// The cloud's name.
    pub cloud_name: String,
    /// The cloud.
    pub cloud: Cloud,
    /// Entra directory (tenant) id.
    pub directory_id: String,
    /// OAuth client id.
    pub client_id: String,
    /// How metered Teams APIs are paid for.
    pub licensing: Option<Licensing>,
}

impl Connections {
    /// Connections in this store, signed in through this door.
    pub fn new(
        store: Arc<dyn Store>,
        egress: Egress,
        vault: Vault,
        clouds: Clouds,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let generations = AtomicU64::new(1);
        let news = News::default();
        let sign_in = Arc::new(SignIn { store, egress, vault, clouds, clock, generations, news });
        let tokens = Arc::new(Tokens::new(sign_in.clone()));
        let (providers, registrations) = (Arc::default(), Arc::default());
        Self {
            tokens,
            sign_in,
            troubles: Arc::default(),
            providers,
            published: Arc::default(),
            registrations,
        }
    }

    /// The changes that store a connection, to be followed by [`changed`](Self::changed) once they are committed. Where it
    /// signs in as another app or elsewhere than before, everybody is signed out of it. An empty batch when it stands already
    /// exactly as asked: applying the same document again changes nothing, and does not bring back a refresh token that was
    /// since replaced, or what was [revoked](Self::revoke).
    ///
    /// # Errors
    /// [`ConnectionError::Invalid`] with everything that is wrong with it, each at its field.
    pub async fn prepare(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
        mut connection: Connection<Secret>,
    ) -> Result<Prepared, ConnectionError> {
        let mut problems = validate::problems(name, &connection, &self.sign_in.clouds);
        if let Some(text) = &connection.certificate {
            match Certificate::read(text) {
                Ok(certificate) => connection.expires_at = Some(certificate.expires),
                Err(problem) => problems.push(problem.at(pointer(name, Field::Certificate))),
            }
        }
        if !problems.is_empty() {
            return Err(ConnectionError::Invalid(problems));
        }
        let key = ConnectionKey { tenant: tenant.clone(), connection: name.clone() };
        let (store, vault) = (&*self.sign_in.store, &self.sign_in.vault);
        let revoked = revoke::mark(store, &key).await?;
        let still_revoked = match &revoked {
            Some(mark) => mark.is_of(&connection, &key, vault).await?,
            None => false,
        };
        if still_revoked {
            // As it stands since then.
            connection.refresh_token = None;
        }
        let lifted =
            |batch| if revoked.is_some() && !still_revoked { revoke::lift(&key, batch) } else { batch };
        let stored = match records::load(store, &key).await? {
            Some(record) => Some(records::unseal(vault, &key, record.connection).await?),
            None => None,
        };
        let after = records::told(&connection, stored.as_ref());
        let before = stored.clone().map(|stored| stored.with_each(SecretState::Set));
        let batch = match &stored {
            Some(stored) if *stored == connection => Batch::new(),
            Some(stored) if records::same_sign_in(stored, &connection) => {
                lifted(Batch::new().ops([records::put(&key, &records::seal(vault, &key, connection).await?)]))
            }
            _ => {
                // Tokens of what it was are of no use for what it is: everybody signs in again.
                let people = people::record::forget(store, &key).await?;
                let new_until = self.sign_in.clock.now().after(records::NEW_FOR);
                let signed_out = people.delete(records::rotated_place(&key)).delete(consent::place(&key));
                let applied = records::put(&key, &records::seal(vault, &key, connection).await?);
                lifted(signed_out.put_until(records::new_place(&key), "new", new_until).ops([applied]))
            }
        };
        Ok(Prepared { batch, before, after })
    }

    /// The changes that remove a connection, its tokens, and everybody's sign-in; to be followed by
    /// [`changed`](Self::changed).
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn forget(&self, tenant: &TenantId, name: &ConnectionName) -> Result<Batch, ConnectionError> {
        let key = ConnectionKey { tenant: tenant.clone(), connection: name.clone() };
        let people = people::record::forget(&*self.sign_in.store, &key).await?;
        let gone = [
            records::place(&key),
            records::rotated_place(&key),
            records::new_place(&key),
            consent::place(&key),
        ];
        Ok(revoke::lift(&key, gone.into_iter().fold(people, Batch::delete)))
    }

    /// Called after a commit that changed a connection: its cached token is used no more.
    pub fn changed(&self, key: &ConnectionKey) {
        self.tokens.forget(key);
        self.troubles.forget(key);
        self.providers.write().remove(key);
        self.registrations.write().remove(key);
    }

    /// Whose calls Graph counts together with those of this connection.
    ///
    /// # Errors
    /// As [`application`](Self::application).
    pub async fn registration(&self, key: &ConnectionKey) -> Result<Arc<Registration>, ConnectionError> {
        if let Some(known) = self.registrations.read().get(key) {
            return Ok(Arc::clone(known));
        }
        let Application { cloud_name, cloud, directory_id, client_id, .. } = self.application(key).await?;
        let id = (cloud_name, directory_id, client_id);
        let registration = Arc::new(Registration { id, limits: cloud.limits.into() });
        self.registrations.write().insert(key.clone(), Arc::clone(&registration));
        Ok(registration)
    }

    /// How the answers of a connection's upstream are read. Of one that is not there they are read plainly.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn answers(&self, key: &ConnectionKey) -> Result<&'static Answers, ConnectionError> {
        Ok(self.provider(key).await?.map_or(Answers::plain(), |provider| &provider.answers))
    }

    /// What a connection's provider is called, as in `provider = "…"`; `unknown` where nobody can tell.
    pub async fn provider_name(&self, key: &ConnectionKey) -> &'static str {
        self.provider(key).await.ok().flatten().map_or("unknown", |provider| provider.name)
    }

    async fn provider(&self, key: &ConnectionKey) -> Result<Option<&'static Provider>, ConnectionError> {
        if let Some(known) = self.providers.read().get(key).copied() {
            return Ok(known);
        }
        let Some(record) = records::load(&*self.sign_in.store, key).await? else { return Ok(None) };
        let provider = providers::named(&record.connection.provider);
        self.providers.write().insert(key.clone(), provider);
        Ok(provider)
    }

    /// The connections of a tenant by name; secrets are named, never shown.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list(&self, tenant: &TenantId) -> Result<Vec<ConnectionSummary>, ConnectionError> {
        records::list(&*self.sign_in.store, tenant).await
    }

    /// A credential that is good now. Asked before every upstream call, so it answers from memory whenever a
    /// token has a minute left; else there is one token request, however many ask.
    ///
    /// # Errors
    /// See [`ConnectionError`]; nothing was sent to the upstream in any case.
    pub async fn authorize(
        &self,
        key: &ConnectionKey,
        identity: &Identity,
    ) -> Result<Arc<Access>, ConnectionError> {
        self.tokens.get(key, identity).await
    }

    /// Another credential after `stale` met a 401. One token request for each stale token, however many
    /// calls met it.
    ///
    /// # Errors
    /// As [`authorize`](Self::authorize).
    pub async fn renew(
        &self,
        key: &ConnectionKey,
        identity: &Identity,
        stale: &Access,
    ) -> Result<Arc<Access>, ConnectionError> {
        self.tokens.renew(key, identity, stale.generation).await
    }

    /// The app registration behind a Microsoft connection.
    ///
    /// # Errors
    /// [`ConnectionError::Unusable`] when the connection has another provider or its cloud is gone.
    pub async fn application(&self, key: &ConnectionKey) -> Result<Application, ConnectionError> {
        let record = records::load(&*self.sign_in.store, key).await?;
        let connection = record.ok_or_else(|| ConnectionError::Unknown(key.clone()))?.connection;
        let licensing = connection.licensing;
        let cloud_name = connection.cloud.unwrap_or_else(|| Clouds::DEFAULT.to_owned());
        let cloud = self.sign_in.clouds.get(&cloud_name).cloned();
        let in_cloud = providers::named(&connection.provider).is_some_and(providers::Provider::is_graph);
        match (cloud, connection.directory_id, connection.client_id) {
            (Some(cloud), Some(directory_id), Some(client_id)) if in_cloud => {
                Ok(Application { cloud_name, cloud, directory_id, client_id, licensing })
            }
            _ => Err(ConnectionError::Unusable(
                Problem::new(
                    "connection.not-microsoft",
                    format!("The connection {key} is no app registration in a known Microsoft cloud."),
                )
                .remedy("Apply a connection with provider `microsoft` and a cloud of tieline.toml."),
            )),
        }
    }
}

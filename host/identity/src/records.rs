//! Connections as they lie in the store: every secret sealed for its tenant, its connection and its field.

use std::time::Duration;

use tieline_store::{Key, Op, Pages, Space, Store, StoreError, Value};
use tieline_types::{
    ConnectionKey, ConnectionName, Secret, TenantId, api::ConnectionSummary, secret::SecretState,
    tenant::Connection,
};

use crate::{Clouds, ConnectionError, Sealed, Vault, revoke};

/// A connection as it is stored.
pub(crate) struct Record {
    pub(crate) connection: Connection<Sealed>,
    /// Of the stored value: a commit that expects it loses against an apply that came between.
    pub(crate) revision: u64,
}

const RECORD: &str = "connection";

/// Where a connection lies.
pub(crate) fn place(key: &ConnectionKey) -> Key {
    Key::new(Space::Connection).part(key.tenant.as_str()).part(key.connection.as_str())
}

/// Where the refresh token lies that took the place of the applied one.
pub(crate) fn rotated_place(key: &ConnectionKey) -> Key {
    Key::new(Space::Token).part(key.tenant.as_str()).part(key.connection.as_str()).part("refresh-token")
}

/// Where it is noted that a connection was applied just now.
pub(crate) fn new_place(key: &ConnectionKey) -> Key {
    Key::new(Space::Token).part(key.tenant.as_str()).part(key.connection.as_str()).part("new")
}

/// So long a provider may not know the app of a connection that was just applied: it may be as new itself.
pub(crate) const NEW_FOR: Duration = Duration::from_secs(10 * 60);

/// What a secret of a connection is sealed for.
pub(crate) fn purpose(connection: &ConnectionName, field: &str) -> String {
    format!("connection {connection} {field}")
}

/// What a rotated refresh token is sealed for.
pub(crate) fn rotated_purpose(connection: &ConnectionName) -> String {
    format!("connection {connection} rotated refresh_token")
}

pub(crate) async fn load(store: &dyn Store, key: &ConnectionKey) -> Result<Option<Record>, StoreError> {
    let Some(value) = store.get(&place(key)).await? else { return Ok(None) };
    Ok(Some(Record { connection: read(&value.bytes)?, revision: value.revision }))
}

fn read(bytes: &[u8]) -> Result<Connection<Sealed>, StoreError> {
    serde_json::from_slice(bytes).map_err(|_| StoreError::Corrupt { what: RECORD })
}

/// Seals the secrets of a connection.
pub(crate) async fn seal(
    vault: &Vault,
    key: &ConnectionKey,
    connection: Connection<Secret>,
) -> Result<Connection<Sealed>, ConnectionError> {
    let mut sealed = [const { None }; 5];
    for (place, (field, secret)) in sealed.iter_mut().zip(named(connection.secrets())) {
        if let Some(secret) = secret {
            *place = Some(vault.seal(&key.tenant, &purpose(&key.connection, field), secret).await?);
        }
    }
    Ok(connection.with_secrets(sealed))
}

/// Opens the secrets of a connection as it was applied.
pub(crate) async fn unseal(
    vault: &Vault,
    key: &ConnectionKey,
    connection: Connection<Sealed>,
) -> Result<Connection<Secret>, ConnectionError> {
    let mut opened = [const { None }; 5];
    for (place, (field, sealed)) in opened.iter_mut().zip(named(connection.secrets())) {
        if let Some(sealed) = sealed {
            *place = Some(vault.unseal(&key.tenant, &purpose(&key.connection, field), sealed).await?);
        }
    }
    Ok(connection.with_secrets(opened))
}

fn named<T>(secrets: [Option<T>; 5]) -> impl Iterator<Item = (&'static str, Option<T>)> {
    Connection::<Secret>::SECRETS.into_iter().zip(secrets)
}

/// Whether two forms of a connection stand for one sign-in, so that a refresh token which came of the one is
/// good for the other.
pub(crate) fn same_sign_in(one: &Connection<Secret>, other: &Connection<Secret>) -> bool {
    one.provider == other.provider
        && one.cloud == other.cloud
        && one.directory_id == other.directory_id
        && one.login_url == other.login_url
        && one.environment_url == other.environment_url
        && one.url == other.url
        && one.username == other.username
        && one.client_id == other.client_id
        && one.refresh_token == other.refresh_token
}

/// A connection that takes the place of another one, told without its secrets: which are set, and which are others than before.
pub(crate) fn told(
    connection: &Connection<Secret>,
    before: Option<&Connection<Secret>>,
) -> Connection<SecretState> {
    let mut told = connection.secrets().map(|secret| secret.map(|_| SecretState::Set));
    let was = before.map(Connection::secrets).unwrap_or_default();
    for ((told, is), was) in told.iter_mut().zip(connection.secrets()).zip(was) {
        if is.is_some() && was.is_some() && is != was {
            *told = Some(SecretState::Changed);
        }
    }
    connection.clone().with_secrets(told)
}

/// The change that stores a connection.
pub(crate) fn put(key: &ConnectionKey, connection: &Connection<Sealed>) -> Op {
    let value = serde_json::to_vec(connection).expect("texts and URLs always become JSON");
    Op::Put { key: place(key), value: value.into(), expires: None }
}

/// All connections of a tenant, by name.
pub(crate) async fn all(
    store: &dyn Store,
    tenant: &TenantId,
) -> Result<Vec<(ConnectionName, Record)>, ConnectionError> {
    let prefix = Key::new(Space::Connection).part(tenant.as_str());
    let named = |(key, value): (Key, Value)| {
        let name = key.last().and_then(|name| name.parse().ok());
        let name = name.ok_or(StoreError::Corrupt { what: RECORD })?;
        Ok((name, Record { connection: read(&value.bytes)?, revision: value.revision }))
    };
    Pages::all(store, prefix).await?.into_iter().map(named).collect()
}

/// All connections of a tenant in short, by name.
pub(crate) async fn list(
    store: &dyn Store,
    tenant: &TenantId,
) -> Result<Vec<ConnectionSummary>, ConnectionError> {
    let mut listed = Vec::new();
    for (name, record) in all(store, tenant).await? {
        let key = ConnectionKey { tenant: tenant.clone(), connection: name.clone() };
        let revoked = revoke::mark(store, &key).await?.map(|mark| mark.at);
        listed.push(ConnectionSummary { revoked, ..summary(name, record.connection) });
    }
    Ok(listed)
}

fn summary(name: ConnectionName, connection: Connection<Sealed>) -> ConnectionSummary {
    let (environment, login) = (connection.environment_url.as_ref(), connection.login_url.as_ref());
    let address = environment.or(login).or(connection.url.as_ref());
    let login = address.map(|url| url.as_str().trim_end_matches('/').to_owned());
    let secrets = named(connection.secrets()).filter(|(_, set)| set.is_some());
    let secrets = secrets.map(|(field, _)| field.to_owned()).collect();
    ConnectionSummary {
        name,
        provider: connection.provider,
        target: login.or(connection.cloud).unwrap_or_else(|| Clouds::DEFAULT.to_owned()),
        client_id: connection.client_id,
        title: connection.name,
        directory_id: connection.directory_id,
        object_id: connection.object_id,
        secrets,
        expires_at: connection.expires_at,
        licensing: connection.licensing,
        revoked: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(username: &str, password: Option<&str>) -> Connection<Secret> {
        let connection = serde_json::json!({"provider": "vault", "username": username, "password": password});
        serde_json::from_value(connection).expect("a connection")
    }

    #[test]
    fn of_secrets_only_their_state_is_told() {
        let before = vault("canary-a", Some("canary-1"));
        let states = |connection: Connection<SecretState>| (connection.username, connection.password);
        let (set, changed) = (Some(SecretState::Set), Some(SecretState::Changed));
        assert_eq!(states(told(&vault("canary-a", Some("canary-2")), Some(&before))), (set, changed));
        assert_eq!(states(told(&vault("canary-b", None), Some(&before))), (changed, None));
        assert_eq!(states(told(&before, Some(&vault("canary-a", None)))), (set, set));
        assert_eq!(states(told(&before, None)), (set, set));
    }
}

//! Signed-in people as they lie in the store, under their tenant and connection: never by directory alone, which
//! several tenants may share.

use serde::{Deserialize, Serialize};
use tieline_store::{Batch, Key, Op, Pages, Space, Store, StoreError};
use tieline_types::{ConnectionKey, ConnectionName, Problem, Timestamp};

use crate::{Identity, Sealed};

/// Somebody who is signed in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Person {
    /// Entra's `tid`.
    pub(crate) directory_id: String,
    /// Entra's `oid`.
    pub(crate) object_id: String,
    pub(crate) user_name: String,
    pub(crate) display_name: String,
    pub(crate) scopes: Vec<String>,
    /// As the id token said when they signed in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) app_roles: Vec<String>,
    pub(crate) since: Timestamp,
    /// When a token was last got.
    pub(crate) refreshed: Timestamp,
    pub(crate) refresh_token: Sealed,
    /// Why they must sign in again, if they must: then nobody is asked for a token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<Problem>,
}

/// Entries read at once.
const PAGE: usize = 200;
const PEOPLE: &str = "person";
const SERVICE: &str = "service";

/// Everything about the people of a connection.
pub(crate) fn all(key: &ConnectionKey) -> Key {
    Key::new(Space::Person).part(key.tenant.as_str()).part(key.connection.as_str())
}

/// Where somebody's sign-in lies; none for the connection itself, which is nobody.
pub(crate) fn place(key: &ConnectionKey, identity: &Identity) -> Option<Key> {
    match identity {
        Identity::App => None,
        Identity::Service => Some(all(key).part(SERVICE)),
        Identity::Actor(who) => Some(all(key).part(PEOPLE).part(&who.directory_id).part(&who.object_id)),
    }
}

/// What a person's refresh token is sealed for.
pub(crate) fn purpose(connection: &ConnectionName, directory_id: &str, object_id: &str) -> String {
    format!("connection {connection} refresh_token of {directory_id}/{object_id}")
}

/// The change that stores a sign-in.
pub(crate) fn put(place: Key, person: &Person) -> Op {
    let value = serde_json::to_vec(person).expect("plain data always becomes JSON");
    Op::Put { key: place, value: value.into(), expires: None }
}

/// A sign-in and its revision.
pub(crate) async fn load(
    store: &dyn Store,
    key: &ConnectionKey,
    identity: &Identity,
) -> Result<Option<(Person, u64)>, StoreError> {
    let Some(place) = place(key, identity) else { return Ok(None) };
    let Some(value) = store.get(&place).await? else { return Ok(None) };
    Ok(Some((read(&value.bytes)?, value.revision)))
}

/// All people of a connection, without its service user.
pub(crate) async fn list(store: &dyn Store, key: &ConnectionKey) -> Result<Vec<Person>, StoreError> {
    let people = Pages::all(store, all(key).part(PEOPLE)).await?;
    people.iter().map(|(_, value)| read(&value.bytes)).collect()
}

/// What ends every sign-in of a connection, and those under way. Expects that nobody has signed in meanwhile.
pub(crate) async fn forget(store: &dyn Store, key: &ConnectionKey) -> Result<Batch, StoreError> {
    let prefix = all(key);
    let mut batch = Batch::new();
    let mut after: Option<Key> = None;
    loop {
        let page = store.scan(&prefix, after.as_ref(), PAGE).await?;
        batch = batch.expect_range(prefix.clone(), after.clone(), PAGE, &page);
        batch.ops.extend(page.iter().map(|(key, _)| Op::Delete { key: key.clone() }));
        if page.len() < PAGE {
            return Ok(batch);
        }
        after = page.into_iter().next_back().map(|(key, _)| key);
    }
}

fn read(bytes: &[u8]) -> Result<Person, StoreError> {
    serde_json::from_slice(bytes).map_err(|_| StoreError::Corrupt { what: "person" })
}

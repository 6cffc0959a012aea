//! Secrets that stay as they are when a connection is changed, and connections shown without theirs. A secret stays only
//! where it goes to the same place as before: whoever may change a connection must not have its secret sent to them.

use tieline_types::{
    ConnectionKey, ConnectionName, GivenSecret, Problem, Secret, SetSecret, TenantId, tenant::Connection,
};

use crate::{ConnectionError, Connections, Sealed, records};

/// A connection as it is shown: its secrets are named, and no more.
pub struct ShownConnection {
    /// Its name.
    pub name: ConnectionName,
    /// What is stored.
    pub connection: Connection<SetSecret>,
    /// Of the stored value: it changes with every change, also of a secret.
    pub revision: u64,
}

impl Connections {
    /// The connections of a tenant, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn shown(&self, tenant: &TenantId) -> Result<Vec<ShownConnection>, ConnectionError> {
        let all = records::all(&*self.sign_in.store, tenant).await?;
        let shown = |(name, record): (ConnectionName, records::Record)| ShownConnection {
            name,
            connection: without_secrets(record.connection),
            revision: record.revision,
        };
        Ok(all.into_iter().map(shown).collect())
    }

    /// A connection as it was given, with the secrets put in that are to stay.
    ///
    /// # Errors
    /// [`ConnectionError::Invalid`] where there is none that could stay.
    pub async fn completed(
        &self,
        key: &ConnectionKey,
        given: Connection<GivenSecret>,
    ) -> Result<Connection<Secret>, ConnectionError> {
        let keeps = given.secrets().into_iter().flatten().any(|secret| secret.0.is_none());
        let stored = match records::load(&*self.sign_in.store, key).await? {
            Some(record) if keeps => {
                Some(records::unseal(&self.sign_in.vault, key, record.connection).await?)
            }
            _ => None,
        };
        completed(&key.connection, given, stored.as_ref()).map_err(ConnectionError::Invalid)
    }
}

fn without_secrets(stored: Connection<Sealed>) -> Connection<SetSecret> {
    stored.with_each(SetSecret::SET)
}

fn completed(
    name: &ConnectionName,
    given: Connection<GivenSecret>,
    stored: Option<&Connection<Secret>>,
) -> Result<Connection<Secret>, Vec<Problem>> {
    let same_place = stored.is_some_and(|stored| goes_to_the_same_place(stored, &given));
    let set = stored.map(Connection::secrets).unwrap_or_default();
    let (mut problems, mut secrets) = (Vec::new(), [const { None }; 5]);
    let fields = Connection::<Secret>::SECRETS.into_iter().zip(given.secrets().into_iter().zip(set));
    for (place, (field, (given, set))) in secrets.iter_mut().zip(fields) {
        let missing = |code: &str, message: String| {
            Problem::new(code, message)
                .remedy("Give the secret itself.")
                .at(format!("/connections/{name}/{field}"))
        };
        match (given.map(|secret| &secret.0), set) {
            (None, _) => {}
            (Some(Some(new)), _) => *place = Some(new.clone()),
            (Some(None), Some(set)) if same_place => *place = Some(set.clone()),
            (Some(None), Some(_)) => problems.push(missing(
                "connection.secret-elsewhere",
                format!("The connection leads elsewhere than before, so its `{field}` does not stay."),
            )),
            (Some(None), None) => problems
                .push(missing("connection.secret-unset", format!("There is no `{field}` that could stay."))),
        }
    }
    if problems.is_empty() { Ok(given.with_secrets(secrets)) } else { Err(problems) }
}

fn goes_to_the_same_place<S, T>(one: &Connection<S>, other: &Connection<T>) -> bool {
    one.provider == other.provider
        && one.cloud == other.cloud
        && one.directory_id == other.directory_id
        && one.login_url == other.login_url
        && one.environment_url == other.environment_url
        && one.url == other.url
        && one.client_id == other.client_id
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn stored() -> Connection<Secret> {
        let json = json!({ "provider": "vault", "url": "https://acme.veevavault.com", "username": "u",
                           "password": "p" });
        serde_json::from_value(json).unwrap()
    }

    fn put(change: Value) -> Result<Connection<Secret>, Vec<String>> {
        let mut given = json!({ "provider": "vault", "url": "https://acme.veevavault.com" });
        given.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let given = serde_json::from_value(given).unwrap();
        let completed = completed(&"vault".parse().unwrap(), given, Some(&stored()));
        completed.map_err(|problems| problems.into_iter().map(|problem| problem.code).collect())
    }

    #[test]
    fn a_secret_stays_changes_or_goes() {
        let kept = put(json!({ "username": true, "password": "new" })).unwrap();
        assert_eq!((kept.username, kept.password), (Some(Secret::new("u")), Some(Secret::new("new"))));
        assert_eq!(put(json!({ "username": true })).unwrap().password, None);
        let titled = put(json!({ "name": "Safety", "username": true, "password": true })).unwrap();
        assert_eq!(titled.secrets(), stored().secrets());
    }

    #[test]
    fn no_secret_follows_a_connection_to_another_place() {
        for change in [
            json!({ "url": "https://evil.veevavault.com" }),
            json!({ "provider": "salesforce" }),
            json!({ "login_url": "https://evil.example.com" }),
            json!({ "cloud": "other" }),
            json!({ "client_id": "other" }),
        ] {
            let mut change = change;
            change["password"] = json!(true);
            assert_eq!(put(change.clone()).unwrap_err(), ["connection.secret-elsewhere"], "{change}");
            change["password"] = json!("given anew");
            assert!(put(change).is_ok());
        }
        assert_eq!(put(json!({ "client_secret": true })).unwrap_err(), ["connection.secret-unset"]);
    }

    #[test]
    fn what_is_shown_names_secrets_and_holds_none() {
        let sealed = [None, None, None, None, Some(Sealed::stored("1.canary"))];
        let shown = without_secrets(stored().with_secrets(sealed));
        let json = serde_json::to_string(&shown).unwrap();
        assert!(json.contains(r#""password":true"#) && !json.contains("canary"), "{json}");
    }
}

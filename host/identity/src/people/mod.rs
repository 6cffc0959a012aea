//! People who are signed in to a connection: who they are, their tokens, and their end.

mod access;
mod news;
pub(crate) mod record;

use std::time::Duration;

use tieline_store::{Batch, Op};
use tieline_types::{Actor, ConnectionKey, ConnectionName, Problem, Role, TenantId, api::PersonSummary};

pub(crate) use news::News;
use record::Person;

use crate::{ActorRef, ConnectionError, Connections, Identity, providers, records};

/// Whose sign-in is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose<'a> {
    /// The service user's.
    Service,
    /// That of the person with this object id or user name.
    User(&'a str),
    /// All of them.
    Everybody,
}

impl Connections {
    /// Who is signed in to a connection; the service user first.
    ///
    /// # Errors
    /// [`ConnectionError::Unknown`] when the tenant has no such connection.
    pub async fn people(&self, key: &ConnectionKey) -> Result<Vec<PersonSummary>, ConnectionError> {
        let store = &*self.sign_in.store;
        let record = records::load(store, key).await?.ok_or_else(|| ConnectionError::Unknown(key.clone()))?;
        let people = providers::named(&record.connection.provider).and_then(|found| found.people.as_ref());
        let idle = people.map_or(Duration::ZERO, |people| people.idle);
        let service = record::load(store, key, &Identity::Service).await?.map(|(person, _)| (person, true));
        let others = record::list(store, key).await?.into_iter().map(|person| (person, false));
        Ok(service
            .into_iter()
            .chain(others)
            .map(|(person, service)| summary(&key.connection, person, service, idle))
            .collect())
    }

    /// The person with this object id or user name who is signed in to a connection of the tenant, as an actor.
    /// Nobody of another tenant is ever found.
    ///
    /// # Errors
    /// [`ConnectionError::Unusable`] when there is nobody.
    pub async fn actor(&self, tenant: &TenantId, user: &str) -> Result<Actor, ConnectionError> {
        for connection in records::list(&*self.sign_in.store, tenant).await? {
            let key = ConnectionKey { tenant: tenant.clone(), connection: connection.name };
            let people = record::list(&*self.sign_in.store, &key).await?;
            if let Some(person) = people.into_iter().find(|person| is(person, user)) {
                return Ok(Actor {
                    directory_id: person.directory_id,
                    object_id: person.object_id,
                    display_name: person.display_name,
                    roles: Role::of_person(&person.app_roles).iter().map(ToString::to_string).collect(),
                });
            }
        }
        let user: String = user.chars().take(80).collect();
        let message = format!("Nobody called `{user}` is signed in to a connection of the tenant {tenant}.");
        Err(ConnectionError::Unusable(Problem::new("connection.not-signed-in", message).remedy(
            "Give the object id or the user name of somebody in `tieline connections people`, or have them sign in.",
        )))
    }

    /// Signs people out: their tokens are removed and used no more. How many that were.
    ///
    /// # Errors
    /// As [`people`](Self::people).
    pub async fn sign_out(&self, key: &ConnectionKey, whose: Whose<'_>) -> Result<usize, ConnectionError> {
        let store = &*self.sign_in.store;
        records::load(store, key).await?.ok_or_else(|| ConnectionError::Unknown(key.clone()))?;
        let mut leaving = Vec::new();
        if matches!(whose, Whose::Service | Whose::Everybody)
            && record::load(store, key, &Identity::Service).await?.is_some()
        {
            leaving.push(Identity::Service);
        }
        for person in record::list(store, key).await? {
            if matches!(whose, Whose::Everybody) || matches!(whose, Whose::User(user) if is(&person, user)) {
                leaving.push(person.identity());
            }
        }
        let places = leaving.iter().filter_map(|identity| record::place(key, identity));
        store.commit(Batch::new().ops(places.map(|key| Op::Delete { key }))).await?;
        for identity in &leaving {
            self.tokens.forget_one(key, identity);
            self.sign_in.news.tell(key.clone(), identity.clone());
        }
        Ok(leaving.len())
    }

    /// The next sign-in that ended or began, in the order in which it happened. For one listener.
    pub async fn next_news(&self) -> (ConnectionKey, Identity) {
        self.sign_in.news.next().await
    }

    /// Why somebody must sign in again, if they must. None also when they are not signed in at all.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn ended(
        &self,
        key: &ConnectionKey,
        identity: &Identity,
    ) -> Result<Option<Problem>, ConnectionError> {
        let found = record::load(&*self.sign_in.store, key, identity).await?;
        Ok(found.and_then(|(person, _)| person.problem))
    }
}

impl Person {
    /// Whose sign-in it is, unless it is the service user's.
    pub(crate) fn identity(&self) -> Identity {
        Identity::Actor(ActorRef {
            directory_id: self.directory_id.clone(),
            object_id: self.object_id.clone(),
        })
    }
}

fn is(person: &Person, user: &str) -> bool {
    person.object_id.eq_ignore_ascii_case(user) || person.user_name.eq_ignore_ascii_case(user)
}

pub(crate) fn summary(
    connection: &ConnectionName,
    person: Person,
    service: bool,
    idle: Duration,
) -> PersonSummary {
    PersonSummary {
        connection: connection.clone(),
        service,
        expires: person.refreshed.after(idle),
        directory_id: person.directory_id,
        object_id: person.object_id,
        user_name: person.user_name,
        display_name: person.display_name,
        roles: if service { Vec::new() } else { Role::of_person(&person.app_roles) },
        scopes: person.scopes,
        since: person.since,
        problem: person.problem,
    }
}

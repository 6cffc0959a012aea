//! From a person's sign-in to a token.

use std::sync::Arc;

use tieline_store::{Batch, CommitError};
use tieline_types::{ConnectionKey, Problem};

use super::record::{self, Person};
use crate::{
    Access, Claims, ConnectionError, Identity, oauth::Grant, providers::Cure, refusal, sign_in::SignIn,
};

impl SignIn {
    /// Gets a new token for somebody who is signed in. The refresh token that comes with it is durable before
    /// the access token is handed out.
    pub(crate) async fn access_of_person(
        &self,
        key: &ConnectionKey,
        identity: &Identity,
    ) -> Result<Arc<Access>, ConnectionError> {
        loop {
            let applied = match self.applied(key).await {
                Err(ConnectionError::Unknown(_)) => return Err(ConnectionError::Unusable(removed(key))),
                applied => applied?,
            };
            let found = record::load(&*self.store, key, identity).await?;
            let Some((person, revision)) = found else {
                return Err(ConnectionError::Unusable(absent(key, identity)));
            };
            if let Some(problem) = person.problem {
                return Err(ConnectionError::Unusable(problem));
            }
            let purpose = record::purpose(&key.connection, &person.directory_id, &person.object_id);
            let used = self.vault.unseal(&key.tenant, &purpose, &person.refresh_token).await?;
            let asked = self.clock.now();
            match self.ask(key, &applied, Grant::RefreshToken(&used)).await {
                Ok(token) => {
                    let mut next = Person { refreshed: asked, ..person };
                    if let Some(new) = &token.refresh_token {
                        next.refresh_token = self.vault.seal(&key.tenant, &purpose, new).await?;
                    }
                    let claims = Claims::of(&token.access_token);
                    if !claims.scp.is_empty() {
                        next.scopes = claims.permissions().map(str::to_owned).collect();
                    }
                    if self.keep_person(key, identity, revision, &next).await? {
                        return self.handed_out(&applied, token, asked);
                    }
                }
                Err(ConnectionError::Unusable(problem)) if has_ended(&problem) => {
                    let problem = ended(key, identity, &person, &problem);
                    let next = Person { problem: Some(problem.clone()), ..person };
                    if self.keep_person(key, identity, revision, &next).await? {
                        self.news.tell(key.clone(), identity.clone());
                        return Err(ConnectionError::Unusable(problem));
                    }
                }
                Err(error) => return Err(error),
            }
            // Signed in anew, or out, just now: look again.
        }
    }

    /// Makes the next form of a sign-in durable. False: it is another one by now.
    async fn keep_person(
        &self,
        key: &ConnectionKey,
        identity: &Identity,
        revision: u64,
        person: &Person,
    ) -> Result<bool, ConnectionError> {
        let Some(place) = record::place(key, identity) else { return Ok(false) };
        let batch = Batch::new().expect(place.clone(), Some(revision)).ops([record::put(place, person)]);
        match self.store.commit(batch).await {
            Ok(_) => Ok(true),
            Err(CommitError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// Whether a refusal means that no refresh token of this sign-in will ever be taken again.
fn has_ended(problem: &Problem) -> bool {
    refusal::cure(&problem.code) == Some(Cure::SignIn)
}

fn ended(key: &ConnectionKey, identity: &Identity, person: &Person, why: &Problem) -> Problem {
    let name = &person.display_name;
    let message = format!("{name} must sign in to `{}` again. {}", key.connection, why.message);
    Problem::new("connection.sign-in-expired", message).remedy(how_to_sign_in(key, identity))
}

fn absent(key: &ConnectionKey, identity: &Identity) -> Problem {
    let (code, message) = match identity {
        Identity::Service => {
            ("connection.no-service-user", format!("No service user is signed in to `{}`.", key.connection))
        }
        _ => ("connection.not-signed-in", format!("This person is not signed in to `{}`.", key.connection)),
    };
    Problem::new(code, message).remedy(how_to_sign_in(key, identity))
}

fn removed(key: &ConnectionKey) -> Problem {
    let message =
        format!("The connection `{}` was removed, and everybody is signed out of it.", key.connection);
    Problem::new("connection.removed", message)
        .remedy("Apply a connection with this name; then everybody signs in again.")
}

fn how_to_sign_in(key: &ConnectionKey, identity: &Identity) -> String {
    let service = if *identity == Identity::Service { " --service" } else { "" };
    format!("`tieline connections sign-in {key}{service}` gives the link at which to sign in.")
}

//! Signing in: authorization code with PKCE, and who it was.

use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, RedirectUrl, Scope, basic::BasicClient};
use tieline_store::{Batch, CommitError};
use tieline_types::{ConnectionKey, Problem, Secret};
use url::Url;

use super::{
    Callback, Errand, Outcome,
    id_token::{self, Expected, Who},
    pending::{self, Away},
    people, turned_away,
};
use crate::{
    ActorRef, Claims, ConnectionError, Connections, Identity,
    oauth::Grant,
    people::record::{self, Person},
    providers::{Cure, People},
    records, refusal, sign_in,
    sign_in::{Applied, SignIn},
};

/// What a browser is sent away with.
pub(super) struct Asking<'a> {
    pub(super) callback: &'a Url,
    pub(super) state: &'a str,
    pub(super) nonce: &'a Secret,
    pub(super) challenge: PkceCodeChallenge,
    /// What is asked for.
    pub(super) scopes: Vec<String>,
    /// Somebody is to be chosen: not whoever happens to be signed in to this browser.
    pub(super) choose: bool,
}

/// All that a connection acts with on behalf of its people.
pub(super) fn scopes(applied: &Applied, people: &People) -> Vec<String> {
    people.scopes.iter().map(|scope| (*scope).to_owned()).chain(applied.endpoint.scope.clone()).collect()
}

/// The page where somebody signs in.
pub(super) fn page(applied: &Applied, people: &People, asking: Asking<'_>) -> Option<Url> {
    let client_id = applied.connection.client_id.clone().unwrap_or_default();
    let client = BasicClient::new(ClientId::new(client_id))
        .set_auth_uri(AuthUrl::from_url(applied.endpoint.page(people.authorize)?))
        .set_redirect_uri(RedirectUrl::from_url(asking.callback.clone()));
    let mut request = client
        .authorize_url(|| CsrfToken::new(asking.state.to_owned()))
        .set_pkce_challenge(asking.challenge)
        .add_scopes(asking.scopes.into_iter().map(Scope::new))
        .add_extra_param("response_mode", "query")
        .add_extra_param("nonce", asking.nonce.expose());
    if asking.choose {
        request = request.add_extra_param("prompt", "select_account");
    }
    Some(request.url().0)
}

/// Why a code was not redeemed: where a refresh token would have ended, it is the code.
pub(super) fn of_code(error: ConnectionError) -> ConnectionError {
    match error {
        ConnectionError::Unusable(problem) if refusal::cure(&problem.code) == Some(Cure::SignIn) => {
            let problem = Problem::new("sign-in.code-refused", "The code is too old, or was used before.");
            ConnectionError::Unusable(problem.remedy("Begin again."))
        }
        other => other,
    }
}

/// Whether somebody is the one that a link is for.
fn meant(who: &Who, only: Option<&ActorRef>) -> Result<(), Problem> {
    let same = |only: &ActorRef| {
        only.directory_id.eq_ignore_ascii_case(&who.tid) && only.object_id.eq_ignore_ascii_case(&who.oid)
    };
    if only.is_none_or(same) {
        return Ok(());
    }
    let message = format!("{} signed in, and this link is for somebody else.", who.preferred_username);
    let remedy = "Sign in with the account with which you are signed in to this host. Where Microsoft takes the other one by \
                  itself, sign out of that first.";
    Err(Problem::new("sign-in.somebody-else", message).remedy(remedy))
}

impl Connections {
    /// Redeems the code, looks at who it is, and keeps the sign-in.
    pub(super) async fn signed_in(
        &self,
        key: &ConnectionKey,
        away: &Away,
        back: &Callback,
        callback: &Url,
    ) -> Result<Outcome, ConnectionError> {
        let applied = self.sign_in.applied(key).await?;
        let people = people(&applied).map_err(ConnectionError::Unusable)?;
        if let Some(error) = &back.error {
            let description = back.error_description.as_deref().unwrap_or_default();
            return Err(turned_away(&applied, key, error, description));
        }
        let code = back.code.as_ref().map(Secret::expose).unwrap_or_default();
        let verifier = Secret::new(away.verifier.clone());
        let asked = self.sign_in.clock.now();
        let grant = Grant::Code { code, verifier: &verifier, redirect_uri: callback };
        let token = self.sign_in.ask(key, &applied, grant).await.map_err(of_code)?;
        let missing = || sign_in::malformed(applied.provider);
        let id_token = token.id_token.as_ref().ok_or_else(missing)?;
        let who = self.sign_in.identified(key, &applied, people, &away.nonce, id_token).await?;
        meant(&who, away.link.only.as_ref()).map_err(ConnectionError::Unusable)?;

        let identity = match away.link.errand {
            Errand::Service => Identity::Service,
            _ => Identity::Actor(ActorRef { directory_id: who.tid.clone(), object_id: who.oid.clone() }),
        };
        let purpose = record::purpose(&key.connection, &who.tid, &who.oid);
        let refresh_token = token.refresh_token.as_ref().ok_or_else(missing)?;
        let person = Person {
            refresh_token: self.sign_in.vault.seal(&key.tenant, &purpose, refresh_token).await?,
            directory_id: who.tid,
            object_id: who.oid,
            display_name: if who.name.is_empty() { who.preferred_username.clone() } else { who.name },
            user_name: who.preferred_username,
            scopes: Claims::of(&token.access_token).permissions().map(str::to_owned).collect(),
            app_roles: who.roles,
            since: asked,
            refreshed: asked,
            problem: None,
        };
        self.keep(key, &applied, &identity, &person, away).await?;
        self.tokens.forget_one(key, &identity);
        self.sign_in.news.tell(key.clone(), identity.clone());
        let service = identity == Identity::Service;
        let summary = crate::people::summary(&key.connection, person, service, people.idle);
        Ok(Outcome::SignedIn(Box::new(summary)))
    }

    /// Makes a sign-in durable, and ends the link that led to it; not for a connection that was removed or applied
    /// anew meanwhile.
    async fn keep(
        &self,
        key: &ConnectionKey,
        applied: &Applied,
        identity: &Identity,
        person: &Person,
        away: &Away,
    ) -> Result<(), ConnectionError> {
        let overtaken = || {
            let message = "The connection was changed while somebody signed in.";
            ConnectionError::Unusable(Problem::new("sign-in.overtaken", message).remedy("Begin again."))
        };
        let place = record::place(key, identity).ok_or_else(overtaken)?;
        let batch = Batch::new()
            .expect(records::place(key), Some(applied.revision))
            .delete(pending::place(key, &away.followed))
            .ops([record::put(place, person)]);
        match self.sign_in.store.commit(batch).await {
            Ok(_) => Ok(()),
            Err(CommitError::Conflict { .. }) => Err(overtaken()),
            Err(error) => Err(error.into()),
        }
    }
}

impl SignIn {
    /// Who an id token speaks of. Keys are read anew for every sign-in: these are rare, and keys change.
    pub(super) async fn identified(
        &self,
        key: &ConnectionKey,
        applied: &Applied,
        people: &People,
        nonce: &str,
        id_token: &Secret,
    ) -> Result<Who, ConnectionError> {
        let discovery = self.discovery(key, applied, people).await?;
        let keys = self.signing_keys(key, applied, &discovery).await?;
        let expected = Expected {
            client_id: applied.connection.client_id.as_deref().unwrap_or_default(),
            issuer: &discovery.issuer,
            nonce,
            now: self.clock.now(),
        };
        id_token::validate(id_token.expose(), &keys, &expected).map_err(|invalid| {
            tracing::warn!(connection = %key, %invalid, "an id token was refused");
            let message = format!("The id token proves nothing: {invalid}.");
            ConnectionError::Unusable(
                Problem::new("sign-in.id-token-invalid", message)
                    .remedy("Begin again; if it happens again, check what stands between this host and the sign-in service."),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_for_one_person_signs_in_nobody_else() {
        let who = |tid: &str, oid: &str| -> Who {
            serde_json::from_value(serde_json::json!({ "tid": tid, "oid": oid })).unwrap()
        };
        let only = ActorRef { directory_id: "d-1".into(), object_id: "o-1".into() };
        for (tid, oid, taken) in
            [("d-1", "o-1", true), ("D-1", "O-1", true), ("d-1", "o-2", false), ("d-2", "o-1", false)]
        {
            let judged = meant(&who(tid, oid), Some(&only)).map_err(|problem| problem.code);
            assert_eq!(
                judged,
                if taken { Ok(()) } else { Err("sign-in.somebody-else".into()) },
                "{tid} {oid}"
            );
            assert!(meant(&who(tid, oid), None).is_ok());
        }
    }
}

//! Signing in to the host itself, at an app registration of the operator's: the same code with PKCE, nonce and id token
//! as for a connection, but with no connection, no tenant, and no token that is kept. Only who it is counts.

use std::sync::Arc;

use oauth2::{PkceCodeChallenge, PkceCodeVerifier};
use tieline_types::{ConnectionKey, Problem, Secret, tenant::Connection};
use url::Url;

use super::{Callback, people, sign_in, sign_in::Asking, turned_away};
use crate::{
    ConnectionError, Connections,
    endpoint::Endpoint,
    oauth::{self, Ask, Credential, Grant},
    providers,
    sign_in::{Applied, SignIn},
    validate,
};

/// The app registration at which people sign in to the host.
#[derive(Debug, Clone)]
pub struct EntranceApp {
    /// The cloud; `global` when absent.
    pub cloud: Option<String>,
    /// Entra directory (tenant) id.
    pub directory_id: String,
    /// OAuth client id.
    pub client_id: String,
    /// OAuth client secret.
    pub client_secret: Secret,
}

/// Where people sign in to the host itself.
pub struct Entrance {
    sign_in: Arc<SignIn>,
    applied: Applied,
    client_secret: Secret,
}

/// What one browser is known by while it signs in. All of it comes from the caller, who must see to it that nobody can
/// guess it and that it is used once.
pub struct Visit<'a> {
    /// Where the browser comes back to.
    pub callback: &'a Url,
    /// What it brings back.
    pub state: &'a str,
    /// What the id token repeats.
    pub nonce: &'a Secret,
    /// What proves that whoever redeems the code began the sign-in: 43 to 128 characters (RFC 7636).
    pub verifier: &'a Secret,
}

/// Who signed in, as their directory says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// Entra directory id (`tid`).
    pub directory_id: String,
    /// Object id in that directory (`oid`).
    pub object_id: String,
    /// What they sign in with.
    pub user_name: String,
    /// For people.
    pub display_name: String,
    /// Object ids of groups that they are a member of.
    pub groups: Vec<String>,
    /// Whether these are missing since they are too many for a token.
    pub too_many_groups: bool,
    /// Values of app roles that they were assigned.
    pub app_roles: Vec<String>,
}

/// Who signs in and nothing more: no access to anything of theirs, and no refresh token.
const SCOPES: [&str; 2] = ["openid", "profile"];

impl Connections {
    /// Opens an entrance. Nobody has come yet: that the app registration is right shows when somebody does.
    ///
    /// # Errors
    /// All that is wrong with it, without a place.
    pub fn entrance(&self, app: EntranceApp) -> Result<Entrance, Vec<Problem>> {
        let EntranceApp { cloud, directory_id, client_id, client_secret } = app;
        let connection = Connection {
            provider: "microsoft".into(),
            name: None,
            cloud,
            directory_id: Some(directory_id),
            object_id: None,
            login_url: None,
            environment_url: None,
            url: None,
            client_id: Some(client_id),
            client_secret: Some(client_secret.clone()),
            certificate: None,
            refresh_token: None,
            username: None,
            password: None,
            expires_at: None,
            licensing: None,
        };
        let clouds = &self.sign_in.clouds;
        let problems = validate::problems(&key().connection, &connection, clouds);
        if !problems.is_empty() {
            return Err(problems.into_iter().map(placeless).collect());
        }
        let provider = providers::named(&connection.provider).expect("it was validated just now");
        let endpoint =
            Endpoint::of(provider, &connection, clouds).map_err(|problem| vec![placeless(problem)])?;
        let applied = Applied { connection, revision: 0, provider, endpoint };
        Ok(Entrance { sign_in: self.sign_in.clone(), applied, client_secret })
    }
}

impl Entrance {
    /// Names the app registration: whoever signed in at another one has to sign in again.
    pub fn name(&self) -> String {
        let Connection { cloud, directory_id, client_id, .. } = &self.applied.connection;
        let parts = [cloud, directory_id, client_id].map(|part| part.as_deref().unwrap_or_default());
        parts.join("/")
    }

    /// The page where somebody signs in.
    pub fn page(&self, visit: &Visit<'_>) -> Option<Url> {
        let verifier = PkceCodeVerifier::new(visit.verifier.expose().to_owned());
        let asking = Asking {
            callback: visit.callback,
            state: visit.state,
            nonce: visit.nonce,
            challenge: PkceCodeChallenge::from_code_verifier_sha256(&verifier),
            scopes: SCOPES.map(str::to_owned).into(),
            choose: false,
        };
        sign_in::page(&self.applied, people(&self.applied).ok()?, asking)
    }

    /// Redeems the code that a browser brought back, and looks at who it is. That the browser is the one that was sent
    /// away is the caller's to know.
    ///
    /// # Errors
    /// [`ConnectionError::Unusable`] with what to show; others when the sign-in service does not answer.
    pub async fn arrived(&self, back: &Callback, visit: &Visit<'_>) -> Result<Visitor, ConnectionError> {
        let (applied, key) = (&self.applied, key());
        let people = people(applied).map_err(ConnectionError::Unusable)?;
        if let Some(error) = &back.error {
            let description = back.error_description.as_deref().unwrap_or_default();
            return Err(without_place(turned_away(applied, &key, error, description)));
        }
        let code = back.code.as_ref().map(Secret::expose).unwrap_or_default();
        let ask = Ask {
            endpoint: &applied.endpoint,
            client_id: applied.connection.client_id.as_deref().unwrap_or_default(),
            credential: &Credential::Secret(self.client_secret.clone()),
            grant: Grant::Code { code, verifier: visit.verifier, redirect_uri: visit.callback },
        };
        let token = oauth::ask(&self.sign_in.egress, ask).await.map_err(|error| {
            let secrets = [&self.client_secret, visit.verifier];
            let refused = crate::sign_in::refused(applied.provider, &key, error, &secrets, false);
            without_place(sign_in::of_code(refused))
        })?;
        let id_token = token.id_token.ok_or_else(|| crate::sign_in::malformed(applied.provider))?;
        let nonce = visit.nonce.expose();
        let who = self.sign_in.identified(&key, applied, people, nonce, &id_token).await;
        let who = who.map_err(without_place)?;
        Ok(Visitor {
            too_many_groups: who.has_too_many_groups(),
            display_name: if who.name.is_empty() { who.preferred_username.clone() } else { who.name },
            directory_id: who.tid,
            object_id: who.oid,
            user_name: who.preferred_username,
            groups: who.groups,
            app_roles: who.roles,
        })
    }
}

/// Stands where errors and the log name a connection. Nothing is stored or read under it.
fn key() -> ConnectionKey {
    let name = "the names are plain";
    ConnectionKey { tenant: "host".parse().expect(name), connection: "sign-in".parse().expect(name) }
}

/// There is no document of a tenant to point into.
fn placeless(problem: Problem) -> Problem {
    Problem { field: None, ..problem }
}

fn without_place(error: ConnectionError) -> ConnectionError {
    match error {
        ConnectionError::Unusable(problem) => ConnectionError::Unusable(placeless(problem)),
        other => other,
    }
}

//! People who sign in to connections, as the API asks for them.

use tieline_identity::{ActorRef, Arrival, Callback, ConnectionError, Departure, Errand, Revoked, Whose};
use tieline_types::{
    Actor, Asker, ConnectionKey, Problem, Secret, TenantId,
    api::{BrowserLink, PersonSummary, RevokeReport, SignOutReport},
};
use url::Url;

use crate::{Host, HostError};

impl Host {
    /// A link at which somebody signs in to a connection, or an administrator consents to its app.
    ///
    /// # Errors
    /// [`HostError::Invalid`] when nobody signs in to such a connection, or `return_to` leads away from this host;
    /// [`HostError::NotFound`] when there is none.
    pub async fn browser_link(
        &self,
        key: &ConnectionKey,
        errand: Errand,
        return_to: Option<String>,
    ) -> Result<BrowserLink, HostError> {
        self.link(key, errand, None, return_to).await
    }

    /// A link at which one person signs in to a connection, and nobody else.
    ///
    /// # Errors
    /// As [`Host::browser_link`].
    pub async fn browser_link_for(
        &self,
        key: &ConnectionKey,
        person: ActorRef,
        return_to: Option<String>,
    ) -> Result<BrowserLink, HostError> {
        self.link(key, Errand::Person, Some(person), return_to).await
    }

    async fn link(
        &self,
        key: &ConnectionKey,
        errand: Errand,
        only: Option<ActorRef>,
        return_to: Option<String>,
    ) -> Result<BrowserLink, HostError> {
        let link = self.services.connections.link(key, errand, only, return_to).await;
        let (handle, expires) = link.map_err(of_connection)?;
        Ok(BrowserLink { url: format!("{}/auth/start/{handle}", self.public_url), expires })
    }

    /// Sends a browser away that follows such a link.
    ///
    /// # Errors
    /// [`HostError::Failed`] with what to show.
    pub async fn follow_link(&self, link: &str) -> Result<Departure, HostError> {
        self.services.connections.follow(link, &self.callback()?).await.map_err(of_connection)
    }

    /// Takes a browser back from the sign-in service; `cookie` gives the value of a cookie that it carries.
    ///
    /// # Errors
    /// [`HostError::Unavailable`] when the store or the sign-in service fails; refusals are in the answer.
    pub async fn browser_returned(
        &self,
        back: &Callback,
        cookie: impl Fn(&str) -> Option<Secret> + Send + Sync,
    ) -> Result<Arrival, HostError> {
        let returned = self.services.connections.returned(back, cookie, &self.callback()?).await;
        returned.map_err(of_connection)
    }

    /// Whether browsers reach this host over TLS.
    pub fn is_public_over_tls(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Who is signed in to a connection.
    ///
    /// # Errors
    /// [`HostError::NotFound`] when there is no such connection.
    pub async fn people(&self, key: &ConnectionKey) -> Result<Vec<PersonSummary>, HostError> {
        self.services.connections.people(key).await.map_err(of_connection)
    }

    /// Signs people out of a connection. Their events wait until they sign in again.
    ///
    /// # Errors
    /// As [`Host::people`].
    pub async fn sign_out(&self, key: &ConnectionKey, whose: Whose<'_>) -> Result<SignOutReport, HostError> {
        let signed_out = self.services.connections.sign_out(key, whose).await.map_err(of_connection)?;
        Ok(SignOutReport { signed_out })
    }

    /// Takes back everything that a connection gave out. Its events wait until it is applied with another credential.
    ///
    /// # Errors
    /// As [`Host::people`].
    pub async fn revoke_connection(&self, key: &ConnectionKey) -> Result<RevokeReport, HostError> {
        let Revoked { signed_out, told, untold } =
            self.services.connections.revoke(key).await.map_err(of_connection)?;
        Ok(RevokeReport { signed_out, told, untold })
    }

    /// The signed-in person that a caller acts for.
    async fn actor(&self, tenant: &TenantId, user: &str) -> Result<Actor, HostError> {
        self.services.connections.actor(tenant, user).await.map_err(|error| match error {
            ConnectionError::Unusable(problem) => HostError::Invalid { problems: vec![problem.at("/as")] },
            error => of_connection(error),
        })
    }

    /// Who asks, as connectors see them.
    pub(crate) async fn asking(&self, tenant: &TenantId, asker: Asker) -> Result<Actor, HostError> {
        match asker {
            Asker::Another(user) => self.actor(tenant, &user).await,
            Asker::Themself(actor) => Ok(actor),
        }
    }

    fn callback(&self) -> Result<Url, HostError> {
        Url::parse(&format!("{}/auth/callback", self.public_url)).map_err(|error| HostError::Internal {
            doing: "making the address that browsers come back to",
            source: Box::new(error),
        })
    }
}

fn of_connection(error: ConnectionError) -> HostError {
    match error {
        ConnectionError::Unknown(key) => HostError::NotFound { what: format!("connection {key}") },
        ConnectionError::Invalid(problems) => HostError::Invalid { problems },
        ConnectionError::Unusable(problem) => HostError::Failed { problem },
        ConnectionError::Throttled(wait) => HostError::Failed {
            problem: Problem::new("sign-in.try-again", "The sign-in service asks for patience.")
                .remedy(format!("Try again in {} seconds.", wait.as_secs().max(1))),
        },
        error => HostError::Unavailable { doing: "asking for a sign-in", source: Some(Box::new(error)) },
    }
}

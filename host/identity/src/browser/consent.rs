//! Admin consent: an administrator grants the app's permissions for a whole directory.
//!
//! learn.microsoft.com, "Admin consent on the Microsoft identity platform". Success is the absence of `error`:
//! `admin_consent=True` stands on refusals too. The `tenant` of the callback is never looked at, since anybody can
//! write one; a token for the directory that the operator applied says what is true.

use tieline_types::{ConnectionKey, Problem};
use url::Url;

use super::{Callback, Outcome, people, turned_away};
use crate::{ConnectionError, Connections, Identity, providers::People, sign_in::Applied};

/// The page where an administrator consents.
pub(super) fn page(applied: &Applied, people: &People, callback: &Url, state: &str) -> Option<Url> {
    let mut url = applied.endpoint.page(people.consent)?;
    url.query_pairs_mut()
        .append_pair("client_id", applied.connection.client_id.as_deref().unwrap_or_default())
        .append_pair("scope", applied.endpoint.scope.as_deref().unwrap_or_default())
        .append_pair("redirect_uri", callback.as_str())
        .append_pair("state", state);
    Some(url)
}

impl Connections {
    /// What the app may do now, as a new token of the applied directory says.
    pub(super) async fn consented(
        &self,
        key: &ConnectionKey,
        back: &Callback,
    ) -> Result<Outcome, ConnectionError> {
        let applied = self.sign_in.applied(key).await?;
        if let Some(error) = &back.error {
            let description = back.error_description.as_deref().unwrap_or_default();
            return Err(match (error.as_str(), description.contains("AADSTS")) {
                ("permission_denied" | "access_denied", false) => ConnectionError::Unusable(declined()),
                _ if description.contains("AADSTS65004") => ConnectionError::Unusable(declined()),
                _ => turned_away(&applied, key, error, description),
            });
        }
        // The cached one may be from before, and says for up to an hour what was true then.
        self.tokens.forget_one(key, &Identity::App);
        let access = self.tokens.get(key, &Identity::App).await?;
        self.sign_in.confirm_directory(key, &applied, &access.claims.tid).await?;
        self.note_granted(key).await?;
        self.sign_in.news.tell(key.clone(), Identity::App);
        Ok(Outcome::Consented(access.claims.roles.clone()))
    }
}

impl crate::sign_in::SignIn {
    /// That a token is for the directory of the connection, which may be named by a domain.
    async fn confirm_directory(
        &self,
        key: &ConnectionKey,
        applied: &Applied,
        tid: &str,
    ) -> Result<(), ConnectionError> {
        let named = applied.connection.directory_id.as_deref().unwrap_or_default();
        let same = match named.eq_ignore_ascii_case(tid) {
            true => true,
            false => {
                let people = people(applied).map_err(ConnectionError::Unusable)?;
                let issuer = self.discovery(key, applied, people).await?.issuer;
                !tid.is_empty() && issuer.split('/').any(|part| part.eq_ignore_ascii_case(tid))
            }
        };
        if same {
            return Ok(());
        }
        let message = format!("The app's token is not for the directory `{named}`.");
        Err(ConnectionError::Unusable(Problem::new("consent.other-directory", message).remedy(
            "Check the connection's directory id, and consent as an administrator of that directory.",
        )))
    }
}

fn declined() -> Problem {
    Problem::new("consent.declined", "The administrator did not grant the permissions.")
        .remedy("A Privileged Role Administrator or Global Administrator opens the link again and accepts.")
}

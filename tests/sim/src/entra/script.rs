//! What a test may do to the directory.

use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};

use super::{KeyError, RefreshGrant, consent::Counts};
use crate::world::World;
use crate::{clock, seed};

/// A change of what an administrator has consented to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentChange {
    /// The application permissions that are consented from now on, and no others.
    pub permissions: Vec<String>,
    /// How long those that are new take to appear in tokens.
    #[serde(default)]
    pub delay_seconds: u64,
    /// How long Graph goes on refusing what is new, after tokens have it.
    #[serde(default)]
    pub spread_seconds: u64,
    /// Take withdrawn permissions out of tokens that are already issued.
    #[serde(default)]
    pub at_once: bool,
}

/// There is no such user in the directory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no user {0}")]
pub struct UnknownUser(pub String);

impl World {
    /// Sets the consented application permissions.
    pub fn set_consent(&self, change: ConsentChange) {
        let issued = clock::now_ms() + change.delay_seconds * 1000;
        let from = Counts { issued, honoured: issued + change.spread_seconds * 1000 };
        self.entra.consent.write().set(change.permissions, from, change.at_once);
        self.entra.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// Sets the lifetime of new access tokens.
    pub fn set_token_lifetime(&self, seconds: u64) {
        self.entra.lifetime.store(seconds, Ordering::Relaxed);
    }

    /// Lets the client secret expire, or makes it valid again.
    pub fn set_secret_expired(&self, expired: bool) {
        self.entra.secret_expired.store(expired, Ordering::Relaxed);
    }

    /// Revokes every Graph access token issued so far. The answer is how many there were.
    pub fn revoke_graph_tokens(&self) -> u64 {
        let issued = self.entra.issued.load(Ordering::SeqCst);
        self.entra.revoked.store(issued, Ordering::SeqCst);
        self.entra.generation.fetch_add(1, Ordering::SeqCst);
        issued
    }

    /// Signs a user in: a refresh token that yields delegated access tokens with these scopes.
    pub fn sign_in(&self, user_id: &str, scopes: &[String]) -> Result<String, UnknownUser> {
        if !seed::USERS.iter().any(|user| user.object_id() == user_id) {
            return Err(UnknownUser(user_id.to_owned()));
        }
        let grant = RefreshGrant { user_id: user_id.to_owned(), scopes: scopes.to_vec(), revoked: false };
        Ok(self.entra.new_refresh_token(grant))
    }

    /// Ends all sign-ins: no refresh token issued so far is good any more. The answer is how many those were.
    pub fn revoke_sign_ins(&self) -> usize {
        let mut refresh = self.entra.refresh.lock();
        let good = refresh.values_mut().filter(|grant| !grant.revoked);
        good.map(|grant| grant.revoked = true).count()
    }

    /// Makes a certificate with its key, both PEM in one text; `registered` ones are the app's from now on.
    pub fn make_certificate(&self, registered: bool) -> Result<String, KeyError> {
        self.entra.certificates.make(registered)
    }
}

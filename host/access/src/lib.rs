//! Who may do what: roles by tenant, the tokens of programs, the sessions of browsers, and how people sign in to the
//! host itself.
//!
//! A credential is looked at once, at the edge, and becomes a [`Principal`]; from there on rights are compared and nothing
//! is looked up. Of tokens and sessions only SHA-256 is stored: whoever reads the store can use none.

mod bootstrap;
mod error;
mod mapping;
mod principal;
mod random;
mod restored;
mod rights;
mod sessions;
mod sign_in;
mod throttle;
mod tokens;

use std::{net::IpAddr, sync::Arc, time::Duration};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use parking_lot::Mutex;
use tieline_identity::Entrance;
use tieline_store::Store;
use tieline_types::{Clock, Digest, Secret};
use tokio::sync::watch;
use url::Url;

pub use bootstrap::{Bootstrap, bootstrap};
pub use error::{AccessError, Refused};
pub use mapping::{InvalidMapping, Mapping};
pub use principal::{Principal, Verdict, Who};
pub use restored::{Ended, restored};
pub use rights::{InvalidRights, Rights, Scope};
pub use sessions::{HandOver, Held, NewSession, Session};
pub use sign_in::{Arrived, Away, SignInError};
pub use tokens::{RevokedToken, TokenEnd, TokenId, tenant_gone, token_ends};

use throttle::{Network, Patience, Throttle};
use tokens::Used;

/// Wrong credentials of one network, or of one beginning, that are forgiven at once; one more every six seconds.
const PATIENCE: Patience = Patience { failures: 20, each: Duration::from_secs(6) };
/// Places whose failures are remembered.
const PLACES: usize = 4_096;
/// So much of a token's beginning is looked at: somebody who knows that much and guesses the rest is slowed wherever they
/// come from.
const BEGINNING: usize = 8;

/// What [`Access`] is made of.
pub struct AccessOptions {
    /// Where tokens and sessions are.
    pub store: Arc<dyn Store>,
    /// When they end.
    pub clock: Arc<dyn Clock>,
    /// The digest of the host's own token.
    pub bootstrap: Digest,
    /// How people sign in with their directory, and what they are then; none: they do not.
    pub entrance: Option<(Entrance, Mapping)>,
    /// How browsers reach this host.
    pub public_url: Url,
}

/// Looks at credentials, makes and ends them.
pub struct Access {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    bootstrap: Digest,
    entrance: Option<(Entrance, Mapping)>,
    public_url: Url,
    used: Mutex<Used>,
    networks: Mutex<Throttle<Network>>,
    beginnings: Mutex<Throttle<String>>,
    /// How many tokens and sessions somebody ended.
    endings: watch::Sender<u64>,
}

impl Access {
    /// Nothing is read before somebody comes.
    pub fn new(options: AccessOptions) -> Self {
        let AccessOptions { store, clock, bootstrap, entrance, public_url } = options;
        Self {
            store,
            clock,
            bootstrap,
            entrance,
            public_url,
            used: Mutex::default(),
            networks: Mutex::new(Throttle::new(PATIENCE, PLACES)),
            beginnings: Mutex::new(Throttle::new(PATIENCE, PLACES)),
            endings: watch::Sender::new(0),
        }
    }

    /// Who holds a token. A right one is always taken, so that nobody shuts others out who share an address; but of those
    /// that begin like ones that were tried in vain again and again none is, for a while.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn of_token(&self, token: &str, from: Option<IpAddr>) -> Result<Principal, Refused> {
        let now = self.clock.now();
        let beginning = tokens::beginning(token, BEGINNING);
        if let Some(beginning) = &beginning
            && let Some(wait) = self.beginnings.lock().wait(beginning, now)
        {
            return Err(Refused::Throttled(wait));
        }
        match self.holder(&Digest::of(token.as_bytes()), beginning.is_some()).await {
            Err(Refused::Unknown) => {
                if let Some(beginning) = beginning {
                    self.beginnings.lock().failed(beginning, now);
                }
                Err(self.failed(from))
            }
            held => held,
        }
    }

    /// Notes that a credential was wrong, and says so, or that it was one too many.
    fn failed(&self, from: Option<IpAddr>) -> Refused {
        let (network, now) = (Network::of(from), self.clock.now());
        let mut networks = self.networks.lock();
        let wait = networks.wait(&network, now);
        networks.failed(network, now);
        if wait.is_none() && networks.wait(&network, now).is_some() {
            tracing::warn!(?from, "credentials from there were wrong again and again: they are slowed");
        }
        wait.map_or(Refused::Unknown, Refused::Throttled)
    }

    /// Whether a network has failed so often that nothing costly is done for it now.
    fn patient_with(&self, from: Option<IpAddr>) -> Result<(), Refused> {
        let wait = self.networks.lock().wait(&Network::of(from), self.clock.now());
        wait.map_or(Ok(()), |wait| Err(Refused::Throttled(wait)))
    }

    /// Whether this is the digest of the host's own token.
    fn is_own(&self, digest: &Digest) -> bool {
        verify_slices_are_equal(digest.as_bytes(), self.bootstrap.as_bytes()).is_ok()
    }

    /// Who holds the token with this digest; `ours`: it has the form of one in the store.
    async fn holder(&self, digest: &Digest, ours: bool) -> Result<Principal, Refused> {
        if self.is_own(digest) {
            return Ok(Principal::bootstrap());
        }
        // A stranger's guess does not even reach the store.
        if ours { self.token(digest).await } else { Err(Refused::Unknown) }
    }

    /// Changes when somebody ends a token or a session: whoever goes on for long then looks anew whether theirs is
    /// [good still](Self::still). What ends by itself with time is not told.
    pub fn endings(&self) -> watch::Receiver<u64> {
        self.endings.subscribe()
    }

    fn tell_ending(&self) {
        self.endings.send_modify(|endings| *endings += 1);
    }

    /// Whether browsers reach this host over TLS, so that cookies can be kept to it.
    pub fn is_public_over_tls(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// Whether two secrets are the same; the time taken does not tell how much of them is.
    fn same(one: &Secret, other: &str) -> bool {
        verify_slices_are_equal(one.expose().as_bytes(), other.as_bytes()).is_ok()
    }
}

#[cfg(test)]
mod tests;

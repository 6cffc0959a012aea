//! What somebody showed, kept so that it can be looked at again while what they asked for goes on.

use tieline_types::{Digest, Secret};

use super::place;
use crate::{Access, Principal, Refused};

/// A credential as the store knows it. It lets nobody in by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// A token.
    Token(Digest),
    /// A session of a browser.
    Session(Digest),
}

impl Held {
    /// This token.
    pub fn token(token: &str) -> Self {
        Self::Token(Digest::of(token.as_bytes()))
    }

    /// The session with this id.
    pub fn session(id: &Secret) -> Self {
        Self::Session(Digest::of(id.expose().as_bytes()))
    }
}

impl Access {
    /// Who holds a credential that was good before, and what they may now. To look is not to use: no session lives longer
    /// by it.
    ///
    /// # Errors
    /// [`Refused`], as for a request with it.
    pub async fn still(&self, held: &Held) -> Result<Principal, Refused> {
        match held {
            Held::Token(digest) if self.is_own(digest) => Ok(Principal::bootstrap()),
            Held::Token(digest) => self.token_unused(digest).await,
            Held::Session(digest) => Ok(self.found(&place(&digest.hex())).await?.principal),
        }
    }
}

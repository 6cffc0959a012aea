//! API tokens: made for a name, with rights and an end; shown once; listed and revoked by an id.

mod ends;
mod leaving;
mod record;
mod request;
mod used;

use std::fmt;

use tieline_store::{Batch, CommitError, Op, Pages, Store};
use tieline_types::{
    Digest, Secret, Timestamp,
    api::{CreateTokenRequest, CreatedToken, TokenSummary},
    secret::ShownSecret,
};

use crate::{Access, AccessError, Principal, Refused, Rights, Who, random};
use record::{Record, Stored};

pub use ends::{TokenEnd, token_ends};
pub use leaving::tenant_gone;
pub(crate) use used::Used;

/// What every token begins with, so that scanners of code know one.
const PREFIX: &str = "tl_";

/// By what a token is listed and revoked: the first 64 bits of its digest, of which nobody gets to the token.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenId(String);

impl TokenId {
    pub(crate) fn of(digest: &Digest) -> Self {
        Self(digest.hex()[..16].to_owned())
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A token before it was revoked and after.
#[derive(Debug)]
pub struct RevokedToken {
    /// As it was; the same as after when it was revoked already.
    pub before: TokenSummary,
    /// As it is.
    pub after: TokenSummary,
}

/// A new token.
pub(crate) fn fresh() -> Result<Secret, AccessError> {
    Ok(Secret::new(format!("{PREFIX}{}", random::text()?.expose())))
}

/// How a text begins that has the form of a token.
pub(crate) fn beginning(token: &str, length: usize) -> Option<String> {
    let random = token.strip_prefix(PREFIX).filter(|random| random::is_text(random))?;
    Some(random[..length].to_owned())
}

/// The changes that end all tokens which are good at this time.
pub(crate) async fn all_revoked(store: &dyn Store, now: Timestamp) -> Result<Vec<Op>, AccessError> {
    let mut revoked = Vec::new();
    for (key, value) in Pages::all(store, record::all()).await? {
        let Stored { digest, record, .. } = Stored::read(&key, &value)?;
        if record.revoked.is_none() && now < record.expires {
            revoked.push(Record { revoked: Some(now), ..record }.put(&digest));
        }
    }
    Ok(revoked)
}

impl Access {
    /// Makes a token.
    ///
    /// # Errors
    /// [`AccessError::Invalid`] with all that is wrong, [`AccessError::Forbidden`] when it would allow more than `by` may
    /// give.
    pub async fn create_token(
        &self,
        by: &Principal,
        asked: CreateTokenRequest,
    ) -> Result<CreatedToken, AccessError> {
        let asked = request::checked(asked).map_err(AccessError::Invalid)?;
        if !by.rights.may_give(&asked.rights) {
            return Err(AccessError::Forbidden(request::too_much()));
        }
        let token = fresh()?;
        let now = self.clock.now();
        let record = Record {
            name: asked.name,
            rights: asked.rights.shown(),
            created: now,
            created_by: by.to_string(),
            expires: now.after(asked.lasts),
            revoked: None,
        };
        let digest = Digest::of(token.expose().as_bytes());
        // A digest is nobody else's; expected all the same, since a put would hand somebody's token over.
        let batch = Batch::new().expect(record::place(&digest), None).ops([record.put(&digest)]);
        self.store.commit(batch).await?;
        let summary = record.summary(&TokenId::of(&digest), None, now);
        Ok(CreatedToken { summary, token: ShownSecret(token) })
    }

    /// The tokens that allow nothing which `by` may not themself, the newest first. Those that ended stay for a month.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn tokens(&self, by: &Principal) -> Result<Vec<TokenSummary>, AccessError> {
        let now = self.clock.now();
        let mut tokens = Vec::new();
        for (key, value) in Pages::all(&*self.store, record::all()).await? {
            let stored = Stored::read(&key, &value)?;
            if by.rights.cover(&stored.rights()?) {
                let used = used::load(&*self.store, &stored.digest).await?;
                tokens.push(stored.record.summary(&TokenId::of(&stored.digest), used, now));
            }
        }
        tokens.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| a.id.cmp(&b.id)));
        Ok(tokens)
    }

    /// Ends a token: from then on it lets nobody in, nor do sessions that began with it. To revoke it again changes
    /// nothing.
    ///
    /// # Errors
    /// [`AccessError::NoToken`] when there is none, or none that `by` may see.
    pub async fn revoke_token(&self, by: &Principal, id: &str) -> Result<RevokedToken, AccessError> {
        loop {
            let missing = || AccessError::NoToken(id.chars().take(80).collect());
            let stored = self.find(id).await?.ok_or_else(missing)?;
            if !by.rights.may_give(&stored.rights()?) {
                return Err(missing());
            }
            let now = self.clock.now();
            let used = used::load(&*self.store, &stored.digest).await?;
            let (id, place) = (TokenId::of(&stored.digest), record::place(&stored.digest));
            let before = stored.record.summary(&id, used, now);
            if stored.record.revoked.is_some() {
                return Ok(RevokedToken { after: before.clone(), before });
            }
            let record = Record { revoked: Some(now), ..stored.record };
            let batch = Batch::new().expect(place, Some(stored.revision)).ops([record.put(&stored.digest)]);
            match self.store.commit(batch).await {
                Ok(_) => {
                    self.tell_ending();
                    return Ok(RevokedToken { before, after: record.summary(&id, used, now) });
                }
                Err(CommitError::Conflict { .. }) => {} // Revoked by somebody else just now.
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The only token with this id; an id that is not whole finds none.
    async fn find(&self, id: &str) -> Result<Option<Stored>, AccessError> {
        if id.len() != TokenId::of(&Digest::of(b"")).0.len() || !id.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let found = self.store.scan(&record::all().starting(id), None, 2).await?;
        match found.as_slice() {
            [(key, value)] => Ok(Some(Stored::read(key, value)?)),
            _ => Ok(None),
        }
    }

    /// Who holds the token with this digest; that it was used is noted.
    pub(crate) async fn token(&self, digest: &Digest) -> Result<Principal, Refused> {
        let (record, principal) = self.good_token(digest).await?;
        self.note_use(digest, &record, self.clock.now()).await;
        Ok(principal)
    }

    /// The same, and to look at it is no use of it.
    pub(crate) async fn token_unused(&self, digest: &Digest) -> Result<Principal, Refused> {
        self.good_token(digest).await.map(|(_, principal)| principal)
    }

    /// The token with this digest, and who holds it.
    async fn good_token(&self, digest: &Digest) -> Result<(Record, Principal), Refused> {
        let place = record::place(digest);
        let Some(value) = self.store.get(&place).await? else { return Err(Refused::Unknown) };
        let stored = Stored::read(&place, &value)?;
        let now = self.clock.now();
        if let Some(revoked) = stored.record.revoked {
            return Err(Refused::Revoked(revoked));
        }
        if stored.record.expires <= now {
            return Err(Refused::Expired(stored.record.expires));
        }
        let rights: Rights = stored.rights()?;
        let who = Who::Token { id: TokenId::of(digest), name: stored.record.name.clone() };
        Ok((stored.record, Principal { who, rights }))
    }
}

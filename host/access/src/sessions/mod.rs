//! Sessions of browsers. The browser has an id that nobody can guess, the store has its digest; what the holder may is
//! looked at anew for each request.

mod hand_over;
mod held;
mod record;

use std::time::Duration;

use tieline_store::{Batch, CommitError, Key, Pages, Space, Value};
use tieline_types::{Digest, Role, Secret, Timestamp};

use crate::{Access, AccessError, Principal, Refused, Rights, Who, random};
use record::Record;

pub use hand_over::HandOver;
pub use held::Held;
pub(crate) use record::{Person, Subject};

/// A session that is not used for so long ends.
const IDLE: Duration = Duration::from_secs(8 * 60 * 60);
/// However much it is used, it ends after so long.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
/// Its use is written at most once in this time.
const COARSE: Duration = Duration::from_secs(5 * 60);

/// A session that has just begun.
#[derive(Debug)]
pub struct NewSession {
    /// What the browser's cookie says.
    pub id: Secret,
    /// How long the cookie lasts.
    pub lasts: Duration,
    /// Whose it is.
    pub principal: Principal,
}

/// A session that lives.
#[derive(Debug)]
pub struct Session {
    /// Whose it is.
    pub principal: Principal,
    /// When it ends, however much it is used.
    pub expires: Timestamp,
}

/// What all sessions lie under.
pub(crate) fn all() -> Key {
    Key::new(Space::Access).part("session")
}

/// Where a session lies, by the digest of its id.
fn place(digest: &str) -> Key {
    all().part(digest)
}

/// What all sessions lie under that were handed over.
pub(crate) fn all_handed_over() -> Key {
    Key::new(Space::Access).part("session-of")
}

/// What those lie under that were handed over by one.
fn handed_over(digest: &str) -> Key {
    all_handed_over().part(digest)
}

fn digest(id: &Secret) -> String {
    Digest::of(id.expose().as_bytes()).hex()
}

/// A session as it was found.
struct Found {
    value: Value,
    record: Record,
    principal: Principal,
}

impl Access {
    /// Begins a session under a new id, whatever the browser had before: a session that somebody planted there is ended,
    /// never taken over. None: whoever it is may nothing here.
    pub(crate) async fn begin(
        &self,
        subject: Subject,
        before: Option<&Secret>,
    ) -> Result<Option<NewSession>, AccessError> {
        let now = self.clock.now();
        let record = Record { subject, since: now, seen: now, panel: None };
        let principal = match self.holds(&record).await {
            Ok(principal) => principal,
            Err(Refused::Store(error)) => return Err(error.into()),
            Err(_) => return Ok(None),
        };
        let id = random::text()?;
        let begun = Batch::new().put_until(place(&digest(&id)), record.bytes(), record.ends());
        self.store.commit(self.ending(begun, before).await?).await?;
        if before.is_some() {
            self.tell_ending();
        }
        Ok(Some(NewSession { id, lasts: LONGEST, principal }))
    }

    /// The session with this id.
    ///
    /// # Errors
    /// [`Refused::Unknown`] when it has ended, or whoever began it may nothing any more.
    pub async fn session(&self, id: &Secret) -> Result<Session, Refused> {
        if !random::is_text(id.expose()) {
            return Err(Refused::Unknown);
        }
        let place = place(&digest(id));
        let Found { value, record, principal } = self.found(&place).await?;
        let expires = record.since.after(LONGEST);
        self.note_seen(place, record, &value).await;
        Ok(Session { principal, expires })
    }

    async fn found(&self, place: &Key) -> Result<Found, Refused> {
        let value = self.store.get(place).await?.ok_or(Refused::Unknown)?;
        let record = Record::read(&value)?;
        let principal = self.holds(&record).await?;
        Ok(Found { value, record, principal })
    }

    /// What proves that a request comes from a page of this host: a cookie goes along with requests of every page, and no
    /// other page can read this.
    pub fn csrf(&self, id: &Secret) -> Secret {
        random::follows(id, "csrf", "")
    }

    /// Whether a request proved that it comes from a page of this host.
    pub fn is_csrf(&self, id: &Secret, given: &str) -> bool {
        Self::same(&self.csrf(id), given)
    }

    /// Ends a session, and the panels in frames that it was handed over to; one that is over already stays so.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_session(&self, id: &Secret) -> Result<(), AccessError> {
        self.store.commit(self.ending(Batch::new(), Some(id)).await?).await?;
        self.tell_ending();
        Ok(())
    }

    async fn ending(&self, mut batch: Batch, id: Option<&Secret>) -> Result<Batch, AccessError> {
        let Some(digest) = id.map(digest) else { return Ok(batch) };
        for (key, _) in Pages::all(&*self.store, handed_over(&digest)).await? {
            batch =
                key.last().into_iter().fold(batch, |batch, panel| batch.delete(place(&panel))).delete(key);
        }
        Ok(batch.delete(place(&digest)))
    }

    /// What the holder of a session may now.
    async fn holds(&self, record: &Record) -> Result<Principal, Refused> {
        let whole = self.whole(&record.subject).await?;
        let Some(tenant) = &record.panel else { return Ok(whole) };
        // What stands inside another's page may be pressed by that page: no more than an agent's work is done by it.
        let rights = whole.rights.within(tenant, Role::Agent).ok_or(Refused::Unknown)?;
        Ok(Principal { rights, ..whole })
    }

    async fn whole(&self, subject: &Subject) -> Result<Principal, Refused> {
        match subject {
            // As if it came with every request: a token that was revoked ends what began with it.
            Subject::Token { digest } => self.holder(digest, true).await.map_err(|refused| match refused {
                Refused::Store(error) => Refused::Store(error),
                _ => Refused::Unknown,
            }),
            Subject::Person(person) => {
                let (entrance, mapping) = self.entrance.as_ref().ok_or(Refused::Unknown)?;
                if entrance.name() != person.entrance {
                    return Err(Refused::Unknown);
                }
                let rights: Rights =
                    mapping.rights(&person.groups, &person.app_roles).ok_or(Refused::Unknown)?;
                let who = Who::Person {
                    oid: person.oid.clone(),
                    directory: person.directory.clone(),
                    user_name: person.user_name.clone(),
                    name: person.name.clone(),
                };
                Ok(Principal { who, rights })
            }
        }
    }

    /// Notes that a session is used, so that it does not end; never brings back one that ended meanwhile.
    async fn note_seen(&self, place: Key, record: Record, value: &Value) {
        let now = self.clock.now();
        if now.since(record.seen) < COARSE {
            return;
        }
        let record = Record { seen: now, ..record };
        let batch = Batch::new().expect(place.clone(), Some(value.revision));
        match self.store.commit(batch.put_until(place, record.bytes(), record.ends())).await {
            Ok(_) | Err(CommitError::Conflict { .. }) => {}
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "the use of a session could not be noted");
            }
        }
    }
}

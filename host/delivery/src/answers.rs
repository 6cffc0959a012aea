//! Answers that are kept, so that what is asked again under the same key is answered again, and not done again.

use std::{collections::HashSet, sync::Arc, time::Duration};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tieline_capabilities::Services;
use tieline_store::{Batch, CommitError, Key, Space};
use tieline_types::{Digest, TenantId};

use crate::{Host, HostError};

/// How long an answer is kept.
const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 3_600);
const DOING: &str = "keeping what was asked";

/// Something that is to be done once.
#[derive(Debug, Clone)]
pub struct Once {
    /// Of which tenant it is; its answer goes with that.
    pub tenant: Option<TenantId>,
    /// By whom it is asked for.
    pub who: String,
    /// What it is: `POST /api/v1/…`.
    pub what: String,
    /// Their own name for doing it this once.
    pub key: String,
    /// With what.
    pub body: Digest,
}

/// What is known of something that is to be done once.
pub enum Asked {
    /// Nothing: it is to be done now, and its answer kept.
    New(Ticket),
    /// It was done, and answered so.
    Answered(KeptAnswer),
    /// It was done, and its answer is not kept: it held a secret.
    Withheld,
    /// Under the same key something else was asked for.
    SomethingElse,
    /// It is being done.
    UnderWay,
    /// It was begun and cut off; whether it was done is not known.
    CutOff,
}

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAnswer {
    /// Its status.
    pub status: u16,
    /// Its kind.
    pub content_type: String,
    /// Its body.
    pub body: String,
}

/// Answers that are kept, and what is under way.
pub(crate) struct Answers {
    services: Arc<Services>,
    under_way: Mutex<HashSet<Key>>,
}

/// The right to do something that is to be done once. To be given back with what became of it: without that it counts
/// as cut off.
pub struct Ticket {
    answers: Arc<Answers>,
    place: Key,
    body: Digest,
}

#[derive(Serialize, Deserialize)]
struct Record {
    body: Digest,
    became: Became,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Became {
    Begun,
    Answered(KeptAnswer),
    Withheld,
}

impl Host {
    /// What is known of something that is to be done once. Answers are kept for seven days.
    ///
    /// # Errors
    /// [`HostError::Unavailable`] when that cannot be read or written; then it is not to be done.
    pub async fn once(&self, once: &Once) -> Result<Asked, HostError> {
        self.answers.ask(once).await
    }
}

impl Answers {
    pub(crate) fn new(services: Arc<Services>) -> Arc<Self> {
        Arc::new(Self { services, under_way: Mutex::default() })
    }

    async fn ask(self: &Arc<Self>, once: &Once) -> Result<Asked, HostError> {
        let name = serde_json::to_vec(&(&once.who, &once.what, &once.key)).expect("texts become JSON");
        let whose = once.tenant.as_ref().map_or("", TenantId::as_str);
        let place = Key::new(Space::Answer).part(whose).part(&Digest::of(&name).hex());
        if !self.under_way.lock().insert(place.clone()) {
            return Ok(Asked::UnderWay);
        }
        // From here on its place is given back when the ticket is dropped, whatever happens.
        let ticket = Ticket { answers: self.clone(), place, body: once.body };
        let found = self.services.store.get(&ticket.place).await;
        let found = found.map_err(|error| HostError::store(DOING, error))?;
        let found = found.and_then(|value| serde_json::from_slice::<Record>(&value.bytes).ok());
        match found {
            Some(record) if record.body != once.body => return Ok(Asked::SomethingElse),
            Some(Record { became: Became::Answered(answer), .. }) => return Ok(Asked::Answered(answer)),
            Some(Record { became: Became::Withheld, .. }) => return Ok(Asked::Withheld),
            Some(Record { became: Became::Begun, .. }) => return Ok(Asked::CutOff),
            None => {}
        }
        ticket
            .write(Became::Begun)
            .await
            .map_err(|error| HostError::commit(DOING, once.what.clone(), error))?;
        Ok(Asked::New(ticket))
    }
}

impl Ticket {
    /// Keeps the answer to what was done.
    pub async fn answered(self, answer: KeptAnswer) {
        self.became(Became::Answered(answer)).await;
    }

    /// Keeps that it was done, and not the answer, which holds a secret.
    pub async fn withheld(self) {
        self.became(Became::Withheld).await;
    }

    /// Nothing was done: it may be asked for again under the same key.
    pub async fn refused(self) {
        let deleted = Batch::new().delete(self.place.clone());
        self.committed(self.answers.services.store.commit(deleted).await.map(drop));
    }

    async fn became(self, became: Became) {
        self.committed(self.write(became).await);
    }

    async fn write(&self, became: Became) -> Result<(), CommitError> {
        let Services { store, clock, .. } = &*self.answers.services;
        let record = serde_json::to_vec(&Record { body: self.body, became }).expect("texts become JSON");
        let until = clock.now().after(KEPT_FOR);
        store.commit(Batch::new().put_until(self.place.clone(), record, until)).await.map(drop)
    }

    /// What cannot be written stays as it was: begun, so that nothing is done twice.
    fn committed(&self, written: Result<(), CommitError>) {
        if let Err(error) = written {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "what became of a request with an idempotency key could not be kept");
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.answers.under_way.lock().remove(&self.place);
    }
}

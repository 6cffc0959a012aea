//! Whether a notification with content comes from Graph: Graph's publisher signs a token for each app that it sends
//! to, with the keys of the app's directory.

mod token;

use std::{collections::HashMap, sync::Arc, time::Duration};

use jsonwebtoken::jwk::JwkSet;
use parking_lot::RwLock;
use tieline_types::{ConnectionKey, Timestamp};

use crate::{ConnectionError, Connections, sign_in};
use token::Expected;
pub use token::Untrusted;

/// Keys are read anew after so long.
const FRESH: Duration = Duration::from_secs(24 * 60 * 60);
/// They are not read again within this time, whatever a stranger's token names.
const REST: Duration = Duration::from_secs(5 * 60);
/// After a failure they are not asked for again within this time: nothing waits for a sign-in service that is down.
const AFTER_FAILURE: Duration = Duration::from_secs(30);

/// Why it is not certain that Graph sent a notification.
#[derive(Debug, thiserror::Error)]
pub enum Unproven {
    /// It did not. Trying again does not help.
    #[error("{0}")]
    Forged(Untrusted),
    /// It came so long ago that the key of its token may be published no more.
    #[error("it came too long ago for its validation token to be judged")]
    TooOld,
    /// The keys of the directory cannot be read at the moment.
    #[error("the keys of the directory cannot be read")]
    NoKeys(#[source] Option<ConnectionError>),
}

/// What is known of the directories' keys, by cloud and directory.
#[derive(Default)]
pub(crate) struct Published {
    known: RwLock<HashMap<(String, String), Known>>,
    /// One reading at a time: of those who wait for it, the others find what it read.
    reading: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Known {
    /// None: they could not be read.
    keys: Option<Arc<Keys>>,
    asked: Timestamp,
}

struct Keys {
    directory_id: String,
    issuer: String,
    set: JwkSet,
}

impl Known {
    /// Whether it is time to read the keys again. `missing`: a token names one that is not among them.
    fn is_due(&self, missing: bool, now: Timestamp) -> bool {
        let age = now.since(self.asked);
        match (&self.keys, missing) {
            (None, _) => age >= AFTER_FAILURE,
            (Some(_), true) => age >= REST,
            (Some(_), false) => age >= FRESH,
        }
    }
}

impl Connections {
    /// That Graph sent these tokens at a time to the app of a connection.
    ///
    /// # Errors
    /// See [`Unproven`].
    pub async fn sent_by_graph(
        &self,
        key: &ConnectionKey,
        tokens: &[String],
        at: Timestamp,
    ) -> Result<(), Unproven> {
        let registration = self.registration(key).await.map_err(|error| Unproven::NoKeys(Some(error)))?;
        let (cloud, directory, client_id) = &registration.id;
        let client_id = client_id.to_ascii_lowercase();
        let place = (cloud.clone(), directory.to_ascii_lowercase());
        let judge = |keys: &Keys| {
            let Keys { directory_id, issuer, set } = keys;
            token::validate(tokens, set, &Expected { client_id: &client_id, directory_id, issuer, at })
        };
        let known = self.published_keys(key, &place, false).await?;
        match judge(&known) {
            Err(Untrusted::Key) => {}
            judged => return judged.map_err(Unproven::Forged),
        }
        // Directories change their keys; this one may be new.
        match judge(&*self.published_keys(key, &place, true).await?) {
            Err(Untrusted::Key) if self.sign_in.clock.now().since(at) > FRESH => Err(Unproven::TooOld),
            judged => judged.map_err(Unproven::Forged),
        }
    }

    /// The keys of a directory, read again if it is time to.
    async fn published_keys(
        &self,
        key: &ConnectionKey,
        place: &(String, String),
        missing: bool,
    ) -> Result<Arc<Keys>, Unproven> {
        let settled = || {
            let known = self.published.known.read().get(place).cloned()?;
            (!known.is_due(missing, self.sign_in.clock.now())).then_some(known)
        };
        if let Some(known) = settled() {
            return known.keys.ok_or(Unproven::NoKeys(None));
        }
        let _reading = self.published.reading.lock().await;
        if let Some(known) = settled() {
            return known.keys.ok_or(Unproven::NoKeys(None));
        }
        let read = self.read_keys(key).await;
        let asked = self.sign_in.clock.now();
        let mut all = self.published.known.write();
        let known = all.entry(place.clone()).or_insert(Known { keys: None, asked });
        known.asked = asked;
        match read {
            Ok(keys) => known.keys = Some(Arc::new(keys)),
            // What was read before is still good for what it signed.
            Err(error) if known.keys.is_none() => return Err(Unproven::NoKeys(Some(error))),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(connection = %key, error, "the keys of a directory could not be read again");
            }
        }
        known.keys.clone().ok_or(Unproven::NoKeys(None))
    }

    async fn read_keys(&self, key: &ConnectionKey) -> Result<Keys, ConnectionError> {
        let applied = self.sign_in.applied(key).await?;
        let people = applied.provider.people.as_ref().ok_or_else(|| sign_in::malformed(applied.provider))?;
        let discovery = self.sign_in.discovery(key, &applied, people).await?;
        let set = self.sign_in.signing_keys(key, &applied, &discovery).await?;
        Ok(Keys {
            directory_id: discovery.directory_id().to_ascii_lowercase(),
            issuer: discovery.issuer,
            set,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_when_they_are_needed_and_not_as_often_as_a_stranger_likes() {
        let keys = Keys { directory_id: "d".into(), issuer: "i".into(), set: JwkSet { keys: vec![] } };
        let at = |seconds: u64| Timestamp(seconds * 1_000);
        let read = Known { keys: Some(Arc::new(keys)), asked: at(0) };
        assert!(!read.is_due(false, at(86_399)) && read.is_due(false, at(86_400)));
        assert!(!read.is_due(true, at(299)) && read.is_due(true, at(300)));
        let failed = Known { keys: None, asked: at(0) };
        assert!(!failed.is_due(true, at(29)) && failed.is_due(false, at(30)));
    }
}

//! The token cache: many readers, one token request at a time for each identity of a connection.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use parking_lot::RwLock;
use tieline_telemetry::metrics;
use tieline_types::{ConnectionKey, Problem, Timestamp};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{Access, ConnectionError, Identity, refusal, sign_in::SignIn};

/// A token with less validity than this is replaced before it is needed.
const RENEW_BELOW: Duration = Duration::from_secs(60);
/// A token with less validity than this may be dead when it arrives.
const LAST_MOMENT: Duration = Duration::from_secs(5);

type Outcome = Result<Arc<Access>, ConnectionError>;

/// The tokens of all connections. Reading one that is good takes two read locks and no await.
pub(crate) struct Tokens {
    sign_in: Arc<SignIn>,
    entries: RwLock<HashMap<ConnectionKey, HashMap<Identity, Arc<Entry>>>>,
}

#[derive(Default)]
struct Entry {
    current: RwLock<Option<Arc<Access>>>,
    /// Token requests that ended. Whoever waited while one ended takes its outcome instead of asking again.
    ended: AtomicU64,
    turn: Arc<Mutex<Turn>>,
}

/// Who holds it may make the token request.
#[derive(Default)]
struct Turn {
    last: Option<Outcome>,
    /// The sign-in service asked not to be asked before.
    quiet_until: Timestamp,
    /// A refusal that asking again would make worse, and until when it stands.
    refused: Option<(Problem, Timestamp)>,
}

impl Tokens {
    pub(crate) fn new(sign_in: Arc<SignIn>) -> Self {
        Self { sign_in, entries: RwLock::default() }
    }

    /// A token with 60 s of validity or more. While one caller replaces a token with less, the others go on
    /// using it; and so do all when the sign-in service cannot be reached, for as long as it lasts.
    pub(crate) async fn get(&self, key: &ConnectionKey, identity: &Identity) -> Outcome {
        let entry = self.entry(key, identity);
        let ended = entry.ended.load(Ordering::Acquire);
        let lasts = |at_least| {
            let now = self.sign_in.clock.now();
            entry.current.read().clone().filter(|access| access.expires.since(now) >= at_least)
        };
        if let Some(access) = lasts(RENEW_BELOW) {
            return Ok(access);
        }
        let turn = match entry.turn.clone().try_lock_owned() {
            Ok(turn) => turn,
            Err(_) => match lasts(LAST_MOMENT) {
                Some(access) => return Ok(access),
                None => entry.turn.clone().lock_owned().await,
            },
        };
        let current = entry.current.read().clone();
        let outcome = self.replace(key, identity, &entry, turn, ended, current).await;
        match (&outcome, lasts(LAST_MOMENT)) {
            (Err(ConnectionError::Throttled(_) | ConnectionError::Unreachable { .. }), Some(access)) => {
                Ok(access)
            }
            _ => outcome,
        }
    }

    /// A token other than the one that met a 401. The stale one is handed out no more; only the first who
    /// reports it causes a token request.
    pub(crate) async fn renew(&self, key: &ConnectionKey, identity: &Identity, stale: u64) -> Outcome {
        let entry = self.entry(key, identity);
        let ended = entry.ended.load(Ordering::Acquire);
        {
            let mut current = entry.current.write();
            match &*current {
                Some(access) if access.generation != stale => return Ok(access.clone()),
                _ => *current = None,
            }
        }
        let turn = entry.turn.clone().lock_owned().await;
        self.replace(key, identity, &entry, turn, ended, None).await
    }

    /// A token that was asked for just now. The one in use stays in use until there is another.
    pub(crate) async fn anew(&self, key: &ConnectionKey, identity: &Identity) -> Outcome {
        let entry = self.entry(key, identity);
        let mut turn = entry.turn.clone().lock_owned().await;
        // Somebody asks, who may have mended it.
        turn.refused = None;
        let ended = entry.ended.load(Ordering::Acquire);
        self.replace(key, identity, &entry, turn, ended, None).await
    }

    /// The tokens of a connection that are in use.
    pub(crate) fn held(&self, key: &ConnectionKey) -> Vec<Arc<Access>> {
        let entries = self.entries.read();
        let entries = entries.get(key).into_iter().flat_map(HashMap::values);
        entries.filter_map(|entry| entry.current.read().clone()).collect()
    }

    /// Forgets what is cached for a connection: it was applied anew or removed.
    pub(crate) fn forget(&self, key: &ConnectionKey) {
        self.entries.write().remove(key);
    }

    /// Forgets what is cached for one identity: it was signed in anew or signed out.
    pub(crate) fn forget_one(&self, key: &ConnectionKey, identity: &Identity) {
        if let Some(entries) = self.entries.write().get_mut(key) {
            entries.remove(identity);
        }
    }

    async fn replace(
        &self,
        key: &ConnectionKey,
        identity: &Identity,
        entry: &Arc<Entry>,
        mut turn: OwnedMutexGuard<Turn>,
        ended: u64,
        current: Option<Arc<Access>>,
    ) -> Outcome {
        if let Some(last) = turn.last.clone().filter(|_| entry.ended.load(Ordering::Acquire) != ended) {
            return last;
        }
        let quiet = turn.quiet_until.since(self.sign_in.clock.now());
        if !quiet.is_zero() {
            return Err(ConnectionError::Throttled(quiet));
        }
        let now = self.sign_in.clock.now();
        if let Some((problem, _)) = turn.refused.as_ref().filter(|(_, until)| *until > now) {
            return Err(ConnectionError::Unusable(problem.clone()));
        }
        // A task of its own: a run that is stopped while it waits must not cut off the request, whose answer
        // may hold the only refresh token that is still good.
        let (sign_in, entry) = (self.sign_in.clone(), entry.clone());
        let (asked, identity) = (key.clone(), identity.clone());
        let task = tokio::spawn(async move {
            let outcome = sign_in.access(&asked, &identity, current.as_deref()).await;
            metrics().token(match &outcome {
                Ok(_) => "granted",
                Err(ConnectionError::Throttled(_)) => "throttled",
                Err(ConnectionError::Unreachable { .. }) => "unreachable",
                Err(_) => "refused",
            });
            match &outcome {
                Ok(access) => tracing::debug!(connection = %asked, ?access, "signed in"),
                Err(error) => tracing::warn!(connection = %asked, %error, "signing in failed"),
            }
            if let Ok(access) = &outcome {
                sign_in.saw(&asked, &identity, access).await;
            }
            match &outcome {
                Ok(access) => *entry.current.write() = Some(access.clone()),
                Err(ConnectionError::Throttled(wait)) => turn.quiet_until = sign_in.clock.now().after(*wait),
                Err(_) => {}
            }
            turn.refused = match &outcome {
                Err(ConnectionError::Unusable(problem)) => {
                    refusal::holds_for(problem).map(|held| (problem.clone(), sign_in.clock.now().after(held)))
                }
                _ => None,
            };
            turn.last = Some(outcome.clone());
            entry.ended.fetch_add(1, Ordering::Release);
            outcome
        });
        task.await.unwrap_or_else(|ended| {
            Err(ConnectionError::Unreachable { connection: key.clone(), source: Arc::new(ended) })
        })
    }

    fn entry(&self, key: &ConnectionKey, identity: &Identity) -> Arc<Entry> {
        if let Some(entry) = self.entries.read().get(key).and_then(|entries| entries.get(identity)) {
            return entry.clone();
        }
        self.entries.write().entry(key.clone()).or_default().entry(identity.clone()).or_default().clone()
    }
}

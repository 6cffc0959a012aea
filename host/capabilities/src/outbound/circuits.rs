//! The circuits of all connections, shared by all runs.

use std::collections::{HashMap, VecDeque};

use parking_lot::{Mutex, RwLock};
use tieline_types::{Clock, ConnectionKey, ConnectionName, Problem, Timestamp};
use tokio::sync::Notify;

use super::circuit::{Changed, Circuit, Outcome, Refused};

/// The circuits of all connections. One whose last call was answered costs nothing: it is not here.
#[derive(Debug, Default)]
pub struct Circuits {
    remembered: RwLock<HashMap<ConnectionKey, Circuit>>,
    /// How often each was applied anew. Changed and compared under the lock of `remembered`.
    applied: RwLock<HashMap<ConnectionKey, u64>>,
    news: Mutex<VecDeque<(ConnectionKey, News)>>,
    told: Notify,
}

/// What happened to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// Its calls are refused from now on.
    Opened,
    /// It works again, or was applied anew.
    Closed,
    /// Events began or ended to wait for it.
    Waiting,
}

/// Why an event waits for a connection.
#[derive(Debug, Clone, PartialEq)]
pub struct Park {
    /// Which one.
    pub connection: ConnectionName,
    /// What is wrong with it.
    pub problem: Problem,
    /// When to try it again.
    pub until: Timestamp,
    /// The connector was told that its event is kept, whatever it answers. Otherwise it saw a failure of the
    /// upstream itself, and may have made its own of it.
    pub promised: bool,
}

/// A call that may be sent, and of which its circuit wants to hear. Dropped before its answer came, it counts as
/// one that was not answered in time.
pub(crate) struct Passage<'a> {
    circuits: &'a Circuits,
    key: &'a ConnectionKey,
    clock: &'a dyn Clock,
    /// How often its connection had been applied when the call began.
    applied: u64,
    reported: bool,
}

impl Circuits {
    /// Forgets what is known of a connection, and says that it works: it was applied anew. Calls that began before
    /// say nothing about it any more.
    pub fn reset(&self, key: &ConnectionKey) {
        {
            let mut remembered = self.remembered.write();
            remembered.remove(key);
            *self.applied.write().entry(key.clone()).or_default() += 1;
        }
        self.tell(key.clone(), News::Closed);
    }

    /// Why calls of a connection are refused, while they are.
    pub fn problem(&self, key: &ConnectionKey) -> Option<Problem> {
        self.refusal(key).map(|refused| refused.problem)
    }

    /// How many connections are left alone now.
    pub fn open(&self) -> usize {
        self.remembered.read().values().filter(|circuit| circuit.refusal().is_some()).count()
    }

    /// Passes news on to whoever waits in [`Circuits::next`].
    pub fn tell(&self, key: ConnectionKey, news: News) {
        self.news.lock().push_back((key, news));
        self.told.notify_one();
    }

    /// The next news, in the order in which they came. For one listener.
    pub async fn next(&self) -> (ConnectionKey, News) {
        loop {
            let told = self.told.notified();
            if let Some(news) = self.news.lock().pop_front() {
                return news;
            }
            told.await;
        }
    }

    /// Lets a call pass, or says why not.
    pub(crate) fn admit<'a>(
        &'a self,
        key: &'a ConnectionKey,
        insists: bool,
        clock: &'a dyn Clock,
    ) -> Result<Passage<'a>, Refused> {
        if self.knows(key)
            && let Some(circuit) = self.remembered.write().get_mut(key)
        {
            circuit.admit(insists, clock.now())?;
        }
        Ok(Passage { circuits: self, key, clock, applied: self.applied(key), reported: false })
    }

    /// Takes note of a call that began when its connection had been `applied` so often. Whether it says anything
    /// about the connection as it is now.
    fn report(&self, key: &ConnectionKey, applied: u64, outcome: Outcome, now: Timestamp) -> bool {
        if matches!(outcome, Outcome::Answered | Outcome::Unknown) && !self.knows(key) {
            return true;
        }
        let changed = {
            let mut remembered = self.remembered.write();
            if self.applied(key) != applied {
                return false;
            }
            let circuit = remembered.entry(key.clone()).or_default();
            let changed = circuit.report(&key.connection, outcome, now);
            if circuit.is_new() {
                remembered.remove(key);
            }
            changed
        };
        match changed {
            Some(Changed::Opened) => self.tell(key.clone(), News::Opened),
            Some(Changed::Closed) => self.tell(key.clone(), News::Closed),
            None => {}
        }
        true
    }

    fn applied(&self, key: &ConnectionKey) -> u64 {
        self.applied.read().get(key).copied().unwrap_or_default()
    }

    fn knows(&self, key: &ConnectionKey) -> bool {
        let remembered = self.remembered.read();
        !remembered.is_empty() && remembered.contains_key(key)
    }

    fn refusal(&self, key: &ConnectionKey) -> Option<Refused> {
        self.remembered.read().get(key)?.refusal().cloned()
    }
}

impl Passage<'_> {
    /// Says what the call came to. When the circuit is open after it, why its event should wait. One that met a
    /// connection which cannot be used, and which was applied anew meanwhile, comes again at once.
    pub(crate) fn report(mut self, outcome: Outcome) -> Option<Park> {
        self.reported = true;
        let now = self.clock.now();
        let unusable = match &outcome {
            Outcome::Unusable(problem) => Some(problem.clone()),
            _ => None,
        };
        let failed = unusable.is_some() || matches!(outcome, Outcome::Failed(_) | Outcome::Exhausted(..));
        let promised = unusable.is_some();
        let refused = if self.circuits.report(self.key, self.applied, outcome, now) {
            failed.then(|| self.circuits.refusal(self.key)).flatten()
        } else {
            unusable.map(|problem| Refused { problem, until: now })
        };
        Some(refused?.park(&self.key.connection, promised))
    }
}

impl Drop for Passage<'_> {
    fn drop(&mut self) {
        if !self.reported {
            let outcome = Outcome::Failed("it does not answer in time".into());
            self.circuits.report(self.key, self.applied, outcome, self.clock.now());
        }
    }
}

impl Refused {
    pub(crate) fn park(self, connection: &ConnectionName, promised: bool) -> Park {
        Park { connection: connection.clone(), problem: self.problem, until: self.until, promised }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tieline_types::ManualClock;

    fn key() -> ConnectionKey {
        ConnectionKey { tenant: "acme".parse().unwrap(), connection: "crm".parse().unwrap() }
    }

    #[test]
    fn calls_that_never_come_back_are_failures() {
        let (circuits, clock, key) = (Circuits::default(), ManualClock::default(), key());
        while let Ok(passage) = circuits.admit(&key, false, &clock) {
            drop(passage);
        }
        assert!(circuits.problem(&key).unwrap().message.contains("in time"));
        let other = ConnectionKey { connection: "mail".parse().unwrap(), ..key.clone() };
        assert!(circuits.admit(&other, false, &clock).is_ok(), "each connection has its own");
    }

    #[test]
    fn what_began_before_a_connection_was_applied_anew_says_nothing_about_it() {
        let (circuits, clock, key) = (Circuits::default(), ManualClock::default(), key());
        let unusable = || Outcome::Unusable(Problem::new("c", "m"));
        let [refused, failed, dropped] = [(); 3].map(|()| circuits.admit(&key, false, &clock).unwrap());
        circuits.reset(&key);
        let park = refused.report(unusable()).unwrap();
        assert!(park.promised && park.until == clock.now(), "its event is kept, and comes again at once");
        assert_eq!(failed.report(Outcome::Failed("503".into())), None);
        drop(dropped);
        assert!(circuits.remembered.read().is_empty());
        assert!(circuits.admit(&key, false, &clock).unwrap().report(unusable()).unwrap().until > clock.now());
    }

    #[tokio::test]
    async fn tells_what_happened_in_order_and_forgets_what_works() {
        let (circuits, clock, key) = (Circuits::default(), ManualClock::default(), key());
        let unusable = Outcome::Unusable(Problem::new("c", "m"));
        let park = circuits.admit(&key, false, &clock).unwrap().report(unusable).unwrap();
        assert!(park.promised && park.until > clock.now());
        circuits.admit(&key, true, &clock).unwrap().report(Outcome::Answered);
        assert!(circuits.remembered.read().is_empty());
        circuits.reset(&key);
        for news in [News::Opened, News::Closed, News::Closed] {
            assert_eq!(circuits.next().await, (key.clone(), news));
        }
    }
}

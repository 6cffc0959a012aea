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
    reported: bool,
}

impl Circuits {
    /// Forgets what is known of a connection, and says that it works: it was applied anew.
    pub fn reset(&self, key: &ConnectionKey) {
        self.remembered.write().remove(key);
        self.tell(key.clone(), News::Closed);
    }

    /// Why calls of a connection are refused, while they are.
    pub fn problem(&self, key: &ConnectionKey) -> Option<Problem> {
        self.refusal(key).map(|refused| refused.problem)
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
        Ok(Passage { circuits: self, key, clock, reported: false })
    }

    fn report(&self, key: &ConnectionKey, outcome: Outcome, now: Timestamp) {
        if matches!(outcome, Outcome::Answered | Outcome::Unknown) && !self.knows(key) {
            return;
        }
        let changed = {
            let mut remembered = self.remembered.write();
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
    /// Says what the call came to. When the circuit is open after it, why its event should wait.
    pub(crate) fn report(mut self, outcome: Outcome) -> Option<Park> {
        self.reported = true;
        let promised = matches!(outcome, Outcome::Unusable(_));
        let failed = promised || matches!(outcome, Outcome::Failed(_));
        self.circuits.report(self.key, outcome, self.clock.now());
        let refused = failed.then(|| self.circuits.refusal(self.key)).flatten()?;
        Some(refused.park(&self.key.connection, promised))
    }
}

impl Drop for Passage<'_> {
    fn drop(&mut self) {
        if !self.reported {
            let outcome = Outcome::Failed("it does not answer in time".into());
            self.circuits.report(self.key, outcome, self.clock.now());
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

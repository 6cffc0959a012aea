//! The way of news to the receivers. One task writes all that waits; only the handing over happens beside it, so that a
//! receiver that hangs holds up nobody else.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    convert::Infallible,
    sync::Arc,
    time::Duration,
};

use tieline_capabilities::news;
use tieline_store::{Batch, CommitError, Key, Op, Pages, Store};
use tieline_types::{AlertNews, AlertTurn, Problem, Severity, api::AlertMessage};
use tokio::task::{JoinError, JoinSet};

use super::{
    Telling,
    mailbox::Mailbox,
    pace, queue,
    receivers::{ALERT, ReceiverKey},
};

/// How often it is looked whether there is something to tell.
const EVERY: Duration = Duration::from_millis(500);
/// How long to wait when the store fails.
const AFTER_STORE_FAULT: Duration = Duration::from_secs(5);
/// News that are fanned out at once.
const PAGE: usize = 200;
/// Messages that are handed over at the same time.
const AT_ONCE: usize = 16;
/// So many failures in a row are an alert.
const FAILURES: u32 = 2;

type Handed = (ReceiverKey, Result<String, Problem>);

/// Why a round ended.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("what is to be told of alerts could not be read or written")]
    Store(#[from] CommitError),
    #[error("handing over a message ended in a fault of the host")]
    Fault(#[from] JoinError),
}

/// What the courier carries.
struct Round {
    mailboxes: BTreeMap<ReceiverKey, Mailbox>,
    /// The receivers as of so many changes have a mailbox.
    changes: Option<u64>,
    handing: JoinSet<Handed>,
}

impl Telling {
    /// Tells. Runs until it is dropped; what is then under way is told again, with the same id.
    pub(crate) async fn keep(self: Arc<Self>) {
        loop {
            let mut round = Round { mailboxes: BTreeMap::new(), changes: None, handing: JoinSet::new() };
            let Err(error) = self.go_round(&mut round).await;
            // What is in memory may say something else than the store now: it is read anew.
            tracing::error!(error = &error as &dyn std::error::Error, "telling people of alerts begins anew");
            tokio::time::sleep(AFTER_STORE_FAULT).await;
        }
    }

    async fn go_round(self: &Arc<Self>, round: &mut Round) -> Result<Infallible, Ended> {
        self.forget_strangers().await?;
        loop {
            self.sort_in(round).await?;
            while self.fan_out(round).await? == PAGE {}
            self.hand_over(round).await?;
            tokio::select! {
                Some(handed) = round.handing.join_next() => {
                    let (key, outcome) = handed?;
                    self.handed(round, &key, outcome).await?;
                }
                () = self.changed.notified() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// A mailbox for each receiver, and none for any other.
    async fn sort_in(&self, round: &mut Round) -> Result<(), CommitError> {
        let changes = Some(self.receivers.changes());
        if round.changes == changes {
            return Ok(());
        }
        let (store, now) = (&*self.alerts.services().store, self.now());
        let known = self.receivers.all();
        let gone: Vec<_> = round.mailboxes.keys().filter(|key| !known.contains_key(*key)).cloned().collect();
        for key in gone {
            round.mailboxes.remove(&key);
            forget(store, &key).await?;
            self.alerts.clear(&key.alert()).await;
        }
        for (key, receiver) in known {
            match round.mailboxes.get_mut(&key) {
                Some(mailbox) if mailbox.receiver == receiver => {}
                Some(mailbox) => mailbox.replaced(receiver, now),
                None => {
                    let known = store.get(&queue::state(&key)).await?.is_some();
                    let mut mailbox = Mailbox::load(store, key.clone(), receiver).await?;
                    if !known {
                        self.introduce(&mut mailbox).await?;
                    }
                    round.mailboxes.insert(key, mailbox);
                }
            }
        }
        round.changes = changes;
        Ok(())
    }

    /// Brings to a receiver that is new what stands already, once: what it is told of then is marked as if it had heard it
    /// happen, in the commit from which on it is known.
    async fn introduce(&self, mailbox: &mut Mailbox) -> Result<(), CommitError> {
        let (store, key) = (&*self.alerts.services().store, mailbox.key.clone());
        let mut batch = Batch::new();
        for alert in self.alerts.all().await?.into_iter().filter(|alert| key.hears(&alert.about)) {
            let news = AlertNews { what: AlertTurn::Raised, at: self.now(), alert };
            let mark = queue::mark(&key, &news.alert.about);
            let Some((_, Some(severity))) = pace::told(&news, None, mailbox.receiver.min_severity) else {
                continue;
            };
            batch = batch.ops([queue::put(mark, &severity), mailbox.take(&news)]);
        }
        let known = queue::put(queue::state(&key), &mailbox.state);
        store.commit(batch.ops([known])).await.map(drop)
    }

    /// Forgets what waits for receivers that went while no host ran, and the alerts about them.
    async fn forget_strangers(&self) -> Result<(), CommitError> {
        let (store, known) = (&*self.alerts.services().store, self.receivers.all());
        let mut pages = Pages::under(queue::all());
        let mut strangers = BTreeSet::new();
        while let Some(page) = pages.next(store).await? {
            let whose = page.iter().filter_map(|(key, _)| queue::whose(key));
            strangers.extend(whose.filter(|key| !known.contains_key(key)));
        }
        for key in &strangers {
            forget(store, key).await?;
        }
        for alert in self.alerts.left_over(ALERT).await {
            if !known.keys().any(|key| key.alert() == alert.about) {
                self.alerts.clear(&alert.about).await;
            }
        }
        Ok(())
    }

    /// Brings the oldest news to the receivers that they concern. How many that were.
    async fn fan_out(&self, round: &mut Round) -> Result<usize, CommitError> {
        let store = &*self.alerts.services().store;
        let page = store.scan(&news::space(), None, PAGE).await?;
        if page.is_empty() {
            return Ok(0);
        }
        // Whoever was applied before these were written hears of them.
        self.sort_in(round).await?;
        let mut batch = Batch::new();
        let mut marks: HashMap<Key, Option<Severity>> = HashMap::new();
        for (place, value) in &page {
            batch = batch.delete(place.clone());
            let news: AlertNews = queue::read(value)?;
            for (key, mailbox) in round.mailboxes.iter_mut().filter(|(key, _)| key.hears(&news.alert.about)) {
                let mark = queue::mark(key, &news.alert.about);
                let known = match marks.get(&mark) {
                    Some(known) => *known,
                    None => store.get(&mark).await?.as_ref().map(queue::read).transpose()?,
                };
                let told = pace::told(&news, known, mailbox.receiver.min_severity);
                marks.insert(mark.clone(), told.map_or(known, |(_, after)| after));
                let Some((what, after)) = told else { continue };
                let marked = match after {
                    Some(severity) => queue::put(mark, &severity),
                    None => Op::Delete { key: mark },
                };
                batch = batch.ops([marked, mailbox.take(&AlertNews { what, ..news.clone() })]);
            }
        }
        store.commit(batch).await?;
        Ok(page.len())
    }

    /// Begins what is due.
    async fn hand_over(self: &Arc<Self>, round: &mut Round) -> Result<(), CommitError> {
        let (store, now) = (&*self.alerts.services().store, self.now());
        for (key, mailbox) in &mut round.mailboxes {
            if round.handing.len() >= AT_ONCE {
                break;
            }
            let due = pace::due(&mailbox.state, mailbox.since, self.options.digest);
            if mailbox.busy || due.is_none_or(|due| due > now) {
                continue;
            }
            let Some((message, alerts)) = mailbox.message(store, now).await? else { continue };
            let message = AlertMessage {
                id: message.id,
                host: self.host.clone(),
                receiver: key.name.clone(),
                test: false,
                alerts,
                more: message.more,
            };
            mailbox.busy = true;
            let (telling, key, receiver) = (self.clone(), key.clone(), mailbox.receiver.clone());
            round.handing.spawn(async move {
                let outcome = telling.door(&key).send(&receiver, &message).await;
                (key, outcome)
            });
        }
        Ok(())
    }

    async fn handed(
        &self,
        round: &mut Round,
        key: &ReceiverKey,
        outcome: Result<String, Problem>,
    ) -> Result<(), CommitError> {
        let (store, now) = (&*self.alerts.services().store, self.now());
        let Some(mailbox) = round.mailboxes.get_mut(key) else { return Ok(()) };
        mailbox.busy = false;
        match outcome {
            Ok(_) => {
                mailbox.taken(store, now).await?;
                self.alerts.clear(&key.alert()).await;
            }
            Err(problem) => {
                tracing::warn!(receiver = %key.name, %problem, "a receiver of alerts was not told");
                if mailbox.refused(store, problem.clone(), now).await? >= FAILURES {
                    self.alerts.raise(&key.alert(), Severity::Warning, untold(key, problem)).await;
                }
            }
        }
        Ok(())
    }
}

/// What the alert says.
fn untold(key: &ReceiverKey, problem: Problem) -> Problem {
    let message = format!("`{}` cannot be told of alerts: {}", key.name, problem.message);
    Problem { code: format!("{ALERT}failing"), message, ..problem }
}

async fn forget(store: &dyn Store, key: &ReceiverKey) -> Result<(), CommitError> {
    let all = Pages::all(store, queue::of(key)).await?;
    store.commit(Batch::new().ops(all.into_iter().map(|(key, _)| Op::Delete { key }))).await.map(drop)
}

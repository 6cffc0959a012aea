//! What waits for one receiver, and what became of its last message: the same in memory and in the store.

use tieline_store::{Batch, CommitError, Key, Op, Store, StoreError, Value};
use tieline_types::{AlertNews, EventId, Problem, Timestamp};

use super::{
    pace,
    queue::{self, State, UnderWay},
    receivers::{Receiver, ReceiverKey},
};

/// The most news that wait for one receiver. Later ones are counted, and seen in the list of alerts.
const MOST: usize = 1_000;

/// A receiver with what waits for it.
pub(super) struct Mailbox {
    pub(super) key: ReceiverKey,
    pub(super) receiver: Receiver,
    pub(super) state: State,
    /// The number of the next news.
    next: u64,
    waiting: usize,
    /// Since when the oldest news wait that are in no message.
    pub(super) since: Option<Timestamp>,
    /// Whether a message to it is being handed over.
    pub(super) busy: bool,
}

impl Mailbox {
    /// As the store has it.
    pub(super) async fn load(
        store: &dyn Store,
        key: ReceiverKey,
        receiver: Receiver,
    ) -> Result<Self, StoreError> {
        let state = store.get(&queue::state(&key)).await?;
        let state: State = state.as_ref().map(queue::read).transpose()?.unwrap_or_default();
        let mut mailbox = Self { key, receiver, state, next: 0, waiting: 0, since: None, busy: false };
        mailbox.recount(store).await?;
        Ok(mailbox)
    }

    /// Counts anew what waits.
    async fn recount(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        let all = self.all(store).await?;
        let under_way = self.state.message.as_ref().map(|message| message.upto);
        let first = all.iter().find(|(key, _)| under_way.is_none_or(|upto| key.last_number() > Some(upto)));
        self.since = match first {
            Some((_, value)) => Some(queue::read::<AlertNews>(value)?.at),
            None => None,
        };
        self.waiting = all.len();
        self.next = all.last().and_then(|(key, _)| key.last_number()).map_or(self.next, |last| last + 1);
        Ok(())
    }

    async fn all(&self, store: &dyn Store) -> Result<Vec<(Key, Value)>, StoreError> {
        store.scan(&queue::news(&self.key), None, MOST).await
    }

    /// The changes that let news wait here too, or count them where too much waits already.
    pub(super) fn take(&mut self, news: &AlertNews) -> Op {
        if self.waiting >= MOST {
            self.state.beyond += 1;
            return queue::put(queue::state(&self.key), &self.state);
        }
        let key = queue::news(&self.key).number(self.next);
        self.next += 1;
        self.waiting += 1;
        self.since.get_or_insert(news.at);
        queue::put(key, news)
    }

    /// The message under way, or a new one of all that waits; none when nothing does.
    pub(super) async fn message(
        &mut self,
        store: &dyn Store,
        now: Timestamp,
    ) -> Result<Option<(UnderWay, Vec<AlertNews>)>, CommitError> {
        let all = self.all(store).await?;
        if self.state.message.is_none() {
            let Some(upto) = all.last().and_then(|(key, _)| key.last_number()) else { return Ok(None) };
            let id = EventId::generate().to_string();
            let message = UnderWay { id, upto, more: self.state.beyond, attempts: 0, not_before: now };
            let state = State { message: Some(message), ..self.state.clone() };
            store.commit(Batch::new().ops([queue::put(queue::state(&self.key), &state)])).await?;
            self.state = state;
            self.since = None;
        }
        let Some(message) = self.state.message.clone() else { return Ok(None) };
        let within = all.iter().take_while(|(key, _)| key.last_number() <= Some(message.upto));
        let news = within.map(|(_, value)| queue::read(value)).collect::<Result<_, _>>()?;
        Ok(Some((message, news)))
    }

    /// The message under way was taken.
    pub(super) async fn taken(&mut self, store: &dyn Store, now: Timestamp) -> Result<(), CommitError> {
        let Some(message) = &self.state.message else { return Ok(()) };
        let all = self.all(store).await?;
        let told = all.into_iter().filter(|(key, _)| key.last_number() <= Some(message.upto));
        let beyond = self.state.beyond.saturating_sub(message.more);
        let state = State { message: None, told: Some(now), problem: None, beyond };
        let batch = Batch::new().ops(told.map(|(key, _)| Op::Delete { key }));
        store.commit(batch.ops([queue::put(queue::state(&self.key), &state)])).await?;
        self.state = state;
        self.recount(store).await?;
        Ok(())
    }

    /// The message under way was not taken. How often that is so far.
    pub(super) async fn refused(
        &mut self,
        store: &dyn Store,
        problem: Problem,
        now: Timestamp,
    ) -> Result<u32, CommitError> {
        let Some(mut message) = self.state.message.clone() else { return Ok(0) };
        message.attempts = message.attempts.saturating_add(1);
        message.not_before = now.after(pace::wait(message.attempts));
        let attempts = message.attempts;
        let state = State { message: Some(message), problem: Some(problem), ..self.state.clone() };
        store.commit(Batch::new().ops([queue::put(queue::state(&self.key), &state)])).await?;
        self.state = state;
        Ok(attempts)
    }

    /// The receiver is another from now on: what failed is tried at once.
    pub(super) fn replaced(&mut self, receiver: Receiver, now: Timestamp) {
        self.receiver = receiver;
        if let Some(message) = &mut self.state.message {
            message.not_before = now;
        }
    }
}

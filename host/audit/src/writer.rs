//! The one task that writes: what waits at the same time, of all chains, is one commit.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use tieline_store::{Batch, CommitError, Store};
use tieline_types::{Clock, TenantId, api::AuditHead};
use tokio::sync::{mpsc, oneshot};

use crate::{
    AuditError, Entry,
    chain::{canonical, next, start},
    list::read_head,
    place,
};

/// The most records of one commit.
const GROUP: usize = 256;
/// How many may wait; more wait to be let in.
const QUEUE: usize = 1024;
/// How often a group is tried again that another writer overtook.
const TRIES: usize = 20;

type Chain = Option<TenantId>;
type Answer = Result<u64, AuditError>;

struct Waiting {
    entry: Entry,
    answer: oneshot::Sender<Answer>,
}

/// Where entries wait.
pub(crate) struct Queue(mpsc::Sender<Waiting>);

impl Queue {
    pub(crate) async fn add(&self, entry: Entry) -> Answer {
        let (answer, answered) = oneshot::channel();
        self.0.send(Waiting { entry, answer }).await.map_err(|_| AuditError::Ended)?;
        answered.await.map_err(|_| AuditError::Ended)?
    }
}

/// The end of a chain, and the revision that it must still have when the next record is written.
#[derive(Clone, Copy)]
struct End {
    head: AuditHead,
    revision: Option<u64>,
}

pub(crate) struct Writer {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// As far as they are known; forgotten when another writer was met.
    ends: HashMap<Chain, End>,
}

impl Writer {
    pub(crate) fn start(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Queue {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(Self { store, clock, ends: HashMap::new() }.keep(waiting));
        Queue(queue)
    }

    async fn keep(mut self, mut queue: mpsc::Receiver<Waiting>) {
        let mut group = Vec::new();
        while queue.recv_many(&mut group, GROUP).await > 0 {
            let (entries, waiting): (Vec<_>, Vec<_>) =
                group.drain(..).map(|Waiting { entry, answer }| (entry, answer)).unzip();
            for (answers, waiting) in self.write(entries).await.into_iter().zip(waiting) {
                // Whoever asked may have gone away; the record stays.
                let _ = waiting.send(answers);
            }
        }
    }

    /// Writes all of them, and gives each its number.
    async fn write(&mut self, entries: Vec<Entry>) -> Vec<Answer> {
        for _ in 0..TRIES {
            let unknown = self.learn(&entries).await;
            let (batch, numbers, ends) = self.drafted(&entries, &unknown);
            match self.store.commit(batch).await {
                Ok(committed) => {
                    for (chain, head) in ends {
                        self.ends.insert(chain, End { head, revision: Some(committed.revision) });
                    }
                    return numbers;
                }
                Err(CommitError::Conflict { .. }) => self.ends.clear(),
                Err(error) => {
                    self.ends.clear();
                    let error = AuditError::Write(Arc::new(error));
                    return entries.iter().map(|_| Err(error.clone())).collect();
                }
            }
        }
        // One chain that is broken must not keep the others from being written.
        if entries.len() > 1 {
            let mut answers = Vec::new();
            for entry in entries {
                answers.extend(Box::pin(self.write(vec![entry])).await);
            }
            return answers;
        }
        let chain = |entry: &Entry| entry.tenant.as_ref().map_or("the host".into(), ToString::to_string);
        entries.iter().map(|entry| Err(AuditError::Contended { chain: chain(entry) })).collect()
    }

    /// Reads the ends of chains that are not known, and says which cannot be read.
    async fn learn(&mut self, entries: &[Entry]) -> HashMap<Chain, AuditError> {
        let mut unknown = HashMap::new();
        let chains: HashSet<&Chain> = entries.iter().map(|entry| &entry.tenant).collect();
        for chain in chains {
            if self.ends.contains_key(chain) {
                continue;
            }
            let end = self.store.get(&place::head(chain.as_ref())).await.and_then(|kept| match kept {
                Some(kept) => Ok(End { head: read_head(&kept)?, revision: Some(kept.revision) }),
                None => Ok(End { head: start(chain.as_ref()), revision: None }),
            });
            match end {
                Ok(end) => drop(self.ends.insert(chain.clone(), end)),
                Err(error) => drop(unknown.insert(chain.clone(), error.into())),
            }
        }
        unknown
    }

    /// The commit with all of them, their numbers, and the ends of chains that it makes.
    fn drafted(
        &self,
        entries: &[Entry],
        unknown: &HashMap<Chain, AuditError>,
    ) -> (Batch, Vec<Answer>, HashMap<Chain, AuditHead>) {
        let (mut batch, mut ends, now) = (Batch::new(), HashMap::new(), self.clock.now());
        let number = |entry: &Entry| {
            let tenant = entry.tenant.as_ref();
            let Some(end) = self.ends.get(&entry.tenant) else {
                return Err(unknown.get(&entry.tenant).cloned().unwrap_or(AuditError::Ended));
            };
            let head = ends.entry(entry.tenant.clone()).or_insert(end.head);
            let record = next(head, entry.clone(), now);
            *head = AuditHead { seq: record.seq, digest: record.digest };
            let place = place::record(tenant, record.seq);
            // Never over a record that stands there, whatever the head says.
            batch = std::mem::take(&mut batch).expect(place.clone(), None).put(place, canonical(&record));
            Ok(record.seq)
        };
        let numbers: Vec<Answer> = entries.iter().map(number).collect();
        for (chain, head) in &ends {
            let place = place::head(chain.as_ref());
            let kept = serde_json::to_vec(head).expect("plain data always serialises");
            let revision = self.ends.get(chain).and_then(|end| end.revision);
            batch = batch.expect(place.clone(), revision).put(place, kept);
        }
        (batch, numbers, ends)
    }
}

//! What a run wants written, and what it has read for it.

use std::{
    collections::BTreeMap,
    ops::{Add, Sub},
    sync::Arc,
};

use bytes::Bytes;
use tieline_store::{Batch, Expect, Key, Op, Space, Value};
use tieline_types::{
    Alert, AlertNews, Event, Timer, TimerKey, Timestamp,
    dataset::{TableKey, block},
};

use super::{news, timers};

/// The buffered writes of one run, with every key and range that it read. Committed as one batch, which
/// fails whole if another run changed something read here: no lost update, no half-written run.
#[derive(Default)]
pub struct Transaction {
    reads: BTreeMap<Key, Option<u64>>,
    ranges: Vec<Expect>,
    writes: BTreeMap<Key, Write>,
    events: Vec<(Arc<Event>, Option<[u8; 32]>)>,
    activity: Vec<(Key, Bytes)>,
    alerts: BTreeMap<Key, Alarm>,
    timers: BTreeMap<TimerKey, Option<Timer>>,
    /// Rows of datasets: all of a table in one block.
    rows: BTreeMap<TableKey, block::Writer>,
    /// How many rows those are.
    pub(crate) appended: u32,
    written_bytes: usize,
    /// What its writes add to what the installation keeps.
    growth: Footprint,
    /// What the installation kept before, once that is known.
    pub(crate) usage: Option<Footprint>,
    /// Calls of storage.
    pub(crate) storage_calls: u32,
}

/// A buffered change of an alert.
pub(crate) struct Alarm {
    /// How it stood in the store when this run first looked.
    pub(crate) before: Option<Alert>,
    /// How it stands after the run; none: it does not.
    pub(crate) after: Option<Alert>,
    /// When that was said last.
    pub(crate) at: Timestamp,
}

/// One buffered write.
#[derive(Clone)]
pub(crate) enum Write {
    Put { value: Bytes, expires: Option<Timestamp> },
    Delete,
}

impl Write {
    /// Bytes of the value.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Put { value, .. } => value.len(),
            Self::Delete => 0,
        }
    }
}

/// How much room entries take, or how that changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Footprint {
    pub(crate) keys: i64,
    pub(crate) bytes: i64,
}

impl Footprint {
    /// Of one entry, as the store counts it.
    pub(crate) fn entry(name: &str, value: usize) -> Self {
        Self { keys: 1, bytes: i64::try_from(name.len() + value).unwrap_or(i64::MAX) }
    }

    /// Of what stands after a write.
    pub(crate) fn of(name: &str, write: &Write) -> Self {
        match write {
            Write::Put { value, .. } => Self::entry(name, value.len()),
            Write::Delete => Self::default(),
        }
    }
}

impl Add for Footprint {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { keys: self.keys + other.keys, bytes: self.bytes.saturating_add(other.bytes) }
    }
}

impl Sub for Footprint {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { keys: self.keys - other.keys, bytes: self.bytes.saturating_sub(other.bytes) }
    }
}

impl Transaction {
    pub(crate) fn written(&self, key: &Key) -> Option<&Write> {
        self.writes.get(key)
    }

    pub(crate) fn writes_under<'a>(&'a self, prefix: &'a Key) -> impl Iterator<Item = (&'a Key, &'a Write)> {
        let under = move |key: &Key| key.as_bytes().starts_with(prefix.as_bytes());
        self.writes.range(prefix.clone()..).take_while(move |(key, _)| under(key))
    }

    /// The first revision seen of a key is the one that must still stand at commit.
    pub(crate) fn note_read(&mut self, key: Key, revision: Option<u64>) {
        self.reads.entry(key).or_insert(revision);
    }

    /// The page as scanned must still stand at commit: same keys, same revisions.
    pub(crate) fn note_range(
        &mut self,
        prefix: &Key,
        after: Option<&Key>,
        limit: usize,
        page: &[(Key, Value)],
    ) {
        let batch = Batch::new().expect_range(prefix.clone(), after.cloned(), limit, page);
        self.ranges.extend(batch.expect);
    }

    /// Buffers a write that changes so much about what is kept.
    pub(crate) fn write(&mut self, key: Key, write: Write, change: Footprint) {
        self.written_bytes += write.len();
        self.growth = self.growth + change;
        self.writes.insert(key, write);
    }

    pub(crate) fn keys_written(&self) -> usize {
        self.writes.len()
    }

    pub(crate) fn growth(&self) -> Footprint {
        self.growth
    }

    pub(crate) fn written_bytes(&self) -> usize {
        self.written_bytes
    }

    pub(crate) fn emit(&mut self, event: Event, dedupe: Option<[u8; 32]>) {
        self.events.push((Arc::new(event), dedupe));
    }

    pub(crate) fn add_activity(&mut self, key: Key, entry: Bytes) {
        self.activity.push((key, entry));
    }

    pub(crate) fn alerts(&self) -> &BTreeMap<Key, Alarm> {
        &self.alerts
    }

    /// Buffers how an alert stands; `before` is how it stood in the store.
    pub(crate) fn set_alert(&mut self, key: Key, before: Option<Alert>, after: Option<Alert>, at: Timestamp) {
        let alarm = self.alerts.entry(key).or_insert(Alarm { before, after: None, at });
        (alarm.after, alarm.at) = (after, at);
    }

    /// The rows for a table so far.
    pub(crate) fn rows(
        &mut self,
        table: TableKey,
        begun: impl FnOnce() -> block::Writer,
    ) -> &mut block::Writer {
        self.rows.entry(table).or_insert_with(begun)
    }

    /// Takes rows back: there are as many bytes of the table's as there were before. A table without rows is none.
    pub(crate) fn take_back(&mut self, table: &TableKey, before: usize) {
        if let Some(rows) = self.rows.get_mut(table) {
            rows.truncate(before);
            if rows.is_empty() {
                self.rows.remove(table);
            }
        }
    }

    /// Bytes of all rows so far.
    pub(crate) fn appended_bytes(&self) -> usize {
        self.rows.values().map(block::Writer::len).sum()
    }

    /// The tables that rows are appended to, with the bytes of these.
    pub fn appended(&self) -> Vec<(TableKey, u64)> {
        self.rows.iter().map(|(table, rows)| (table.clone(), rows.len() as u64)).collect()
    }

    /// One-shot timers that are set, or cancelled.
    pub fn timers(&self) -> &BTreeMap<TimerKey, Option<Timer>> {
        &self.timers
    }

    pub(crate) fn set_timer(&mut self, key: TimerKey, timer: Option<Timer>) {
        self.timers.insert(key, timer);
    }

    pub(crate) fn emitted(&self) -> u32 {
        u32::try_from(self.events.len() + self.activity.len() + self.alerts.len() + self.timers.len())
            .unwrap_or(u32::MAX)
    }

    /// The follow-up events, in the order in which [`Transaction::add_to`] appends them.
    pub fn events(&self) -> impl Iterator<Item = &Arc<Event>> {
        self.events.iter().map(|(event, _)| event)
    }

    /// Entries under `prefix`, as they will be once this is committed.
    pub fn laid_over(&self, prefix: &Key, stored: Vec<(Key, Value)>) -> Vec<(Key, Value)> {
        let mut all: BTreeMap<Key, Value> = stored.into_iter().collect();
        for (key, write) in self.writes_under(prefix) {
            match write {
                Write::Put { value, .. } => {
                    all.insert(key.clone(), Value { bytes: value.clone(), revision: 0 });
                }
                Write::Delete => drop(all.remove(key)),
            }
        }
        all.into_iter().collect()
    }

    /// Whether a write touches a key under this prefix.
    pub fn touches(&self, prefix: &Key) -> bool {
        self.writes_under(prefix).next().is_some()
    }

    /// What is kept of a run that failed: the alerts that it raised and cleared, which may be all that an
    /// operator hears of it.
    pub fn kept_when_failed(self) -> impl Iterator<Item = Op> {
        self.alerts.into_iter().flat_map(alarmed)
    }

    /// Adds everything to a batch: what must still stand, and what changes.
    #[must_use]
    pub fn add_to(self, mut batch: Batch) -> Batch {
        let reads = self.reads.into_iter().map(|(key, revision)| Expect::Revision { key, revision });
        batch.expect.extend(reads.chain(self.ranges));
        let writes = self.writes.into_iter().map(op).chain(self.alerts.into_iter().flat_map(alarmed));
        let activity = self.activity.into_iter().map(|(key, value)| Op::Put { key, value, expires: None });
        let events = self.events.into_iter().map(|(event, dedupe)| Op::Append { event, dedupe });
        let timers = self.timers.into_iter().map(|(timer, set)| {
            let key = timers::place(&timer);
            match set {
                Some(timer) => Op::Put { key, value: timers::written(&timer), expires: None },
                None => Op::Delete { key },
            }
        });
        let rows = self.rows.into_iter().map(|(table, rows)| {
            let key = Key::of_table(Space::Row, &table).part(&block::BlockId::generate().to_string());
            Op::Put { key, value: rows.finish().into(), expires: None }
        });
        batch.ops(writes.chain(activity).chain(timers).chain(rows).chain(events))
    }
}

/// The alert, and its news for those who are told of alerts.
fn alarmed((key, alarm): (Key, Alarm)) -> impl Iterator<Item = Op> {
    let Alarm { before, after, at } = alarm;
    let news = AlertNews::of(before.as_ref(), after.as_ref(), at).map(|news| news::told(&news));
    let stands = match after {
        Some(alert) => {
            let value = serde_json::to_vec(&alert).expect("plain data always serialises").into();
            Op::Put { key, value, expires: None }
        }
        None => Op::Delete { key },
    };
    [stands].into_iter().chain(news)
}

fn op((key, write): (Key, Write)) -> Op {
    match write {
        Write::Put { value, expires } => Op::Put { key, value, expires },
        Write::Delete => Op::Delete { key },
    }
}

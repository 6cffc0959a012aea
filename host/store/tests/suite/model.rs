//! Random histories, against a model of a few lines.

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use futures::future::join_all;
use proptest::prelude::*;
use tieline_store::{
    Batch, CommitError, Committed, DEDUPE_WINDOW, EventFilter, Expect, Fingerprint, Key, Op, Retention,
    Space, Store,
};
use tieline_types::{Clock, Delivery, DeliveryState, Event, EventRef, Timestamp};

use crate::world::{START, World, before, delivery, event_with, installation};

/// What a store is, without disks and groups.
#[derive(Default)]
struct Model {
    values: BTreeMap<Key, (Bytes, u64, Timestamp)>,
    events: BTreeMap<EventRef, (Event, Delivery)>,
    seen: BTreeMap<(String, [u8; 32]), Timestamp>,
    revision: u64,
}

impl Model {
    fn scan(
        &self,
        prefix: &Key,
        after: Option<&Key>,
        limit: usize,
        now: Timestamp,
    ) -> Vec<(Key, Bytes, u64)> {
        let inside =
            |key: &Key| key.as_bytes().starts_with(prefix.as_bytes()) && after.is_none_or(|a| key > a);
        let living = self.values.iter().filter(|(key, (.., expires))| inside(key) && now < *expires);
        living
            .take(limit)
            .map(|(key, (bytes, revision, _))| (key.clone(), bytes.clone(), *revision))
            .collect()
    }

    fn holds(&self, expect: &Expect, now: Timestamp) -> bool {
        match expect {
            Expect::Revision { key, revision } => {
                let living = self.values.get(key).filter(|(.., expires)| now < *expires);
                living.map(|(_, revision, _)| *revision) == *revision
            }
            Expect::Range { prefix, after, limit, found } => {
                let entries = self.scan(prefix, after.as_ref(), *limit, now);
                Fingerprint::of(entries.iter().map(|(key, _, revision)| (key, *revision))) == *found
            }
        }
    }

    /// None: refused.
    fn commit(&mut self, batch: &Batch, now: Timestamp) -> Option<Vec<bool>> {
        if !batch.expect.iter().all(|expect| self.holds(expect, now)) {
            return None;
        }
        let (values, events, seen) = (self.values.clone(), self.events.clone(), self.seen.clone());
        let mut appended = Vec::new();
        for op in &batch.ops {
            match op {
                Op::Put { key, value, expires } => {
                    let entry = (value.clone(), self.revision + 1, expires.unwrap_or(Timestamp(u64::MAX)));
                    self.values.insert(key.clone(), entry);
                }
                Op::Rewrite { key, value } => {
                    let revision = self.revision + 1;
                    if let Some(entry) = self.values.get_mut(key).filter(|(.., expires)| now < *expires) {
                        (entry.0, entry.1) = (value.clone(), revision);
                    }
                }
                Op::Delete { key } => drop(self.values.remove(key)),
                Op::Append { event, dedupe } => {
                    let dedupe = dedupe.map(|key| (event.installation.to_string(), key));
                    let duplicate =
                        dedupe.as_ref().is_some_and(|key| self.seen.get(key).is_some_and(|t| now < *t));
                    let new = !duplicate && !self.events.contains_key(&event.reference());
                    if new {
                        let fresh = Delivery::fresh(event.received);
                        self.events.insert(event.reference(), ((**event).clone(), fresh));
                        self.seen.extend(dedupe.map(|key| (key, now.after(DEDUPE_WINDOW))));
                    }
                    appended.push(new);
                }
                Op::Settle { event, delivery } => match self.events.get_mut(event) {
                    Some((_, current)) => {
                        *current = delivery.clone();
                        if delivery.state != DeliveryState::Pending {
                            current.settled.get_or_insert(now);
                        }
                    }
                    None => {
                        (self.values, self.events, self.seen) = (values, events, seen);
                        return None;
                    }
                },
            }
        }
        Some(appended)
    }

    /// Only what a reader can tell.
    fn sweep(&mut self, before: Timestamp) {
        let handled = |delivery: &Delivery| {
            delivery.state == DeliveryState::Done && delivery.settled.is_some_and(|settled| settled < before)
        };
        self.events.retain(|_, (_, delivery)| !handled(delivery));
    }
}

/// One step of a history. Numbers choose among few things, so that steps meet.
#[derive(Debug, Clone)]
enum Step {
    /// Batches that are committed at once.
    Group(Vec<Vec<Part>>),
    Wait(u64),
    Restart,
    Kill,
    /// Goes on in what is made of a snapshot.
    Restore,
    Sweep,
}

#[derive(Debug, Clone)]
enum Part {
    ExpectKey { key: u8, stale: bool },
    ExpectRange { prefix: u8, after: Option<u8>, limit: usize, stale: bool },
    Put { key: u8, size: usize, expires: Option<u64> },
    Rewrite { key: u8, size: usize },
    Delete { key: u8 },
    Append { event: u8, dedupe: Option<u8> },
    Settle { event: u8, state: DeliveryState },
}

const WEEK: u64 = 7 * 24 * 3600;

fn part() -> impl Strategy<Value = Part> {
    let stale = || prop::bool::weighted(0.1);
    let state = prop::sample::select(vec![DeliveryState::Pending, DeliveryState::Done, DeliveryState::Dead]);
    let expires = prop::option::of(prop::sample::select(vec![0, 1, 60, WEEK]));
    prop_oneof![
        2 => (0..12_u8, stale()).prop_map(|(key, stale)| Part::ExpectKey { key, stale }),
        2 => (0..4_u8, prop::option::of(0..12_u8), 0..6_usize, stale())
            .prop_map(|(prefix, after, limit, stale)| Part::ExpectRange { prefix, after, limit, stale }),
        5 => (0..12_u8, prop::sample::select(vec![0, 3, 4_096, 4_097, 20_000]), expires)
            .prop_map(|(key, size, expires)| Part::Put { key, size, expires }),
        2 => (0..12_u8, prop::sample::select(vec![1, 5_000]))
            .prop_map(|(key, size)| Part::Rewrite { key, size }),
        2 => (0..12_u8).prop_map(|key| Part::Delete { key }),
        4 => (0..12_u8, prop::option::of(0..4_u8)).prop_map(|(event, dedupe)| Part::Append { event, dedupe }),
        2 => (0..12_u8, state).prop_map(|(event, state)| Part::Settle { event, state }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let batch = prop::collection::vec(part(), 0..6);
    prop_oneof![
        12 => prop::collection::vec(batch, 1..4).prop_map(Step::Group),
        2 => prop::sample::select(vec![1, 59, WEEK]).prop_map(Step::Wait),
        1 => Just(Step::Restart),
        1 => Just(Step::Kill),
        1 => Just(Step::Restore),
        1 => Just(Step::Sweep),
    ]
}

fn key(number: u8) -> Key {
    let names = ["a", "ab", "a\0", "b"];
    prefix(number / 4).part(names[usize::from(number % 4)])
}

fn prefix(number: u8) -> Key {
    match number {
        0 => Key::new(Space::Storage).part("acme"),
        1 => Key::new(Space::Storage).part("acme").part("desk"),
        2 => Key::new(Space::Activity).part("acme"),
        _ => Key::new(Space::Storage),
    }
}

fn event(number: u8) -> std::sync::Arc<Event> {
    let of = [installation("acme", "desk"), installation("acme", "desk2"), installation("acme2", "desk")];
    let body = "x".repeat(if number.is_multiple_of(5) { 9_000 } else { 10 });
    event_with(&of[usize::from(number % 3)], number.into(), &body)
}

/// The batch, built on what the model knows now.
fn batch(parts: &[Part], model: &Model, now: Timestamp) -> Batch {
    parts.iter().fold(Batch::new(), |batch, part| match part.clone() {
        Part::ExpectKey { key: k, stale } => {
            let found = model.scan(&key(k), None, 1, now).into_iter().find(|(found, ..)| *found == key(k));
            let revision = found.map(|(_, _, revision)| revision);
            batch.expect(key(k), if stale { revision.xor(Some(1)) } else { revision })
        }
        Part::ExpectRange { prefix: p, after, limit, stale } => {
            let after = after.map(key);
            let mut entries = model.scan(&prefix(p), after.as_ref(), limit, now);
            if stale {
                entries.pop();
            }
            let found = Fingerprint::of(entries.iter().map(|(key, _, revision)| (key, *revision)));
            let mut batch = batch;
            batch.expect.push(Expect::Range { prefix: prefix(p), after, limit, found });
            batch
        }
        Part::Put { key: k, size, expires: None } => batch.put(key(k), vec![k; size]),
        Part::Put { key: k, size, expires: Some(seconds) } => {
            batch.put_until(key(k), vec![k; size], now.after(Duration::from_secs(seconds)))
        }
        Part::Rewrite { key: k, size } => batch.rewrite(key(k), vec![k + 1; size]),
        Part::Delete { key: k } => batch.delete(key(k)),
        Part::Append { event: e, dedupe } => batch.append(event(e), dedupe.map(|n| [n; 32])),
        Part::Settle { event: e, state } => batch.settle(event(e).reference(), delivery(state)),
    })
}

async fn compare(store: &dyn Store, model: &Model, now: Timestamp) {
    for number in 0..4 {
        let (prefix, after) = (prefix(number), key(number * 2));
        for (after, limit) in [(None, 100), (Some(&after), 3)] {
            let found = store.scan(&prefix, after, limit).await.unwrap();
            let found: Vec<_> =
                found.into_iter().map(|(key, value)| (key, value.bytes, value.revision)).collect();
            assert_eq!(found, model.scan(&prefix, after, limit, now));
        }
    }
    let pending = |after: Option<&EventRef>| {
        let events = model.events.iter().filter(|(name, _)| after.is_none_or(|after| *name > after));
        let events = events.map(|(_, event)| event.clone());
        events.filter(|(_, delivery)| delivery.state == DeliveryState::Pending).collect::<Vec<_>>()
    };
    assert_eq!(store.pending(None, 100).await.unwrap(), pending(None));
    let after = event(3).reference();
    assert_eq!(store.pending(Some(&after), 100).await.unwrap(), pending(Some(&after)));
    let (tenant, id) = (installation("acme", "desk").tenant, event(7).id);
    for state in [None, Some(DeliveryState::Done), Some(DeliveryState::Dead)] {
        for (installation, after, limit, oldest_first) in [
            (None, None, 100, false),
            (None, Some(id), 2, false),
            (None, Some(id), 2, true),
            (Some("desk"), Some(id), 9, false),
            (Some("desk"), None, 9, true),
        ] {
            let installation = installation.map(|name: &str| name.parse().unwrap());
            let filter = EventFilter { installation, state, oldest_first };
            let mut expected: Vec<_> = model.events.values().cloned().collect();
            expected.retain(|(event, delivery)| {
                event.installation.tenant == tenant
                    && filter
                        .installation
                        .as_ref()
                        .is_none_or(|only| event.installation.installation == *only)
                    && state.is_none_or(|only| delivery.state == only)
                    && after
                        .is_none_or(|after| if oldest_first { event.id > after } else { event.id < after })
            });
            expected.sort_by_key(|(event, _)| event.id);
            if !oldest_first {
                expected.reverse();
            }
            expected.truncate(limit);
            assert_eq!(store.events(&tenant, &filter, after, limit).await.unwrap(), expected);
        }
    }
}

async fn run(mut world: World, steps: &[Step]) {
    let mut model = Model::default();
    for step in steps {
        let now = world.clock.now();
        match step {
            Step::Group(group) => {
                let batches: Vec<_> = group.iter().map(|parts| batch(parts, &model, now)).collect();
                let answers = join_all(batches.iter().map(|batch| world.store.commit(batch.clone()))).await;
                for (batch, answer) in batches.iter().zip(answers) {
                    check(&mut model, batch, answer, now);
                }
            }
            Step::Wait(seconds) => world.wait(*seconds),
            Step::Restart => world = world.restart(),
            Step::Kill => world = world.killed(),
            Step::Restore => world = world.restored().await,
            Step::Sweep => {
                while world.store.sweep(before(now)).await.unwrap().more {}
                model.sweep(now);
            }
        }
        compare(&*world.store, &model, world.clock.now()).await;
    }
    nothing_is_left(world, &model).await;
}

fn check(model: &mut Model, batch: &Batch, answer: Result<Committed, CommitError>, now: Timestamp) {
    match (model.commit(batch, now), answer) {
        (Some(appended), Ok(committed)) => {
            assert_eq!(committed.appended, appended);
            assert!(committed.revision == model.revision || committed.revision == model.revision + 1);
            model.revision = committed.revision;
        }
        (None, Err(CommitError::Conflict { .. } | CommitError::UnknownEvent(_))) => {}
        (expected, answer) => panic!("expected {expected:?}, got {answer:?}"),
    }
}

/// When all is deleted, handled and expired, no record, part or index entry stays behind.
async fn nothing_is_left(world: World, model: &Model) {
    let done = model.events.keys().cloned();
    let batch = done.fold(Batch::new(), |batch, event| batch.settle(event, delivery(DeliveryState::Done)));
    world.commit((0..12).fold(batch, |batch, number| batch.delete(key(number)))).await;
    world.wait(2 * WEEK);
    let now = world.clock.now();
    let all = Retention { handled_before: now, dead_before: now };
    while world.store.sweep(all).await.unwrap().more {}
    let World { folder, store, .. } = world;
    drop(store);
    let left = crate::embedded::places(folder.path());
    assert!(left.iter().all(|key| key == b"r"), "{left:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_store_behaves_as_its_model(steps in prop::collection::vec(step(), 1..16)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for world in World::all() {
            assert_eq!(world.clock.now(), START);
            runtime.block_on(run(world, &steps));
        }
    }
}

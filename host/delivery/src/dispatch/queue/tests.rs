//! The laws of the queue, against a model that remembers everything.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use proptest::prelude::*;
use tieline_types::{EventId, Payload};

use super::*;

const BOUNDS: Bounds = Bounds { total: 4, per_installation: 2 };

fn event(tenant: u8, installation: u8, key: u8) -> Arc<Event> {
    Arc::new(Event {
        id: EventId::generate(),
        installation: InstallationKey {
            tenant: format!("t{tenant}").parse().unwrap(),
            installation: format!("i{installation}").parse().unwrap(),
        },
        ordering_key: format!("k{key}").into(),
        received: Timestamp(0),
        actor: None,
        payload: Payload::Custom { r#type: "t".into(), body: "{}".into() },
    })
}

fn push(queue: &mut Queue, event: &Arc<Event>, now: Timestamp) {
    queue.push(Turn { event: event.clone(), delivery: Delivery::fresh(now) }, now);
}

fn due(at: Timestamp) -> Delivery {
    Delivery::fresh(at)
}

#[test]
fn refuses_a_second_event_of_a_key_that_runs_or_waits() {
    let mut queue = Queue::new(BOUNDS);
    let (first, second) = (event(0, 0, 0), event(0, 0, 0));
    let now = Timestamp(1_000);
    push(&mut queue, &first, now);
    push(&mut queue, &second, now);
    assert_eq!(queue.next(now).unwrap().event.id, first.id);
    assert!(queue.next(now).is_none(), "its key runs");
    queue.settle(&first, Some(due(Timestamp(2_000))), now);
    assert!(queue.next(now).is_none(), "its key waits for the next attempt");
    assert_eq!(queue.next_timer(), Some(Timestamp(2_000)));
    assert_eq!(queue.next(Timestamp(2_000)).unwrap().event.id, first.id);
    queue.settle(&first, None, now);
    assert_eq!(queue.next(now).unwrap().event.id, second.id, "a dead letter frees its key");
}

#[test]
fn a_flood_delays_another_tenant_by_one_turn() {
    let mut queue = Queue::new(Bounds { total: 1, per_installation: 1 });
    let now = Timestamp(0);
    for key in 0..100 {
        push(&mut queue, &event(0, 0, key), now);
    }
    let running = queue.next(now).unwrap();
    push(&mut queue, &event(1, 0, 0), now);
    queue.settle(&running.event, None, now);
    let one = queue.next(now).unwrap();
    queue.settle(&one.event, None, now);
    let two = queue.next(now).unwrap();
    let served = [one, two].map(|turn| turn.event.installation.tenant.as_str().to_owned());
    assert!(served.contains(&"t1".to_owned()), "{served:?}");
}

#[test]
fn settling_what_does_not_run_changes_nothing() {
    let mut queue = Queue::new(BOUNDS);
    let event = event(0, 0, 0);
    queue.settle(&event, None, Timestamp(0));
    push(&mut queue, &event, Timestamp(0));
    queue.settle(&event, None, Timestamp(0));
    assert_eq!(queue.pending(&event.installation.tenant), 1);
    assert!(queue.next(Timestamp(0)).is_some());
}

#[derive(Debug, Clone)]
enum Step {
    Push(u8, u8, u8),
    Next,
    Done(usize),
    Again(usize, u64),
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..3u8, 0..2u8, 0..3u8).prop_map(|(t, i, k)| Step::Push(t, i, k)),
        4 => Just(Step::Next),
        2 => any::<usize>().prop_map(Step::Done),
        1 => (any::<usize>(), 0..50u64).prop_map(|(which, wait)| Step::Again(which, wait)),
        1 => (0..30u64).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 0..300)
}

type LaneKey = (InstallationKey, Arc<str>);

/// What ought to be: per lane the events in order, the head's due time, and what runs.
#[derive(Default)]
struct Model {
    lanes: BTreeMap<LaneKey, VecDeque<(EventId, Timestamp)>>,
    running: Vec<Arc<Event>>,
}

impl Model {
    fn lane(&mut self, event: &Event) -> &mut VecDeque<(EventId, Timestamp)> {
        self.lanes.entry((event.installation.clone(), event.ordering_key.clone())).or_default()
    }

    fn check_start(&mut self, turn: &Turn, now: Timestamp) {
        let (id, not_before) = self.lane(&turn.event)[0];
        assert_eq!(id, turn.event.id, "only the head of a lane runs");
        assert!(not_before <= now, "not before its time");
        self.running.push(turn.event.clone());
        assert!(self.running.len() <= BOUNDS.total);
        let of = |event: &Arc<Event>| event.installation == turn.event.installation;
        assert!(self.running.iter().filter(|event| of(event)).count() <= BOUNDS.per_installation);
        let keys: BTreeSet<_> =
            self.running.iter().map(|e| (e.installation.clone(), e.ordering_key.clone())).collect();
        assert_eq!(keys.len(), self.running.len(), "never two of one key");
    }

    /// Whether the queue had to find something.
    fn could_start(&self, now: Timestamp) -> bool {
        let busy =
            |key: &LaneKey| self.running.iter().any(|e| e.installation == key.0 && e.ordering_key == key.1);
        let full = |installation: &InstallationKey| {
            self.running.iter().filter(|e| e.installation == *installation).count() >= BOUNDS.per_installation
        };
        let due = |lane: &VecDeque<(EventId, Timestamp)>| lane.front().is_some_and(|(_, due)| *due <= now);
        self.running.len() < BOUNDS.total
            && self.lanes.iter().any(|(key, lane)| due(lane) && !busy(key) && !full(&key.0))
    }
}

proptest! {
    #[test]
    fn keeps_its_laws_whatever_happens(steps in steps()) {
        let (mut queue, mut model) = (Queue::new(BOUNDS), Model::default());
        let mut now = Timestamp(0);
        for step in steps {
            match step {
                Step::Push(tenant, installation, key) => {
                    let event = event(tenant, installation, key);
                    model.lane(&event).push_back((event.id, now));
                    push(&mut queue, &event, now);
                }
                Step::Next => match queue.next(now) {
                    Some(turn) => model.check_start(&turn, now),
                    None => prop_assert!(!model.could_start(now), "idle although something is due"),
                },
                Step::Done(which) if !model.running.is_empty() => {
                    let event = model.running.swap_remove(which % model.running.len());
                    model.lane(&event).pop_front();
                    queue.settle(&event, None, now);
                }
                Step::Again(which, wait) if !model.running.is_empty() => {
                    let event = model.running.swap_remove(which % model.running.len());
                    let at = now.after(Duration::from_millis(wait));
                    model.lane(&event)[0].1 = at;
                    queue.settle(&event, Some(due(at)), now);
                }
                Step::Wait(millis) => now = now.after(Duration::from_millis(millis)),
                Step::Done(_) | Step::Again(..) => {}
            }
        }
        // Everything comes to its turn in the end, and nothing is left behind.
        now = Timestamp(1_000_000);
        for event in std::mem::take(&mut model.running) {
            model.lane(&event).pop_front();
            queue.settle(&event, None, now);
        }
        while let Some(turn) = queue.next(now) {
            model.check_start(&turn, now);
            model.running.clear();
            model.lane(&turn.event).pop_front();
            queue.settle(&turn.event, None, now);
        }
        prop_assert!(model.lanes.values().all(VecDeque::is_empty));
        prop_assert!(queue.installations.is_empty() && queue.tenants.is_empty());
        prop_assert!(queue.ring.is_empty() && queue.timers.is_empty() && queue.running == 0);
    }
}

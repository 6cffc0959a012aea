//! Whatever happens: no event is lost, never two of a lane run at once, order and bounds are kept, and tenants
//! that always have something to run get equal time.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Push(u8, u8, u8),
    Next,
    Done(usize, u64),
    Again(usize, u64),
    Park(usize, u64),
    Release(u8),
    Hold(u8, u8),
    Unhold(u8, u8),
    Forget(u8),
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..3u8, 0..2u8, 0..3u8).prop_map(|(t, i, k)| Step::Push(t, i, k)),
        8 => Just(Step::Next),
        4 => (any::<usize>(), 0..9_000u64).prop_map(|(which, took)| Step::Done(which, took)),
        2 => (any::<usize>(), 0..50u64).prop_map(|(which, wait)| Step::Again(which, wait)),
        3 => (any::<usize>(), 0..50u64).prop_map(|(which, wait)| Step::Park(which, wait)),
        1 => (0..3u8).prop_map(Step::Release),
        1 => (0..3u8, 0..2u8).prop_map(|(t, i)| Step::Hold(t, i)),
        1 => (0..3u8, 0..2u8).prop_map(|(t, i)| Step::Unhold(t, i)),
        1 => (0..3u8).prop_map(Step::Forget),
        2 => (0..30u64).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 0..300)
}

type LaneKey = (InstallationKey, Arc<str>);

/// What ought to be: per lane the events in order with the head's due time, or none while it is parked; what
/// runs, and whether it tries a connection; what is held.
#[derive(Default)]
struct Model {
    lanes: BTreeMap<LaneKey, VecDeque<(EventId, Option<Timestamp>)>>,
    running: Vec<(Arc<Event>, bool)>,
    held: BTreeSet<InstallationKey>,
}

impl Model {
    fn lane(&mut self, event: &Event) -> &mut VecDeque<(EventId, Option<Timestamp>)> {
        self.lanes.entry((event.installation.clone(), event.ordering_key.clone())).or_default()
    }

    fn check_start(&mut self, queue: &Queue, turn: &Turn, now: Timestamp) {
        let (id, not_before) = self.lane(&turn.event)[0];
        assert_eq!(id, turn.event.id, "only the head of a lane runs");
        assert!(not_before.is_none_or(|not_before| not_before <= now), "not before its time");
        assert!(!self.held.contains(&turn.event.installation), "nothing of a held installation runs");
        let lane = &queue.installations[&turn.event.installation].lanes[&turn.event.ordering_key];
        let tries = lane.probe_of.is_some();
        let tenant = &turn.event.installation.tenant;
        let others = self.running.iter().filter(|(e, tries)| *tries && e.installation.tenant == *tenant);
        assert!(!tries || others.count() == 0, "only one tries a connection");
        self.running.push((turn.event.clone(), tries));
        assert!(self.running.len() <= BOUNDS.total);
        let of_tenant = self.running.iter().filter(|(event, _)| event.installation.tenant == *tenant);
        assert!(of_tenant.count() <= BOUNDS.per_tenant);
        let of = self.running.iter().filter(|(event, _)| event.installation == turn.event.installation);
        assert!(of.count() <= BOUNDS.per_installation);
        let keys = self.running.iter().map(|(e, _)| (e.installation.clone(), e.ordering_key.clone()));
        assert_eq!(keys.collect::<BTreeSet<_>>().len(), self.running.len(), "never two of one key");
    }

    /// Whether the queue had to find something, whoever tries a connection.
    fn could_start(&self, now: Timestamp) -> bool {
        let running = |is: &dyn Fn(&Event) -> bool| self.running.iter().filter(|(e, _)| is(e)).count();
        let free = |key: &LaneKey| {
            let (installation, lane) = key;
            running(&|e| e.installation == *installation && e.ordering_key == *lane) == 0
                && running(&|e| e.installation == *installation) < BOUNDS.per_installation
                && running(&|e| e.installation.tenant == installation.tenant) < BOUNDS.per_tenant
                && !self.held.contains(installation)
        };
        let due = |lane: &VecDeque<(EventId, Option<Timestamp>)>| {
            lane.front().is_some_and(|(_, due)| due.is_some_and(|due| due <= now))
        };
        self.running.len() < BOUNDS.total && self.lanes.iter().any(|(key, lane)| due(lane) && free(key))
    }

    /// Everybody of a tenant goes on who was parked and does not try.
    fn release(&mut self, tenant: &TenantId, now: Timestamp) {
        for ((installation, _), lane) in &mut self.lanes {
            if installation.tenant == *tenant
                && let Some((_, due @ None)) = lane.front_mut()
            {
                *due = Some(now);
            }
        }
    }

    /// Of a tenant nothing is left but what runs.
    fn forget(&mut self, tenant: &TenantId) {
        let running: BTreeSet<_> = self.running.iter().map(|(event, _)| event.id).collect();
        for ((installation, _), lane) in &mut self.lanes {
            if installation.tenant == *tenant {
                lane.retain(|(id, _)| running.contains(id));
            }
        }
        self.held.retain(|held| held.tenant != *tenant);
        self.tries_no_more(|event| event.installation.tenant == *tenant);
    }

    fn tries_no_more(&mut self, is: impl Fn(&Event) -> bool) {
        self.running.iter_mut().filter(|(event, _)| is(event)).for_each(|(_, tries)| *tries = false);
    }

    /// Takes one from those that run; whether it tried a connection.
    fn end(&mut self, which: usize) -> Option<(Arc<Event>, bool)> {
        let index = which.checked_rem(self.running.len())?;
        Some(self.running.swap_remove(index))
    }

    fn settle(&mut self, queue: &mut Queue, (event, tried): (Arc<Event>, bool), took: u64, now: Timestamp) {
        self.lane(&event).pop_front();
        queue.settle(&event, None, Duration::from_micros(took), now);
        if tried {
            self.release(&event.installation.tenant, now);
        }
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
                    model.lane(&event).push_back((event.id, Some(now)));
                    push(&mut queue, &event, now);
                }
                Step::Next => match queue.next(now) {
                    Some(turn) => model.check_start(&queue, &turn, now),
                    None => prop_assert!(!model.could_start(now), "idle although something is due"),
                },
                Step::Done(which, took) => {
                    if let Some(ended) = model.end(which) {
                        model.settle(&mut queue, ended, took, now);
                    }
                }
                Step::Again(which, wait) => {
                    if let Some((event, tried)) = model.end(which) {
                        let at = now.after(Duration::from_millis(wait));
                        model.lane(&event)[0].1 = Some(at);
                        queue.settle(&event, Some(due(at)), NO_TIME, now);
                        if tried {
                            model.release(&event.installation.tenant, now);
                        }
                    }
                }
                Step::Park(which, wait) => {
                    if let Some((event, _)) = model.end(which) {
                        let at = now.after(Duration::from_millis(wait));
                        model.lane(&event)[0].1 = None;
                        queue.settle(&event, Some(parked(at)), NO_TIME, now);
                    }
                }
                Step::Release(tenant) => {
                    queue.release(&connection(tenant), now);
                    let tenant = connection(tenant).tenant;
                    model.release(&tenant, now);
                    model.tries_no_more(|event| event.installation.tenant == tenant);
                }
                Step::Hold(tenant, installation) => {
                    let key = installation_key(tenant, installation);
                    queue.hold(&key, now);
                    model.tries_no_more(|event| event.installation == key);
                    model.held.insert(key);
                }
                Step::Unhold(tenant, installation) => {
                    queue.unhold(&installation_key(tenant, installation));
                    model.held.remove(&installation_key(tenant, installation));
                }
                Step::Forget(tenant) => {
                    let tenant = connection(tenant).tenant;
                    queue.forget(&tenant);
                    model.forget(&tenant);
                    let running = model.running.iter().filter(|(e, _)| e.installation.tenant == tenant);
                    prop_assert_eq!(queue.pending(&tenant), running.count(), "what runs, and nothing else");
                }
                Step::Wait(millis) => now = now.after(Duration::from_millis(millis)),
            }
        }
        // Everything comes to its turn in the end, and nothing is left behind.
        now = Timestamp(1_000_000);
        for key in std::mem::take(&mut model.held) {
            queue.unhold(&key);
        }
        for ended in std::mem::take(&mut model.running) {
            model.settle(&mut queue, ended, 1, now);
        }
        while let Some(turn) = queue.next(now) {
            model.check_start(&queue, &turn, now);
            let ended = model.end(0).unwrap();
            model.settle(&mut queue, ended, 1, now);
        }
        prop_assert!(model.lanes.values().all(VecDeque::is_empty));
        prop_assert!(queue.installations.is_empty() && queue.tenants.is_empty() && queue.parked.is_empty());
        prop_assert!(queue.shares.is_empty() && queue.timers.is_empty() && queue.running == 0);
    }

    /// Two tenants that always have something to run: neither gets more time than the other by more than what
    /// can be under way at once, however long the runs of each take.
    #[test]
    fn tenants_get_equal_time(total in 1..5usize, runs in proptest::collection::vec((1..2_000u64, 1..2_000u64), 300)) {
        let bounds = Bounds { total, per_tenant: total, per_installation: total };
        let mut queue = Queue::new(bounds);
        let now = Timestamp(0);
        let mut under_way = VecDeque::new();
        let mut time = [0_u64; 2];
        for key in 0..=u8::try_from(total).unwrap() {
            (0..2).for_each(|tenant| push(&mut queue, &event(tenant, 0, key), now));
        }
        for (short, long) in runs {
            while let Some(turn) = queue.next(now) {
                let tenant = usize::from(turn.event.installation.tenant.as_str() == "t1");
                // One tenant's runs are far slower than the other's.
                let took = if tenant == 0 { short } else { long * 10 };
                under_way.push_back((turn.event, tenant, took));
            }
            let (ended, tenant, took) = under_way.pop_front().unwrap();
            let key = ended.ordering_key[1..].parse().unwrap();
            push(&mut queue, &event(u8::try_from(tenant).unwrap(), 0, key), now);
            queue.settle(&ended, None, Duration::from_micros(took), now);
            time[tenant] += took;
            prop_assert!(time[0].abs_diff(time[1]) <= (2 * total as u64 + 2) * 20_000, "{time:?}");
        }
    }
}

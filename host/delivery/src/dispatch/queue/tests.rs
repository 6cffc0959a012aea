//! The laws of the queue, against a model that remembers everything.

mod model;

use tieline_types::{EventId, Payload};

use super::*;

const BOUNDS: Bounds = Bounds { total: 4, per_tenant: 3, per_installation: 2 };
const NO_TIME: Duration = Duration::ZERO;

fn event(tenant: u8, installation: u8, key: u8) -> Arc<Event> {
    Arc::new(Event {
        id: EventId::generate(),
        installation: installation_key(tenant, installation),
        ordering_key: format!("k{key}").into(),
        received: Timestamp(0),
        actor: None,
        trace: None,
        payload: Payload::Custom { r#type: "t".into(), body: "{}".into() },
    })
}

fn installation_key(tenant: u8, installation: u8) -> InstallationKey {
    InstallationKey {
        tenant: format!("t{tenant}").parse().unwrap(),
        installation: format!("i{installation}").parse().unwrap(),
    }
}

fn connection(tenant: u8) -> ConnectionKey {
    ConnectionKey { tenant: format!("t{tenant}").parse().unwrap(), connection: "crm".parse().unwrap() }
}

fn push(queue: &mut Queue, event: &Arc<Event>, now: Timestamp) {
    queue.push(Turn { event: event.clone(), delivery: Delivery::fresh(now) }, now);
}

fn due(at: Timestamp) -> Delivery {
    Delivery::fresh(at)
}

fn parked(at: Timestamp) -> Delivery {
    Delivery { parked: Some(connection(0).connection), ..Delivery::fresh(at) }
}

#[test]
fn a_large_event_counts_as_several_until_it_is_settled() {
    let mut queue = Queue::new(BOUNDS);
    let now = Timestamp(0);
    let payload = Payload::Custom { r#type: "t".into(), body: "x".repeat(3 * LARGE) };
    let (large, small) = (Arc::new(Event { payload, ..(*event(0, 0, 0)).clone() }), event(0, 0, 1));
    let tenant = &large.installation.tenant;
    push(&mut queue, &large, now);
    push(&mut queue, &small, now);
    assert_eq!(queue.pending(tenant), 5);
    while let Some(turn) = queue.next(now) {
        queue.settle(&turn.event, None, NO_TIME, now);
    }
    assert_eq!(queue.pending(tenant), 0);
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
    queue.settle(&first, Some(due(Timestamp(2_000))), NO_TIME, now);
    assert!(queue.next(now).is_none(), "its key waits for the next attempt");
    assert_eq!(queue.next_timer(), Some(Timestamp(2_000)));
    assert_eq!(queue.next(Timestamp(2_000)).unwrap().event.id, first.id);
    queue.settle(&first, None, NO_TIME, now);
    assert_eq!(queue.next(now).unwrap().event.id, second.id, "a dead letter frees its key");
}

#[test]
fn a_flood_delays_another_tenant_by_one_turn() {
    let mut queue = Queue::new(Bounds { total: 1, per_tenant: 1, per_installation: 1 });
    let now = Timestamp(0);
    for key in 0..100 {
        push(&mut queue, &event(0, 0, key), now);
    }
    let running = queue.next(now).unwrap();
    push(&mut queue, &event(1, 0, 0), now);
    queue.settle(&running.event, None, NO_TIME, now);
    let one = queue.next(now).unwrap();
    queue.settle(&one.event, None, NO_TIME, now);
    let two = queue.next(now).unwrap();
    let served = [one, two].map(|turn| turn.event.installation.tenant.as_str().to_owned());
    assert!(served.contains(&"t1".to_owned()), "{served:?}");
}

#[test]
fn a_tenant_whose_runs_hang_leaves_room_for_others() {
    let mut queue = Queue::new(Bounds { total: 4, per_tenant: 3, per_installation: 4 });
    let now = Timestamp(0);
    (0..9).for_each(|key| push(&mut queue, &event(0, 0, key), now));
    let hanging: Vec<_> = std::iter::from_fn(|| queue.next(now)).collect();
    assert_eq!(hanging.len(), 3);
    push(&mut queue, &event(1, 0, 0), now);
    assert_eq!(queue.next(now).unwrap().event.installation, installation_key(1, 0));
}

#[test]
fn who_waits_for_a_connection_waits_together_and_one_tries() {
    let mut queue = Queue::new(Bounds { total: 9, per_tenant: 9, per_installation: 9 });
    let now = Timestamp(1_000);
    let events: Vec<_> = (0..4).map(|key| event(0, key % 2, key)).collect();
    events.iter().for_each(|event| push(&mut queue, event, now));
    while queue.next(now).is_some() {}
    events.iter().for_each(|event| queue.settle(event, Some(parked(Timestamp(2_000))), NO_TIME, now));
    assert!(queue.is_parked(&connection(0)));
    let later = Timestamp(2_000);
    assert!(queue.next(now).is_none());
    let probe = queue.next(later).unwrap();
    assert!(queue.next(later).is_none(), "only one tries");
    queue.settle(&probe.event, Some(parked(Timestamp(4_000))), NO_TIME, later);
    assert_eq!(queue.next_timer(), Some(Timestamp(4_000)));
    let probe = queue.next(Timestamp(4_000)).unwrap();
    queue.settle(&probe.event, None, NO_TIME, Timestamp(4_000));
    assert_eq!(std::iter::from_fn(|| queue.next(Timestamp(4_000))).count(), 3, "the rest drains");
    assert!(!queue.is_parked(&connection(0)));
}

#[test]
fn somebody_else_tries_when_the_one_that_should_may_not_run() {
    let mut queue = Queue::new(BOUNDS);
    let now = Timestamp(0);
    for installation in [0, 1] {
        let event = event(0, installation, 0);
        queue.push(Turn { event, delivery: parked(now) }, now);
    }
    queue.hold(&installation_key(0, 0), now);
    let probe = queue.next(now).unwrap();
    assert_eq!(probe.event.installation, installation_key(0, 1));
    queue.hold(&installation_key(0, 1), now);
    queue.settle(&probe.event, Some(parked(now)), NO_TIME, now);
    assert!(queue.next(now).is_none());
    queue.unhold(&installation_key(0, 0));
    assert!(queue.next(now).is_some(), "nothing is lost");
}

#[test]
fn a_held_installation_keeps_its_events() {
    let mut queue = Queue::new(BOUNDS);
    let now = Timestamp(0);
    let first = event(0, 0, 0);
    push(&mut queue, &first, now);
    push(&mut queue, &event(0, 1, 0), now);
    queue.hold(&first.installation, now);
    assert_eq!(queue.next(now).unwrap().event.installation, installation_key(0, 1));
    assert!(queue.next(now).is_none());
    assert_eq!(queue.pending(&first.installation.tenant), 2);
    queue.unhold(&first.installation);
    assert_eq!(queue.next(now).unwrap().event.id, first.id);
}

#[test]
fn settling_what_does_not_run_changes_nothing() {
    let mut queue = Queue::new(BOUNDS);
    let event = event(0, 0, 0);
    queue.settle(&event, None, NO_TIME, Timestamp(0));
    push(&mut queue, &event, Timestamp(0));
    queue.settle(&event, None, NO_TIME, Timestamp(0));
    assert_eq!(queue.pending(&event.installation.tenant), 1);
    assert!(queue.next(Timestamp(0)).is_some());
}

#[test]
fn says_how_much_there_is_to_do() {
    let (mut queue, now) = (Queue::new(BOUNDS), Timestamp(1_000));
    let received = |at, event: &Arc<Event>| Arc::new(Event { received: Timestamp(at), ..(**event).clone() });
    let (first, second) = (received(10, &event(0, 0, 0)), received(20, &event(0, 0, 0)));
    let (held, other) = (received(30, &event(0, 1, 0)), received(40, &event(1, 0, 0)));
    push(&mut queue, &first, now);
    push(&mut queue, &second, now);
    queue.push(Turn { event: held, delivery: parked(Timestamp(9_000)) }, now);
    queue.push(Turn { event: other, delivery: due(Timestamp(9_000)) }, now);
    assert_eq!(queue.next(now).unwrap().event.id, first.id);
    let depth = queue.depth();
    assert_eq!((depth.running, depth.waiting, depth.parked), (1, 2, 1));
    assert_eq!(depth.oldest, Some(Timestamp(20)));
    let of = |tenant: u8| depth.of_tenants[&format!("t{tenant}").parse().unwrap()];
    assert_eq!((of(0), of(1)), (3, 1));
    assert_eq!(Queue::new(BOUNDS).depth(), Depth::default());
}

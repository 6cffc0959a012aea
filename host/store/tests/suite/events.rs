//! The inbox.

use tieline_store::{Batch, CommitError, DEDUPE_WINDOW, EventFilter};
use tieline_types::{DeliveryState, Problem};

use crate::world::{World, delivery, event, event_with, installation, names};

#[tokio::test]
async fn refuses_to_settle_what_it_does_not_hold() {
    for world in World::all() {
        let unknown = event(&installation("acme", "desk"), 1).reference();
        let batch = Batch::new()
            .put(crate::world::key("a"), "1")
            .settle(unknown.clone(), delivery(DeliveryState::Done));
        match world.store.commit(batch).await {
            Err(CommitError::UnknownEvent(event)) => assert_eq!(event, unknown),
            other => panic!("{other:?}"),
        }
        assert_eq!(world.text(&crate::world::key("a")).await, None);
    }
}

#[tokio::test]
async fn the_same_dedupe_key_is_taken_once_in_seven_days_for_each_installation() {
    for world in World::all() {
        let (desk, rival) = (installation("acme", "desk"), installation("acme", "desk2"));
        let seen = Some([7; 32]);
        let batch = Batch::new()
            .append(event(&desk, 1), seen)
            .append(event(&desk, 2), seen)
            .append(event(&rival, 3), seen)
            .append(event(&desk, 4), Some([8; 32]))
            .append(event(&desk, 5), None);
        assert_eq!(world.commit(batch).await.appended, [true, false, true, true, true]);
        let world = world.restart();
        world.clock.advance(DEDUPE_WINDOW - std::time::Duration::from_millis(1));
        assert_eq!(world.commit(Batch::new().append(event(&desk, 6), seen)).await.appended, [false]);
        world.wait(1);
        assert_eq!(world.commit(Batch::new().append(event(&desk, 7), seen)).await.appended, [true]);
        assert_eq!(world.commit(Batch::new().append(event(&desk, 8), seen)).await.appended, [false]);
    }
}

#[tokio::test]
async fn an_event_that_is_there_already_is_left_as_it_is() {
    for world in World::all() {
        let desk = installation("acme", "desk");
        world.commit(Batch::new().append(event(&desk, 1), None)).await;
        let id = event(&desk, 1).reference();
        world.commit(Batch::new().settle(id.clone(), delivery(DeliveryState::Done))).await;
        let again = Batch::new().append(event_with(&desk, 1, "other"), None);
        assert_eq!(world.commit(again).await.appended, [false]);
        let (kept, delivery) = world.store.event(&id).await.unwrap().unwrap();
        assert_eq!((kept, delivery.state), ((*event(&desk, 1)).clone(), DeliveryState::Done));
    }
}

#[tokio::test]
async fn a_restart_finds_what_is_pending_in_order_and_nothing_else() {
    for world in World::all() {
        let (a, b) = (installation("acme", "a"), installation("acme", "b"));
        let events = [event(&b, 1), event(&a, 3), event(&a, 2), event(&a, 4), event(&b, 5)];
        let batch = events.iter().fold(Batch::new(), |batch, event| batch.append(event.clone(), None));
        world.commit(batch).await;
        let batch = Batch::new()
            .settle(events[3].reference(), delivery(DeliveryState::Done))
            .settle(events[4].reference(), delivery(DeliveryState::Dead))
            .settle(events[2].reference(), delivery(DeliveryState::Pending));
        world.commit(batch).await;
        let world = world.restart();
        let first = world.store.pending(None, 2).await.unwrap();
        assert_eq!(names(&first), [events[2].reference(), events[1].reference()]);
        assert_eq!((first[0].1.attempts, first[1].1.attempts), (1, 0));
        let rest = world.store.pending(Some(&events[1].reference()), 2).await.unwrap();
        assert_eq!(names(&rest), [events[0].reference()]);
    }
}

#[tokio::test]
async fn settling_keeps_the_body_and_says_when_it_was() {
    for world in World::all() {
        let desk = installation("acme", "desk");
        let large = event_with(&desk, 1, &"x".repeat(100_000));
        world.commit(Batch::new().append(large.clone(), None)).await;
        let mut dead = delivery(DeliveryState::Dead);
        dead.cause = Some(Problem::new("upstream.unreachable", "no answer ".repeat(1_000)));
        world.commit(Batch::new().settle(large.reference(), dead.clone())).await;
        let (found, settled) = world.store.event(&large.reference()).await.unwrap().unwrap();
        assert_eq!(found, *large);
        dead.settled = Some(crate::world::START);
        assert_eq!(settled, dead);
        // A person delivers it again.
        let replayed = delivery(DeliveryState::Pending);
        world.commit(Batch::new().settle(large.reference(), replayed.clone())).await;
        assert_eq!(world.store.pending(None, 9).await.unwrap(), [((*large).clone(), replayed)]);
    }
}

#[tokio::test]
async fn lists_a_tenants_events_newest_first() {
    for world in World::all() {
        let (a, b) = (installation("acme", "a"), installation("acme", "b"));
        let other = installation("acme2", "a");
        let events = [event(&a, 1), event(&b, 2), event(&a, 3), event(&other, 4), event(&b, 5), event(&a, 6)];
        let batch = events.iter().fold(Batch::new(), |batch, event| batch.append(event.clone(), None));
        let batch = batch
            .settle(events[0].reference(), delivery(DeliveryState::Done))
            .settle(events[1].reference(), delivery(DeliveryState::Dead))
            .settle(events[4].reference(), delivery(DeliveryState::Dead));
        world.commit(batch).await;
        let list = async |installation: Option<&str>, state, after: Option<usize>, limit| {
            let installation = installation.map(|name| name.parse().unwrap());
            let filter = EventFilter { installation, state, ..EventFilter::default() };
            let after = after.map(|index| events[index].id);
            names(&world.store.events(&a.tenant, &filter, after, limit).await.unwrap())
        };
        let of = |indexes: &[usize]| -> Vec<_> { indexes.iter().map(|i| events[*i].reference()).collect() };
        assert_eq!(list(None, None, None, 9).await, of(&[5, 4, 2, 1, 0]));
        assert_eq!(list(None, None, None, 2).await, of(&[5, 4]));
        assert_eq!(list(None, None, Some(4), 2).await, of(&[2, 1]));
        assert_eq!(list(Some("a"), None, None, 9).await, of(&[5, 2, 0]));
        assert_eq!(list(None, Some(DeliveryState::Dead), None, 9).await, of(&[4, 1]));
        assert_eq!(list(Some("b"), Some(DeliveryState::Dead), Some(4), 9).await, of(&[1]));
        assert_eq!(list(Some("c"), None, None, 9).await, []);
    }
}

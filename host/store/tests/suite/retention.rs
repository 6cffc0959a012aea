//! Sweeping.

use bytes::Bytes;
use tieline_store::{Batch, DEDUPE_WINDOW, Key, Space, Swept};
use tieline_types::{Delivery, DeliveryState, Timestamp};

use crate::world::{START, World, before, delivery, event, event_with, installation, key, names};

#[tokio::test]
async fn leaves_what_is_still_needed() {
    for world in World::all() {
        let desk = installation("acme", "desk");
        let [pending, dead, done] = [event(&desk, 1), event(&desk, 2), event(&desk, 3)];
        let batch = Batch::new()
            .append(pending.clone(), Some([1; 32]))
            .append(dead.clone(), None)
            .append(done.clone(), None)
            .put(Key::of_event(Space::Effect, &dead.reference()).number(0), "effect")
            .settle(dead.reference(), delivery(DeliveryState::Dead))
            .settle(done.reference(), delivery(DeliveryState::Done))
            .put_until(key("a"), "1", world.later(60));
        world.commit(batch).await;
        assert_eq!(
            world.store.sweep(before(START)).await.unwrap(),
            Swept::default(),
            "handled at, not before"
        );
        world.wait(3600);
        let swept = world.store.sweep(before(Timestamp(START.0 + 1))).await.unwrap();
        assert_eq!(swept, Swept { expired: 1, events: 1, ..Swept::default() });
        assert_eq!(names(&world.store.pending(None, 9).await.unwrap()), [pending.reference()]);
        assert!(world.store.event(&dead.reference()).await.unwrap().is_some());
        assert_eq!(world.store.event(&done.reference()).await.unwrap(), None);
        let effects = world.store.scan(&Key::new(Space::Effect), None, 9).await.unwrap();
        assert_eq!(effects.len(), 1);
    }
}

#[tokio::test]
async fn takes_with_an_event_what_is_stored_about_it() {
    for world in World::all() {
        let desk = installation("acme", "desk");
        let (old, new) = (event_with(&desk, 1, &"x".repeat(50_000)), event(&desk, 2));
        let mut batch = Batch::new().append(old.clone(), None).append(new.clone(), None);
        for space in [Space::Effect, Space::Run] {
            for event in [&old, &new] {
                let large = Bytes::from(vec![1; 10_000]);
                batch = batch.put(Key::of_event(space, &event.reference()).number(1), large);
            }
        }
        world.commit(batch.settle(old.reference(), delivery(DeliveryState::Done))).await;
        assert_eq!(world.store.sweep(before(world.later(1))).await.unwrap().events, 1);
        for space in [Space::Effect, Space::Run] {
            let left = world.store.scan(&Key::new(space), None, 9).await.unwrap();
            assert_eq!(left.len(), 1);
            assert!(left[0].0 > Key::of_event(space, &new.reference()));
        }
    }
}

#[tokio::test]
async fn does_not_take_what_was_written_again_or_is_delivered_again() {
    for world in World::all() {
        let desk = installation("acme", "desk");
        let event = event(&desk, 1);
        let batch = Batch::new()
            .put_until(key("kept"), "1", world.later(60))
            .put_until(key("longer"), "1", world.later(60))
            .append(event.clone(), None)
            .settle(event.reference(), delivery(DeliveryState::Done));
        world.commit(batch).await;
        let batch = Batch::new()
            .put(key("kept"), "2")
            .put_until(key("longer"), "2", world.later(120))
            .settle(event.reference(), delivery(DeliveryState::Pending));
        world.commit(batch).await;
        world.wait(60);
        assert_eq!(world.store.sweep(before(world.later(0))).await.unwrap(), Swept::default());
        assert_eq!(world.text(&key("kept")).await.as_deref(), Some("2"));
        assert_eq!(world.text(&key("longer")).await.as_deref(), Some("2"));
        assert_eq!(names(&world.store.pending(None, 9).await.unwrap()), [event.reference()]);
    }
}

#[tokio::test]
async fn does_it_in_steps_and_says_when_there_is_more() {
    for world in World::all() {
        let desk = installation("acme", "desk");
        let batch = (0..1_000).fold(Batch::new(), |batch, number| {
            let event = event(&desk, number);
            let dedupe = *tieline_types::Digest::of(&number.to_be_bytes()).as_bytes();
            batch.append(event.clone(), Some(dedupe)).settle(event.reference(), delivery(DeliveryState::Done))
        });
        world.commit(batch).await;
        world.clock.advance(2 * DEDUPE_WINDOW);
        let (mut expired, mut events, mut steps) = (0, 0, 0);
        loop {
            let swept = world.store.sweep(before(world.later(0))).await.unwrap();
            (expired, events, steps) = (expired + swept.expired, events + swept.events, steps + 1);
            if !swept.more {
                break;
            }
        }
        assert_eq!((expired, events), (1_000, 1_000));
        assert!(steps > 1);
    }
}

#[tokio::test]
async fn finds_what_is_due_before_what_it_swept_already() {
    for world in World::all() {
        let desk = installation("acme", "desk");
        let (late, early) = (event(&desk, 1), event(&desk, 2));
        for (event, settled) in [(&late, 100), (&early, 50)] {
            let settled = Timestamp(START.0 + settled);
            let delivery = Delivery { settled: Some(settled), ..delivery(DeliveryState::Done) };
            let batch = Batch::new().append(event.clone(), None).settle(event.reference(), delivery);
            let batch = batch.put_until(key("a"), "1", settled);
            world.commit(batch).await;
            world.wait(1);
            let swept = world.store.sweep(before(Timestamp(START.0 + 200))).await.unwrap();
            assert_eq!(swept, Swept { expired: 1, events: 1, ..Swept::default() });
        }
    }
}

//! What the store counts by itself.

use bytes::Bytes;
use tieline_store::{Batch, EventFilter, Key, Retention, Space, Usage};
use tieline_types::DeliveryState;

use crate::world::{World, before, delivery, event, installation, key};

impl World {
    async fn usage(&self) -> (u64, u64) {
        let place = Usage::key(&installation("acme", "desk"));
        let usage = Usage::of(self.store.get(&place).await.unwrap().as_ref());
        (usage.keys, usage.bytes)
    }
}

#[tokio::test]
async fn counts_entries_and_their_bytes_through_every_change() {
    for world in World::all() {
        assert_eq!(world.usage().await, (0, 0));
        world.commit(Batch::new().put(key("a"), "1234").put(key("bb"), "")).await;
        assert_eq!(world.usage().await, (2, 1 + 4 + 2));
        world.commit(Batch::new().put(key("a"), "1").put(key("a"), "12").delete(key("bb"))).await;
        assert_eq!(world.usage().await, (1, 1 + 2));
        let large = Bytes::from(vec![7; 1_000_000]);
        world.commit(Batch::new().put(key("l"), large)).await;
        assert_eq!(world.usage().await, (2, 3 + 1 + 1_000_000));
        world.commit(Batch::new().delete(key("l")).delete(key("never"))).await;
        assert_eq!(world.restart().usage().await, (1, 1 + 2));
    }
}

#[tokio::test]
async fn what_expires_counts_until_it_is_swept() {
    for world in World::all() {
        world.commit(Batch::new().put_until(key("a"), "1", world.later(10)).put(key("b"), "1")).await;
        world.wait(11);
        assert_eq!(world.usage().await, (2, 4));
        world.store.sweep(before(world.later(0))).await.unwrap();
        assert_eq!(world.usage().await, (1, 2));
        world.store.sweep(before(world.later(0))).await.unwrap();
        assert_eq!(world.usage().await, (1, 2));
    }
}

#[tokio::test]
async fn a_refused_batch_and_other_spaces_and_neighbours_count_nothing() {
    for world in World::all() {
        world.commit(Batch::new().put(key("a"), "1")).await;
        let neighbour = Key::new(Space::Storage).part("acme").part("desk2").part("a");
        let activity = Key::new(Space::Activity).part("acme").part("desk").part("a");
        world.commit(Batch::new().put(neighbour, "12345").put(activity, "12345")).await;
        world.conflict(Batch::new().expect(key("a"), None).put(key("b"), "1")).await;
        assert_eq!(world.usage().await, (1, 2));
        world.commit(Batch::new().delete(key("a"))).await;
        assert_eq!(world.usage().await, (0, 0));
    }
}

#[tokio::test]
async fn writers_of_one_installation_do_not_conflict_over_its_count() {
    for world in World::all() {
        let write = |name: &str| {
            let batch = Batch::new().expect(key(name), None).put(key(name), "1");
            world.store.commit(batch)
        };
        let (a, b, c) = tokio::join!(write("a"), write("b"), write("c"));
        assert!(a.is_ok() && b.is_ok() && c.is_ok());
        assert_eq!(world.usage().await, (3, 6));
    }
}

/// How many dead letters there are, and how many are found when all are looked through.
async fn dead(world: &World) -> (Vec<(String, u64)>, Vec<usize>) {
    let counted = tieline_store::dead_letters(&*world.store).await.unwrap();
    let filter = EventFilter { state: Some(DeliveryState::Dead), ..EventFilter::default() };
    let mut found = Vec::new();
    for (tenant, _) in &counted {
        found.push(world.store.events(tenant, &filter, None, 999).await.unwrap().len());
    }
    (counted.into_iter().map(|(tenant, count)| (tenant.to_string(), count)).collect(), found)
}

#[tokio::test]
async fn dead_letters_are_counted_where_they_come_and_go() {
    for world in World::all() {
        let (acme, globex) = (installation("acme", "desk"), installation("globex", "desk"));
        let mut batch = Batch::new();
        for number in 0..5 {
            let event = event(&acme, number);
            batch = batch.append(event.clone(), None);
            batch = batch.settle(event.reference(), delivery(DeliveryState::Dead));
            // Twice is once.
            batch = batch.settle(event.reference(), delivery(DeliveryState::Dead));
        }
        let other = event(&globex, 9);
        batch = batch.append(other.clone(), None).settle(other.reference(), delivery(DeliveryState::Dead));
        world.commit(batch).await;
        let count = |acme: u64| vec![("acme".to_owned(), acme), ("globex".to_owned(), 1)];
        assert_eq!(dead(&world).await, (count(5), vec![5, 1]));
        // One is delivered again, another was handled after all.
        let [again, done] = [event(&acme, 0), event(&acme, 1)];
        let batch = Batch::new().settle(again.reference(), delivery(DeliveryState::Pending));
        world.commit(batch.settle(done.reference(), delivery(DeliveryState::Done))).await;
        assert_eq!(dead(&world).await, (count(3), vec![3, 1]));
        // A batch that is refused counts nothing.
        let batch =
            Batch::new().settle(again.reference(), delivery(DeliveryState::Dead)).expect(key("a"), Some(7));
        world.conflict(batch).await;
        let world = world.restart();
        assert_eq!(dead(&world).await, (count(3), vec![3, 1]), "right after a restart");
        let all = Retention { handled_before: world.later(1), dead_before: world.later(1) };
        assert_eq!(world.store.sweep(all).await.unwrap().dead_letters, 4);
        assert_eq!(dead(&world).await, (vec![], vec![]));
    }
}

//! What the store counts by itself.

use bytes::Bytes;
use tieline_store::{Batch, Key, Space, Usage};

use crate::world::{World, before, installation, key};

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

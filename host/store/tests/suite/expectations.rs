//! What a batch expects.

use tieline_store::{Batch, Key, Space};
use tieline_types::DeliveryState;

use crate::world::{World, delivery, event, installation, key};

fn all() -> Key {
    Key::new(Space::Storage).part("acme").part("desk")
}

#[tokio::test]
async fn one_failed_expectation_and_nothing_changes_in_any_port() {
    for world in World::all() {
        let desk = installation("acme", "desk");
        let old = event(&desk, 1);
        let revision = world.commit(Batch::new().put(key("a"), "1").append(old.clone(), None)).await.revision;
        let new = event(&desk, 2);
        let batch = Batch::new()
            .expect(key("a"), Some(revision))
            .expect(key("b"), Some(7))
            .put(key("a"), "2")
            .append(new.clone(), Some([1; 32]))
            .settle(old.reference(), delivery(DeliveryState::Done));
        assert_eq!(world.conflict(batch).await, key("b"));
        assert_eq!(world.text(&key("a")).await.as_deref(), Some("1"));
        assert_eq!(world.store.event(&new.reference()).await.unwrap(), None);
        let (_, kept) = world.store.event(&old.reference()).await.unwrap().unwrap();
        assert_eq!(kept.state, DeliveryState::Pending);
        let again = world.commit(Batch::new().append(new, Some([1; 32]))).await;
        assert_eq!(again.appended, [true], "the dedupe key of the failed batch was not kept");
    }
}

#[tokio::test]
async fn revisions_are_compared_with_the_state_before_the_batch() {
    for world in World::all() {
        let revision = world.commit(Batch::new().expect(key("a"), None).put(key("a"), "1")).await.revision;
        world.conflict(Batch::new().expect(key("a"), None).put(key("a"), "2")).await;
        world.conflict(Batch::new().expect(key("a"), Some(revision + 1)).put(key("a"), "2")).await;
        world.commit(Batch::new().put(key("a"), "2").expect(key("a"), Some(revision))).await;
        world.conflict(Batch::new().expect(key("a"), Some(revision))).await;
    }
}

#[tokio::test]
async fn a_value_written_again_is_not_the_old_one() {
    for world in World::all() {
        let revision = world.commit(Batch::new().put(key("a"), "1")).await.revision;
        world.commit(Batch::new().delete(key("a"))).await;
        let world = world.restart();
        world.commit(Batch::new().put(key("a"), "1")).await;
        world.conflict(Batch::new().expect(key("a"), Some(revision))).await;
    }
}

#[tokio::test]
async fn a_range_notices_every_kind_of_change_inside_it() {
    for world in World::all() {
        world.commit(["b", "d"].iter().fold(Batch::new(), |batch, name| batch.put(key(name), "1"))).await;
        let changes = [
            ("inserted before", Batch::new().put(key("a"), "1")),
            ("inserted between", Batch::new().put(key("c"), "1")),
            ("inserted behind", Batch::new().put(key("e"), "1")),
            ("deleted", Batch::new().delete(key("d"))),
            ("changed", Batch::new().put(key("b"), "1")),
        ];
        for (what, change) in changes {
            let found = world.store.scan(&all(), None, 100).await.unwrap();
            let unchanged = Batch::new().expect_range(all(), None, 100, &found);
            world.commit(unchanged.clone()).await;
            world.commit(change).await;
            assert_eq!(world.conflict(unchanged.put(key("x"), "1")).await, all(), "{what}");
        }
        assert_eq!(world.text(&key("x")).await, None);
    }
}

#[tokio::test]
async fn a_range_does_not_mind_changes_outside_it() {
    for world in World::all() {
        world
            .commit(["a", "b", "c", "d"].iter().fold(Batch::new(), |batch, name| batch.put(key(name), "1")))
            .await;
        let after = Some(key("a"));
        let found = world.store.scan(&all(), after.as_ref(), 2).await.unwrap();
        let expecting = Batch::new().expect_range(all(), after, 2, &found);
        world.commit(Batch::new().delete(key("a")).put(key("d"), "2").put(key("e"), "1")).await;
        let beside = Key::new(Space::Storage).part("acme").part("desk2").part("b");
        world.commit(Batch::new().put(beside, "1")).await;
        world.commit(expecting.put(key("x"), "1")).await;
    }
}

#[tokio::test]
async fn expired_values_are_absent_for_expectations_too() {
    for world in World::all() {
        let batch = Batch::new().put_until(key("a"), "1", world.later(60)).put(key("b"), "1");
        let revision = world.commit(batch).await.revision;
        let found = world.store.scan(&all(), None, 9).await.unwrap();
        let whole = Batch::new().expect_range(all(), None, 9, &found);
        world.commit(whole.clone().expect(key("a"), Some(revision))).await;
        world.wait(60);
        world.conflict(whole).await;
        world.conflict(Batch::new().expect(key("a"), Some(revision))).await;
        world.commit(Batch::new().expect(key("a"), None).expect_range(all(), None, 9, &found[1..])).await;
    }
}

#[tokio::test]
async fn of_many_who_expect_the_same_one_wins() {
    for world in World::all() {
        world.commit(Batch::new().put(key("n"), "0")).await;
        let rivals = (0..50).map(|_| async {
            // Each counts up once, starting again when another was faster.
            loop {
                let value = world.store.get(&key("n")).await.unwrap().unwrap();
                let count: u32 = str::from_utf8(&value.bytes).unwrap().parse().unwrap();
                let batch = Batch::new().expect(key("n"), Some(value.revision));
                if world.store.commit(batch.put(key("n"), (count + 1).to_string())).await.is_ok() {
                    break;
                }
            }
        });
        futures::future::join_all(rivals).await;
        assert_eq!(world.text(&key("n")).await.as_deref(), Some("50"));
    }
}

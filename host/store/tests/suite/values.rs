//! Keys and values.

use bytes::Bytes;
use tieline_store::{Batch, CommitError, Key, MAX_KEY, MAX_VALUE, Pages, Space, StoreError};

use crate::world::{World, key};

#[tokio::test]
async fn refuses_what_is_too_large_and_writes_nothing_of_it() {
    for world in World::all() {
        let long = Key::new(Space::Storage).part(&"k".repeat(MAX_KEY));
        let huge = Bytes::from(vec![0; MAX_VALUE + 1]);
        for batch in [
            Batch::new().put(key("a"), "1").put(long, "1"),
            Batch::new().put(key("a"), "1").put(key("b"), huge),
        ] {
            let refused = world.store.commit(batch).await;
            assert!(matches!(refused, Err(CommitError::Store(StoreError::TooLarge { .. }))), "{refused:?}");
            assert_eq!(world.text(&key("a")).await, None);
        }
    }
}

#[tokio::test]
async fn a_returned_commit_is_seen() {
    for world in World::all() {
        let first = world.commit(Batch::new().put(key("a"), "1").put(key("b"), "2")).await;
        assert_eq!(world.text(&key("a")).await.as_deref(), Some("1"));
        assert_eq!(world.revision(&key("b")).await, Some(first.revision));
        let second = world.commit(Batch::new().put(key("a"), "3").delete(key("b")).delete(key("c"))).await;
        assert!(second.revision > first.revision);
        assert_eq!(world.text(&key("a")).await.as_deref(), Some("3"));
        assert_eq!(world.text(&key("b")).await, None);
    }
}

#[tokio::test]
async fn of_two_changes_in_a_batch_the_later_one_stays() {
    for world in World::all() {
        world
            .commit(Batch::new().put(key("a"), "1").put(key("a"), "2").put(key("b"), "1").delete(key("b")))
            .await;
        assert_eq!(world.text(&key("a")).await.as_deref(), Some("2"));
        assert_eq!(world.text(&key("b")).await, None);
    }
}

#[tokio::test]
async fn scans_in_order_by_page_and_never_beside_the_prefix() {
    for world in World::all() {
        let beside = Key::new(Space::Storage).part("acme").part("desk2").part("x");
        let batch =
            ["b", "a", "c", "aa"].iter().fold(Batch::new(), |batch, name| batch.put(key(name), *name));
        world.commit(batch.put(beside, "no")).await;
        let prefix = Key::new(Space::Storage).part("acme").part("desk");
        let page = world.store.scan(&prefix, None, 3).await.unwrap();
        assert_eq!(page.iter().filter_map(|(key, _)| key.last()).collect::<Vec<_>>(), ["a", "aa", "b"]);
        let page = world.store.scan(&prefix, Some(&page[2].0), 3).await.unwrap();
        assert_eq!(page.iter().filter_map(|(key, _)| key.last()).collect::<Vec<_>>(), ["c"]);
        let open = world.store.scan(&prefix.clone().starting("a"), None, 9).await.unwrap();
        assert_eq!(open.len(), 2);
        assert!(world.store.scan(&prefix, Some(&Key::new(Space::Host)), 9).await.unwrap().is_empty());
        assert_eq!(world.store.scan(&prefix, Some(&Key::new(Space::Tenant)), 9).await.unwrap().len(), 4);
    }
}

#[tokio::test]
async fn pages_hold_all_under_a_prefix_once_also_while_it_is_deleted() {
    for world in World::all() {
        for count in [0, 1, 499, 500, 501, 1_000, 1_234] {
            let acme = Key::new(Space::Storage).part("acme");
            let (under, beside) = (acme.clone().part(&format!("desk{count}")), format!("desk{count}x"));
            let names: Vec<String> = (0..count).map(|n| format!("{n:04}")).collect();
            let batch = Batch::new().put(acme.part(&beside).part("0"), "no");
            let batch = names.iter().fold(batch, |batch, name| batch.put(under.clone().part(name), "1"));
            world.commit(batch).await;
            let all = Pages::all(&*world.store, under.clone()).await.unwrap();
            assert_eq!(all.iter().filter_map(|(key, _)| key.last()).collect::<Vec<_>>(), names);
            let (mut pages, mut found) = (Pages::under(under), vec![]);
            while let Some(page) = pages.next(&*world.store).await.unwrap() {
                assert!(!page.is_empty());
                found.extend(page.iter().filter_map(|(key, _)| key.last()));
                let delete = page.into_iter().fold(Batch::new(), |batch, (key, _)| batch.delete(key));
                world.commit(delete).await;
            }
            assert_eq!(found, names);
        }
    }
}

#[tokio::test]
async fn large_values_come_back_and_make_way() {
    for world in World::all() {
        let large: Bytes = (0..1_000_000_u32).map(|n| n.to_le_bytes()[1]).collect();
        world.commit(Batch::new().put(key("a"), large.clone()).put(key("b"), large.slice(1..))).await;
        assert_eq!(world.store.get(&key("a")).await.unwrap().unwrap().bytes, large);
        world.commit(Batch::new().put(key("a"), "small")).await;
        let world = world.restart();
        assert_eq!(world.text(&key("a")).await.as_deref(), Some("small"));
        assert_eq!(world.store.get(&key("b")).await.unwrap().unwrap().bytes, large.slice(1..));
    }
}

#[tokio::test]
async fn revisions_grow_over_restarts_and_deletions() {
    for world in World::all() {
        let first = world.commit(Batch::new().put(key("a"), "1")).await.revision;
        let deleted = world.commit(Batch::new().delete(key("a"))).await.revision;
        assert!(deleted > first);
        let world = world.restart();
        assert!(world.commit(Batch::new().put(key("a"), "1")).await.revision > deleted);
    }
}

#[tokio::test]
async fn a_batch_that_changes_nothing_has_the_last_revision() {
    for world in World::all() {
        let last = world.commit(Batch::new().put(key("a"), "1")).await.revision;
        assert_eq!(world.commit(Batch::new()).await.revision, last);
        assert_eq!(world.commit(Batch::new().delete(key("b"))).await.revision, last);
    }
}

#[tokio::test]
async fn expired_values_are_gone_at_once() {
    for world in World::all() {
        let until = world.later(60);
        world.commit(Batch::new().put_until(key("a"), "1", until).put_until(key("b"), "2", until)).await;
        world.commit(Batch::new().put(key("b"), "3")).await;
        world.wait(59);
        assert_eq!(world.text(&key("a")).await.as_deref(), Some("1"));
        world.wait(1);
        assert_eq!(world.text(&key("a")).await, None);
        assert_eq!(world.text(&key("b")).await.as_deref(), Some("3"), "it was written anew without an end");
        let left = world.store.scan(&Key::new(Space::Storage), None, 9).await.unwrap();
        assert_eq!(left.len(), 1);
    }
}

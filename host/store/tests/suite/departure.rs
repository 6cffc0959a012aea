//! Forgetting a tenant.

use bytes::Bytes;
use tieline_store::{Batch, EventFilter, Key, Space, Swept, Usage, dead_letters};
use tieline_types::{DeliveryState, InstallationKey};

use crate::world::{World, delivery, event, event_with, installation, names};

/// In each state, with their dedupe keys; and in each space.
async fn fill(world: &World, of: &InstallationKey, events: u64) {
    let states = [DeliveryState::Pending, DeliveryState::Done, DeliveryState::Dead];
    let mut batch = Batch::new();
    for (number, state) in (0..events).zip(states.into_iter().cycle()) {
        let event = event_with(of, number, &"x".repeat(6_000));
        batch = batch.append(event.clone(), Some(dedupe(number)));
        batch = batch.settle(event.reference(), delivery(state));
        batch = batch.put(Key::of_event(Space::Effect, &event.reference()).number(0), "effect");
    }
    let counted = [Space::Usage, Space::DeadLetters];
    for space in Space::all().filter(|space| !counted.contains(space)) {
        let key = Key::new(space).part(of.tenant.as_str()).part(of.installation.as_str());
        batch = batch.put(key.clone().part("small"), "1").put(key.part("large"), Bytes::from(vec![1; 9_000]));
    }
    world.commit(batch).await;
}

fn dedupe(number: u64) -> [u8; 32] {
    *tieline_types::Digest::of(&number.to_be_bytes()).as_bytes()
}

/// All that is left under a tenant's name, in spaces of tenants or in the others.
async fn left(world: &World, tenant: &str, of_tenants: bool) -> usize {
    let mut found = 0;
    for space in Space::all().filter(|space| space.is_of_tenants() == of_tenants) {
        found += world.store.scan(&Key::new(space).part(tenant), None, 9_999).await.unwrap().len();
    }
    found
}

async fn events(world: &World, tenant: &str) -> usize {
    world.store.events(&tenant.parse().unwrap(), &EventFilter::default(), None, 9_999).await.unwrap().len()
}

#[tokio::test]
async fn takes_all_of_the_tenant_and_nothing_of_a_neighbour_or_of_the_host() {
    for world in World::all() {
        let (acme, acme2) = (installation("acme", "desk"), installation("acme2", "desk"));
        fill(&world, &acme, 9).await;
        fill(&world, &acme2, 9).await;
        let (neighbours, shared) = (left(&world, "acme2", true).await, left(&world, "acme", false).await);
        assert!(neighbours > 0 && shared > 0);
        let mut steps = 1;
        while world.store.forget(&acme.tenant).await.unwrap().more {
            steps += 1;
        }
        assert!(steps < 9);
        let world = world.restart();
        assert_eq!(world.store.forget(&acme.tenant).await.unwrap(), Swept::default(), "nothing is left");
        assert_eq!((left(&world, "acme", true).await, events(&world, "acme").await), (0, 0));
        assert_eq!(Usage::of(world.store.get(&Usage::key(&acme)).await.unwrap().as_ref()), Usage::default());
        assert_eq!(left(&world, "acme", false).await, shared);
        assert_eq!(dead_letters(&*world.store).await.unwrap(), [(acme2.tenant.clone(), 3)]);
        assert_eq!((left(&world, "acme2", true).await, events(&world, "acme2").await), (neighbours, 9));
        assert_eq!(names(&world.store.pending(None, 99).await.unwrap()).len(), 3);
        assert_eq!(Usage::of(world.store.get(&Usage::key(&acme2)).await.unwrap().as_ref()).keys, 2);
    }
}

#[tokio::test]
async fn what_is_like_an_event_of_before_is_new() {
    for world in World::all() {
        let acme = installation("acme", "desk");
        fill(&world, &acme, 3).await;
        let again = Batch::new().append(event(&acme, 100), Some(dedupe(1)));
        assert_eq!(world.commit(again).await.appended, [false]);
        while world.store.forget(&acme.tenant).await.unwrap().more {}
        let again = Batch::new().append(event(&acme, 100), Some(dedupe(1)));
        assert_eq!(world.commit(again).await.appended, [true]);
    }
}

#[tokio::test]
async fn goes_on_where_it_was_stopped_after_any_step() {
    for world in World::all() {
        let acme = installation("acme", "desk");
        fill(&world, &acme, 400).await;
        let (mut world, mut steps) = (world, 0);
        while world.store.forget(&acme.tenant).await.unwrap().more {
            world = world.killed();
            // Whole, as far as it is there: every event has its body.
            assert!(events(&world, "acme").await < 400);
            world.store.pending(None, 999).await.unwrap();
            steps += 1;
        }
        assert!(steps > 3);
        assert_eq!((left(&world, "acme", true).await, events(&world, "acme").await), (0, 0));
    }
}

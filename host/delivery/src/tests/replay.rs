//! Dead letters, replay and quotas, with connectors whose code is not there: their events wait.

use std::sync::Arc;

use tieline_store::Batch;
use tieline_types::{
    Delivery, DeliveryState, Event, EventId, InstallationKey, Payload, Problem, Timestamp,
    api::{EventSummary, ReplayAs, ReplayFilter, ReplayReport, ReplayRequest},
    tenant::{Quotas, Tenant},
};

use super::stage::{MESSAGES, ONE, Stage, acme, created};
use crate::{HostError, Received, installations::stored::tenant_key};

fn event(installation: &str, received: u64) -> Arc<Event> {
    Arc::new(Event {
        id: EventId::generate(),
        installation: InstallationKey { tenant: acme(), installation: installation.parse().unwrap() },
        ordering_key: "k".into(),
        received: Timestamp(received),
        actor: None,
        trace: None,
        payload: Payload::Custom { r#type: "t".into(), body: "{}".into() },
    })
}

fn dead(fingerprint: &str) -> Delivery {
    Delivery {
        state: DeliveryState::Dead,
        attempts: 4,
        cause: Some(Problem::new("crm.refused", "It refused.")),
        fingerprint: Some(fingerprint.into()),
        ..Delivery::fresh(Timestamp(0))
    }
}

/// A host with these dead letters of `desk`, each with its fingerprint.
async fn with_dead_letters(fingerprints: &[&str]) -> (Stage, Vec<EventId>) {
    let stage = Stage::with(ONE).await;
    let mut batch = Batch::new();
    let mut ids = Vec::new();
    for (received, fingerprint) in (1..).zip(fingerprints) {
        let event = event("desk", received);
        ids.push(event.id);
        batch = batch.append(event.clone(), None).settle(event.reference(), dead(fingerprint));
    }
    stage.store.commit(batch).await.unwrap();
    (stage, ids)
}

fn request(filter: ReplayFilter) -> ReplayRequest {
    ReplayRequest { filter, ..ReplayRequest::default() }
}

fn done(matched: u64, replayed: u64) -> ReplayReport {
    ReplayReport { matched, replayed, next: None }
}

#[tokio::test]
async fn what_is_not_there_is_not_replayed() {
    let (stage, _) = with_dead_letters(&[]).await;
    let nobody = "nobody".parse().unwrap();
    let refused = [
        stage.host.dead_letters(&nobody).await.map(drop),
        stage.host.replay(&nobody, &ReplayRequest::default()).await.map(drop),
        stage.host.replay_event(&acme(), EventId::generate(), &ReplayAs::default()).await.map(drop),
    ];
    for answer in refused {
        assert!(matches!(answer, Err(HostError::NotFound { .. })), "{answer:?}");
    }
    assert_eq!(stage.host.replay(&acme(), &ReplayRequest::default()).await.unwrap(), done(0, 0));
}

#[tokio::test]
async fn a_dry_run_counts_and_changes_nothing() {
    let (stage, _) = with_dead_letters(&["a", "a", "b"]).await;
    let before = stage.events().await;
    let only_a = ReplayFilter { fingerprint: Some("a".into()), ..ReplayFilter::default() };
    let dry = ReplayRequest { dry_run: true, ..request(only_a) };
    assert_eq!(stage.host.replay(&acme(), &dry).await.unwrap(), done(2, 0));
    let states = |events: Vec<EventSummary>| events.into_iter().map(|event| event.state).collect::<Vec<_>>();
    assert_eq!(states(stage.events().await), states(before));
    let groups = stage.host.dead_letters(&acme()).await.unwrap();
    let groups: Vec<_> = groups.iter().map(|group| (group.fingerprint.as_str(), group.count)).collect();
    assert_eq!(groups, [("a", 2), ("b", 1)]);
}

#[tokio::test]
async fn replayed_events_wait_again_and_a_repetition_finds_none() {
    let (stage, ids) = with_dead_letters(&["a", "b", "a"]).await;
    let until_third = ReplayFilter { until: Some(Timestamp(3)), ..ReplayFilter::default() };
    assert_eq!(stage.host.replay(&acme(), &request(until_third.clone())).await.unwrap(), done(2, 2));
    assert_eq!(stage.host.replay(&acme(), &request(until_third)).await.unwrap(), done(0, 0));
    let one = stage.host.replay_event(&acme(), ids[0], &ReplayAs::default()).await.unwrap();
    assert_eq!(one, done(1, 0), "it waits already");
    let events = stage.events().await;
    let seen: Vec<_> = events.iter().map(|event| (event.id, event.state, event.replayed)).collect();
    let (pending, dead) = (DeliveryState::Pending, DeliveryState::Dead);
    assert_eq!(seen, [(ids[0], pending, true), (ids[1], pending, true), (ids[2], dead, false)]);
    assert!(events[0].fingerprint.is_none() && events[0].attempts == 0);
}

#[tokio::test]
async fn as_new_makes_other_events_once_for_a_key() {
    let (stage, ids) = with_dead_letters(&["a", "a"]).await;
    let how = ReplayAs { as_new: true, idempotency_key: Some("monday".into()) };
    let again = ReplayRequest { how: how.clone(), ..ReplayRequest::default() };
    assert_eq!(stage.host.replay(&acme(), &again).await.unwrap(), done(2, 2));
    assert_eq!(stage.host.replay(&acme(), &again).await.unwrap(), done(2, 0));
    let events = stage.events().await;
    let (old, new) = events.split_at(2);
    assert!(old.iter().zip(&ids).all(|(event, id)| event.id == *id && event.state == DeliveryState::Dead));
    assert!(new.len() == 2 && new.iter().all(|event| !event.replayed));
    let other = ReplayAs { idempotency_key: Some("tuesday".into()), ..how };
    assert_eq!(stage.host.replay_event(&acme(), ids[0], &other).await.unwrap(), done(1, 1));
}

#[tokio::test]
async fn many_are_replayed_page_by_page_from_the_oldest() {
    let (stage, ids) = with_dead_letters(&["a"; 700]).await;
    let mut ask = ReplayRequest::default();
    let first = stage.host.replay(&acme(), &ask).await.unwrap();
    assert_eq!((first.matched, first.replayed, first.next), (500, 500, Some(ids[499])));
    ask.after = first.next;
    assert_eq!(stage.host.replay(&acme(), &ask).await.unwrap(), done(200, 200));
    let mut places = Vec::new();
    for id in [0, 499, 500, 699].map(|index| ids[index]) {
        let (_, delivery) = stage.host.find_event(&acme(), id).await.unwrap();
        places.push(delivery.replayed.unwrap());
    }
    assert!(places.is_sorted(), "they keep their order");
}

#[tokio::test]
async fn a_tenant_over_its_quota_is_told_to_come_back_and_loses_nothing() {
    let stage = Stage::with(ONE).await;
    let quotas = Quotas { pending_events: 2, ..Quotas::default() };
    let tenant = Tenant::<tieline_identity::Sealed> {
        id: acme(),
        name: "Acme".into(),
        quotas,
        panel: Default::default(),
        alert_receivers: Vec::new(),
    };
    let batch = Batch::new().put(tenant_key(&acme()), serde_json::to_vec(&tenant).unwrap());
    stage.store.commit(batch).await.unwrap();
    let subscription = stage.subscribed(MESSAGES, "").await;
    let stage = stage.start_again(true).await;
    for (message, answer) in
        [("1", Received::Accepted), ("2", Received::Accepted), ("3", Received::Unavailable)]
    {
        let items = vec![created(&subscription, message)];
        assert_eq!(stage.deliver(&subscription, items).await, answer, "{message}");
    }
    assert_eq!(stage.host.hook_counts().taken, 2);
    let events = stage.events().await;
    assert!(events.len() == 2 && events.iter().all(|event| event.state == DeliveryState::Pending));
}

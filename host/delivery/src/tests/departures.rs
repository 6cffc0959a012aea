//! Tenants that are removed, and come back under the same name.

use serde_json::json;
use tieline_store::{Batch, EventFilter, Key, Space};
use tieline_types::{
    Clock as _, EventId, InstallationKey, SystemClock, TenantId, api::ChangeKind, tenant::TenantDocument,
};

use super::stage::{MESSAGES, ONE, Stage, acme, created};
use crate::{EventQuery, Expected, HostError};

fn document(tenant: &str) -> TenantDocument {
    let connection = json!({
        "provider": "microsoft",
        "cloud": "sim",
        "directory_id": "11111111-1111-1111-1111-111111111111",
        "client_id": "22222222-2222-2222-2222-222222222222",
        "client_secret": "s3cret",
    });
    let document = json!({
        "tenant": { "id": tenant, "name": "Anew" },
        "connections": { "microsoft": connection },
        "installations": [],
    });
    serde_json::from_value(document).unwrap()
}

fn mark(tenant: &str) -> Key {
    Key::new(Space::Host).part("leaving").part(tenant)
}

impl Stage {
    /// Waits until a tenant is gone.
    async fn gone(&self, tenant: &TenantId) {
        while self.store.get(&mark(tenant.as_str())).await.unwrap().is_some() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    /// All that the store has of a tenant.
    async fn left(&self, tenant: &TenantId) -> Vec<String> {
        let mut left = Vec::new();
        for space in Space::all().filter(|space| space.is_of_tenants()) {
            let found = self.store.scan(&Key::new(space).part(tenant.as_str()), None, 99).await.unwrap();
            left.extend(found.into_iter().map(|(key, _)| key.to_string()));
        }
        let events = self.store.events(tenant, &EventFilter::default(), None, 99).await.unwrap();
        left.extend(events.into_iter().map(|(event, _)| event.reference().to_string()));
        left
    }
}

#[tokio::test]
async fn nothing_of_a_tenant_is_there_for_the_next_of_its_name() {
    let stage = Stage::with(ONE).await;
    let subscription = stage.subscribed(MESSAGES, "").await;
    let items = ["1", "2", "3"].map(|message| created(&subscription, message)).to_vec();
    stage.deliver(&subscription, items.clone()).await;
    assert_eq!(stage.events().await.len(), 3);
    let keys = stage.store.get(&Key::new(Space::DataKey).part("acme")).await.unwrap().unwrap();
    stage.host.remove_tenant(&acme(), &Expected::Existing).await.unwrap();
    assert!(
        stage.graph.lock().standing.is_empty(),
        "it was ended while there was a connection to end it with"
    );
    stage.gone(&acme()).await;
    assert_eq!(stage.left(&acme()).await, Vec::<String>::new());
    assert_eq!(stage.host.dispatcher.pending(&acme()), 0);
    stage.host.apply(document("acme"), &Expected::Anything).await.unwrap();
    assert!(stage.events().await.is_empty());
    let anew = stage.store.get(&Key::new(Space::DataKey).part("acme")).await.unwrap().unwrap();
    assert_ne!(anew.bytes, keys.bytes);
    // Its keys open what they sealed, after a start too, which knows no others: applying compares the secrets.
    let stage = stage.start_again(true).await;
    let report = stage.host.apply(document("acme"), &Expected::Anything).await.unwrap();
    assert!(report.changes.iter().all(|change| change.done == ChangeKind::Unchanged), "{report:?}");
}

#[tokio::test]
async fn a_name_is_not_given_away_before_what_bore_it_is_gone() {
    let stage = Stage::with(ONE).await;
    let globex: TenantId = "globex".parse().unwrap();
    // Somebody's action has not ended.
    let desk = InstallationKey { tenant: globex.clone(), installation: "desk".parse().unwrap() };
    let acting = stage.host.under_way.turn(EventId::generate(), (desk, "a".into(), None), SystemClock.now());
    let acting = acting.await;
    stage.store.commit(Batch::new().put(mark("globex"), "removed")).await.unwrap();
    stage.host.departures.begin();
    let activity = Key::new(Space::Activity).part("globex").part("desk").part("1");
    stage.store.commit(Batch::new().put(activity, "{}")).await.unwrap();
    let Err(HostError::TooEarly { problem }) =
        stage.host.apply(document("globex"), &Expected::Anything).await
    else {
        panic!("it was created over what is left");
    };
    assert_eq!(problem.code, "tenant.leaving");
    assert!(problem.remedy.is_some());
    // Nothing else minds, and the next start goes on.
    stage.host.events(&acme(), &EventQuery::default(), None, 1).await.unwrap();
    drop(acting);
    let stage = stage.start_again(false).await;
    stage.gone(&globex).await;
    assert_eq!(stage.left(&globex).await, Vec::<String>::new());
    stage.host.apply(document("globex"), &Expected::Anything).await.unwrap();
    assert!(!stage.left(&acme()).await.is_empty());
}

#[tokio::test]
async fn a_host_that_is_cut_off_goes_on_with_it() {
    let stage = Stage::with(ONE).await;
    let subscription = stage.subscribed(MESSAGES, "").await;
    let items = (0..300).map(|message| created(&subscription, &message.to_string())).collect();
    stage.deliver(&subscription, items).await;
    stage.host.remove_tenant(&acme(), &Expected::Existing).await.unwrap();
    let stage = stage.start_again(false).await;
    stage.gone(&acme()).await;
    assert_eq!(stage.left(&acme()).await, Vec::<String>::new());
    assert!(stage.host.tenants().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_two_tenants_share_stays_with_the_other() {
    let stage = Stage::with(ONE).await;
    let before = stage.subscribed(MESSAGES, "").await;
    let stage = stage.shared_with("globex").await;
    stage.subscribed(MESSAGES, "").await;
    stage.host.remove_tenant(&acme(), &Expected::Existing).await.unwrap();
    stage.gone(&acme()).await;
    assert_eq!(stage.left(&acme()).await, Vec::<String>::new());
    let standing = stage.graph.lock().standing.clone();
    assert_eq!(
        standing.iter().map(|s| &s["id"]).collect::<Vec<_>>(),
        [&before["id"]],
        "it was not made anew"
    );
    // Its secret is sealed for the one that stays: a start reads it, and notifications are believed.
    let stage = stage.start_again(true).await;
    stage.deliver(&standing[0], vec![created(&standing[0], "1")]).await;
    let globex: TenantId = "globex".parse().unwrap();
    let events = stage.host.events(&globex, &EventQuery::default(), None, 9).await.unwrap();
    assert_eq!(events.items.len(), 1);
}

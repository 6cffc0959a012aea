//! The certificates that content is encrypted with, in a store.

use std::time::Duration;

use serde_json::Value;
use tieline_identity::{MasterKey, Vault};
use tieline_store::{Batch, Key, Space};

use super::stage::{Stage, acme};
use crate::{rich::Keyring, subscriptions::desired::tests::owner};

async fn keyring(stage: &Stage) -> Keyring {
    let vault = Vault::open(stage.store.clone(), &MasterKey::new([7; 32])).await.unwrap();
    let keyring = Keyring::new(stage.host.services.clone(), vault, Duration::from_secs(60));
    keyring.load().await.unwrap();
    keyring
}

#[tokio::test]
async fn a_certificate_is_found_again_by_its_own_app_only() {
    let stage = Stage::with(&[]).await;
    let first = keyring(&stage).await;
    let (app, other, acme) = (owner("app"), owner("other"), acme());
    let (one, same) = tokio::join!(first.current(&app, &acme), first.current(&app, &acme));
    let made = one.unwrap();
    assert_eq!(made.id(), same.unwrap().id(), "an app has one, whoever asks");
    assert_ne!(made.id(), first.current(&other, &acme).await.unwrap().id());
    let again = keyring(&stage).await;
    assert_eq!(again.of(&app, made.id()).unwrap().der(), made.der());
    assert_eq!(again.current(&app, &acme).await.unwrap().id(), made.id());
    assert!(again.of(&other, made.id()).is_none() && again.of(&app, "unknown").is_none());
}

#[tokio::test]
async fn a_certificate_whose_key_cannot_be_opened_is_replaced() {
    let stage = Stage::with(&[]).await;
    let made = keyring(&stage).await.current(&owner("app"), &acme()).await.unwrap();
    let page = stage.store.scan(&Key::new(Space::Certificate), None, 10).await.unwrap();
    let (key, value) = page.into_iter().next().unwrap();
    let mut kept: Value = serde_json::from_slice(&value.bytes).unwrap();
    // As if it had been sealed for somebody else.
    kept["tenant"] = "globex".into();
    stage.store.commit(Batch::new().put(key, serde_json::to_vec(&kept).unwrap())).await.unwrap();
    let again = keyring(&stage).await;
    assert!(again.of(&owner("app"), made.id()).is_none());
    assert_ne!(again.current(&owner("app"), &acme()).await.unwrap().id(), made.id());
}

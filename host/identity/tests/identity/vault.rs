//! The vault on a real store.

use std::sync::Arc;

use tieline_identity::{MasterKey, Vault, VaultError};
use tieline_types::{ManualClock, Secret};

use crate::scene::{Disk, MASTER, tenant};

#[tokio::test]
async fn another_master_key_is_known_at_once() {
    let disk = Disk::new();
    let store = disk.open(Arc::new(ManualClock::default()));
    Vault::open(store.clone(), &MasterKey::new(MASTER)).await.unwrap();
    let error = Vault::open(store, &MasterKey::new([8; 32])).await.map(|_| ()).unwrap_err();
    assert!(matches!(error, VaultError::WrongMasterKey), "{error:?}");
}

#[tokio::test]
async fn a_secret_opens_for_its_own_tenant_and_purpose_only() {
    let disk = Disk::new();
    let store = disk.open(Arc::new(ManualClock::default()));
    let vault = Vault::open(store, &MasterKey::new(MASTER)).await.unwrap();
    let sealed = vault.seal(&tenant(), "a", &Secret::new("canary")).await.unwrap();
    assert!(!format!("{sealed:?} {}", serde_json::to_string(&sealed).unwrap()).contains("canary"));
    for (tenant, purpose) in [("acme", "b"), ("other", "a")] {
        let error = vault.unseal(&tenant.parse().unwrap(), purpose, &sealed).await.unwrap_err();
        assert!(matches!(error, VaultError::Unreadable { .. }), "{error:?}");
    }
    assert_eq!(vault.unseal(&tenant(), "a", &sealed).await.unwrap().expose(), "canary");
}

#[tokio::test]
async fn a_secret_outlives_the_process_and_the_first_two_sealers_share_a_key() {
    let disk = Disk::new();
    let clock = Arc::new(ManualClock::default());
    let store = disk.open(clock.clone());
    let (one, two) = (
        Vault::open(store.clone(), &MasterKey::new(MASTER)).await.unwrap(),
        Vault::open(store.clone(), &MasterKey::new(MASTER)).await.unwrap(),
    );
    let (tenant, secret) = (tenant(), Secret::new("canary"));
    let (by_one, by_two) = tokio::join!(one.seal(&tenant, "a", &secret), two.seal(&tenant, "a", &secret));
    drop((one, two));
    store.close().await.unwrap();
    drop(store);

    let vault = Vault::open(disk.open(clock), &MasterKey::new(MASTER)).await.unwrap();
    for sealed in [by_one.unwrap(), by_two.unwrap()] {
        assert_eq!(vault.unseal(&tenant, "a", &sealed).await.unwrap().expose(), "canary");
    }
}

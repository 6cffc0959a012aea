//! Files in an object store are those of a folder, and every request for them goes through the one door out.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that panics has failed")]

mod bucket;

use std::{collections::BTreeMap, net::SocketAddr, ops::ControlFlow, path::Path, sync::Arc};

use bucket::Bucket;
use parking_lot::Mutex;
use tieline_datasets::{Datasets, Place};
use tieline_egress::{Egress, Policy};
use tieline_store::{Batch, Key, Space, Store};
use tieline_types::{
    Clock, InstallationKey, SystemClock,
    dataset::{Day, PlannedTable, Table, TableKey, block},
};

fn table() -> Table {
    let schema = serde_json::json!({
        "type": "object", "properties": { "id": { "type": "integer" } }, "required": ["id"],
    });
    let schema = schema.to_string();
    Table::of(PlannedTable { name: "t".into(), schema, partition_by: None, key: vec![], version: None })
        .unwrap()
}

fn key() -> TableKey {
    let installation =
        InstallationKey { tenant: "acme".parse().unwrap(), installation: "desk".parse().unwrap() };
    TableKey { installation, table: "t".into() }
}

fn place(address: SocketAddr, policy: &Policy, more: &[(&str, &str)]) -> Place {
    let endpoint = format!("http://{address}");
    let options = [
        ("endpoint", endpoint.as_str()),
        ("region", "eu-central-1"),
        ("access_key_id", "id"),
        ("secret_access_key", "secret"),
    ];
    let options = options.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let options: BTreeMap<_, _> = options.collect();
    Place::open("s3://bucket/deep", Path::new("/"), &options, &Egress::new(policy).unwrap()).unwrap()
}

async fn stage(folder: &Path, place: Place) -> (Arc<dyn Store>, Datasets) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = tieline_store::open("lsm:store", folder, clock.clone()).unwrap();
    let bytes = serde_json::to_vec(&table()).unwrap();
    store.commit(Batch::new().put(Key::of_table(Space::Table, &key()), bytes)).await.unwrap();
    let datasets = Datasets::new(store.clone(), place, clock);
    (store, datasets)
}

async fn append(store: &Arc<dyn Store>, ids: std::ops::Range<i64>) {
    let table = table();
    let mut block = block::Writer::new(&table);
    for id in ids {
        let row = format!(r#"{{"id":{id}}}"#);
        let (day, cells) = table.row(&row, Day::of(SystemClock.now())).unwrap();
        block.push(day, &cells);
    }
    let place = Key::of_table(Space::Row, &key()).part(&block::BlockId::generate().to_string());
    store.commit(Batch::new().put(place, block.finish())).await.unwrap();
}

async fn count(datasets: &Datasets) -> usize {
    let reading = datasets.reading(&key(), Day::FIRST..=Day::LAST).await.unwrap().unwrap();
    let count = tokio::task::spawn_blocking(move || {
        let columns = reading.table().columns.clone();
        let found = Mutex::new(0);
        reading
            .each(&columns, |_, rows| {
                *found.lock() += rows.len();
                Ok(ControlFlow::Continue(()))
            })
            .unwrap();
        found.into_inner()
    });
    count.await.unwrap()
}

fn files(bucket: &Bucket) -> Vec<String> {
    let held = bucket.lock();
    held.objects.keys().filter(|key| key.ends_with(".parquet")).cloned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_become_objects_which_are_merged_and_read() {
    let (bucket, address) = bucket::open().await;
    let policy = Policy { allow_private: [address].into(), ..Policy::default() };
    let folder = tempfile::tempdir().unwrap();
    let (store, datasets) = stage(folder.path(), place(address, &policy, &[("allow_http", "true")])).await;
    for turn in 0..2 {
        append(&store, turn * 10..turn * 10 + 10).await;
        datasets.flush_all(&key()).await.unwrap();
    }
    assert_eq!(files(&bucket).len(), 2);
    assert!(files(&bucket)[0].starts_with("deep/tenant=acme/installation=desk/t/day="));
    assert_eq!(count(&datasets).await, 20);
    datasets.compact(&key(), true).await.unwrap();
    assert_eq!((files(&bucket).len(), count(&datasets).await), (1, 20));
    let held = bucket.lock();
    assert!(
        held.asked.iter().all(|(_, credential)| credential.starts_with("AWS4-HMAC-SHA256 Credential=id/"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_policy_does_not_open_is_not_reached() {
    let (bucket, address) = bucket::open().await;
    let folder = tempfile::tempdir().unwrap();
    let opened = Policy { allow_private: [address].into(), ..Policy::default() };
    for (policy, more, words) in
        [(Policy::default(), &[("allow_http", "true")][..], "allow_private"), (opened, &[], "needs TLS")]
    {
        let folder = folder.path().join(words);
        std::fs::create_dir_all(&folder).unwrap();
        let (store, datasets) = stage(&folder, place(address, &policy, more)).await;
        append(&store, 0..1).await;
        let mut error = &datasets.flush_all(&key()).await.unwrap_err() as &dyn std::error::Error;
        let mut said = error.to_string();
        while let Some(cause) = error.source() {
            said.push_str(&format!(": {cause}"));
            error = cause;
        }
        assert!(said.contains(words), "{said}");
        assert!(bucket.lock().asked.is_empty());
    }
}

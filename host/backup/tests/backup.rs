//! Backups on real stores and real files.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot set its scene fails")]

use std::{collections::BTreeMap, io::Write as _, path::Path, sync::Arc};

use tempfile::TempDir;
use tieline_backup::{BackupError, FilesOf, Source, Summary, Target, check, restore, write};
use tieline_datasets::{Datasets, Place};
use tieline_egress::{Egress, Policy};
use tieline_store::{Batch, Key, RestoreError, Space, Store};
use tieline_types::{Clock, ManualClock, Timestamp};
use tokio::runtime::Handle;

const KEY: &str = "0123456789abcdef";
const FILE: &str = "tenant=acme/installation=calls/streams/day=2026-11-22/a.parquet";

fn clock() -> Arc<dyn Clock> {
    Arc::new(ManualClock::at(Timestamp(1_800_000_000_000)))
}

fn place(folder: &Path) -> Place {
    let egress = Egress::new(&Policy::default()).unwrap();
    Place::open("files", folder, &BTreeMap::new(), &egress).unwrap()
}

fn value(n: u64) -> Key {
    Key::new(Space::Activity).part("acme").part("desk").number(n)
}

/// A host's folder with values, a package and a file of a dataset.
struct Home {
    folder: TempDir,
    store: Arc<dyn Store>,
    datasets: Datasets,
}

async fn home(values: u64) -> Home {
    let folder = tempfile::tempdir().unwrap();
    let store = tieline_store::open("sled:data", folder.path(), clock()).unwrap();
    let place = place(folder.path());
    place.put(Place::CLAIM, "this store's".into()).await.unwrap();
    place.put(FILE, vec![7; 300_000].into()).await.unwrap();
    store.put_blob("package".into()).await.unwrap();
    for n in 0..values {
        store.commit(Batch::new().put(value(n), "x".repeat(1_000))).await.unwrap();
    }
    let datasets = Datasets::new(store.clone(), place, clock());
    Home { folder, store, datasets }
}

async fn backup(home: &Home, with_files: bool) -> Vec<u8> {
    let now = clock().now();
    let source = Source::begin(&*home.store, &home.datasets, with_files, KEY.into(), now).await.unwrap();
    let runtime = Handle::current();
    let writing = move || {
        let mut bytes = Vec::new();
        write(source, &runtime, &mut bytes).unwrap();
        bytes
    };
    tokio::task::spawn_blocking(writing).await.unwrap()
}

async fn restored(bytes: &[u8], folder: &Path, url: &str, key: &str) -> Result<Summary, BackupError> {
    let (bytes, folder, runtime) = (bytes.to_vec(), folder.to_owned(), Handle::current());
    let (url, key) = (url.to_owned(), key.to_owned());
    let restoring = move || {
        let place = place(&folder);
        let target = Target { store: &url, base: &folder, place: &place, master_key: &key, clock: clock() };
        let (summary, restored) = restore(&bytes[..], &target, &runtime)?;
        assert!(tieline_store::open(&url, &folder, clock()).is_err(), "it is no store yet");
        runtime.block_on(restored.finish())?;
        Ok(summary)
    };
    tokio::task::spawn_blocking(restoring).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_was_acknowledged_before_it_began_is_in_it() {
    let home = home(2_000).await;
    let store = home.store.clone();
    let load = tokio::spawn(async move {
        let mut n = 2_000;
        loop {
            let old = value(n % 2_000);
            store.commit(Batch::new().put(value(n), "y").put(old, "y")).await.unwrap();
            n += 1;
        }
    });
    tokio::task::yield_now().await;
    let bytes = backup(&home, true).await;
    load.abort();
    let summary = check(&bytes[..]).unwrap();
    assert_eq!((summary.packages, summary.files), (1, 2));
    assert_eq!((summary.head.datasets, summary.head.master_key.as_str()), (FilesOf::Included, KEY));

    let other = tempfile::tempdir().unwrap();
    restored(&bytes, other.path(), "lsm:deep/data", KEY).await.unwrap();
    let store = tieline_store::open("lsm:deep/data", other.path(), clock()).unwrap();
    let mut seen = 0;
    for n in 0.. {
        match store.get(&value(n)).await.unwrap() {
            // With each new one an old one was changed, in the same commit.
            Some(new) if n >= 2_000 => {
                assert_eq!(new.bytes, "y");
                assert_eq!(store.get(&value(n % 2_000)).await.unwrap().unwrap().bytes, "y");
            }
            Some(_) => seen += 1,
            None => break,
        }
    }
    assert_eq!(seen, 2_000);
    let blob = tieline_types::Digest::of(b"package");
    assert_eq!(store.blob(&blob).await.unwrap(), Some("package".into()));
    let file = std::fs::read(other.path().join("files").join(FILE)).unwrap();
    assert_eq!(file, vec![7; 300_000]);
    let host = |part: &str| Key::new(Space::Host).part(part);
    assert!(store.get(&host("running")).await.unwrap().is_some(), "what was under way is in doubt");
    assert!(store.get(&host("restored")).await.unwrap().is_some());
    let alive = store.get(&host("alive")).await.unwrap().unwrap();
    let alive: u64 = std::str::from_utf8(&alive.bytes).unwrap().parse().unwrap();
    assert!(
        alive + 60_000 < clock().now().0,
        "connectors are told of what may be missing, however soon it was restored"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_stay_where_they_are_are_named() {
    let home = home(10).await;
    let bytes = backup(&home, false).await;
    let summary = check(&bytes[..]).unwrap();
    assert_eq!(summary.files, 0);
    let FilesOf::Elsewhere(place) = summary.head.datasets else { panic!("{summary:?}") };
    assert!(place.ends_with("files"), "{place}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_another_key_and_another_stores_files_are_left_alone() {
    let home = home(10).await;
    let bytes = backup(&home, true).await;
    let Home { folder, store, .. } = home;
    store.close().await.unwrap();
    drop(store);
    let refused = loop {
        match restored(&bytes, folder.path(), "sled:data", KEY).await.unwrap_err() {
            // Who had the store lets go of it a moment later.
            BackupError::Restore(RestoreError::Write { .. }) => tokio::task::yield_now().await,
            refused => break refused,
        }
    };
    assert!(matches!(refused, BackupError::Restore(RestoreError::NotEmpty { .. })), "{refused:?}");

    let other = tempfile::tempdir().unwrap();
    let refused = restored(&bytes, other.path(), "sled:data", "another").await.unwrap_err();
    assert!(matches!(refused, BackupError::WrongMasterKey { .. }), "{refused:?}");
    assert!(!other.path().join("data").exists(), "nothing was made");

    place(other.path()).put(Place::CLAIM, "another store's".into()).await.unwrap();
    let refused = restored(&bytes, other.path(), "sled:data", KEY).await.unwrap_err();
    assert!(matches!(refused, BackupError::PlaceTaken { .. }), "{refused:?}");
    std::fs::remove_dir_all(other.path().join("files")).unwrap();
    restored(&bytes, other.path(), "sled:data", KEY).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_byte_is_changed_or_missing_is_found() {
    let bytes = backup(&home(40).await, true).await;
    let folder = tempfile::tempdir().unwrap();
    for part in 0..40 {
        let at = bytes.len() * part / 40;
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        assert!(check(&changed[..]).is_err(), "byte {at} of {}", bytes.len());
        assert!(check(&bytes[..at]).is_err(), "cut off at {at}");
    }
    assert!(check(&bytes[..bytes.len() - 1]).is_err());
    let refused = restored(&bytes[..bytes.len() - 9], folder.path(), "sled:data", KEY).await;
    assert!(refused.is_err());
    assert!(tieline_store::open("sled:data", folder.path(), clock()).is_err(), "it is no store");
    restored(&bytes, folder.path(), "sled:data", KEY).await.unwrap();
}

/// An archive of one's own making.
fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(zstd::Encoder::new(Vec::new(), 1).unwrap());
    for (name, content) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        // As a forger would: the library refuses such names.
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        tar.append(&header, content.as_bytes()).unwrap();
    }
    let mut encoder = tar.into_inner().unwrap();
    encoder.flush().unwrap();
    encoder.finish().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_written_by_a_host_is_refused_and_leads_nowhere() {
    let head = format!(
        r#"{{"format":1,"records":"embedded 1","begun":1,"version":"0","master_key":"{KEY}","datasets":"included"}}"#
    );
    let named = "tieline-backup.json";
    let folder = tempfile::tempdir().unwrap();
    for entries in [
        &[][..],
        &[("records/0", "x")],
        &[(named, "{}")],
        &[(named, r#"{"format":2}"#)],
        &[(named, &head)],
        &[(named, &head), ("records/0", "x")],
        &[(named, &head), ("elsewhere", "x")],
        &[(named, &head), ("packages/zz", "x")],
        &[(named, &head), ("datasets/../../escaped", "x")],
        &[(named, &head), ("datasets//tmp/escaped", "x")],
        &[(named, &head), ("end.json", r#"{"entries":9,"digest":"sha256:00"}"#)],
    ] {
        let bytes = archive(entries);
        assert!(restored(&bytes, folder.path(), "sled:data", KEY).await.is_err(), "{entries:?}");
        assert!(check(&bytes[..]).is_err(), "{entries:?}");
    }
    assert!(!folder.path().parent().unwrap().join("escaped").exists());
    assert!(!folder.path().join("escaped").exists() && !Path::new("/tmp/escaped").exists());
    assert!(check(&b"no archive"[..]).is_err());
    let other = r#"{"format":1,"records":"postgres 1","begun":1,"version":"0","master_key":"k","datasets":"included"}"#;
    let refused = check(&archive(&[(named, other)])[..]).unwrap_err();
    assert!(matches!(refused, BackupError::Unknown { .. }), "{refused:?}");
}

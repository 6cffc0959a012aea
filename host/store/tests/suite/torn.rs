//! A log that ends in the middle of a record, or is damaged.

use std::{
    fs::{self, OpenOptions},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use proptest::prelude::*;
use tempfile::TempDir;
use tieline_store::{
    Batch, Store, StoreError,
    embedded::{EmbeddedStore, Fdatasync, Format, Settings},
};
use tieline_types::ManualClock;

use crate::world::{START, copy_folder, key};

/// So much log that no checkpoint is made.
const SETTINGS: Settings = Settings { format: Format::Sled, segment: 256 << 10, cache: 4 << 20 };

fn open(folder: &Path) -> Result<EmbeddedStore, StoreError> {
    EmbeddedStore::open(folder, Arc::new(ManualClock::at(START)), Fdatasync, SETTINGS)
}

/// The first file of the log, and how many of its bytes are in use.
fn log(folder: &Path) -> (PathBuf, usize) {
    let files = fs::read_dir(folder.join("log")).unwrap().map(|entry| entry.unwrap().path());
    let first = files.min().unwrap();
    let used = fs::read(&first).unwrap().iter().rposition(|byte| *byte != 0).unwrap() + 1;
    (first, used)
}

/// A store with these values, one commit each, as a killed process leaves it; and where each record ends.
async fn written(values: &[&str]) -> (TempDir, PathBuf, Vec<usize>) {
    let (folder, copy) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let store = open(folder.path()).unwrap();
    let mut ends = Vec::new();
    for (n, value) in values.iter().enumerate() {
        // A content that ends in something else than zeros ends where the file's last byte in use is.
        store.commit(Batch::new().put(key(&n.to_string()), (*value).to_owned())).await.unwrap();
        ends.push(log(folder.path()).1);
    }
    copy_folder(folder.path(), copy.path());
    let (path, _) = log(copy.path());
    (copy, path, ends)
}

async fn found(store: &EmbeddedStore) -> usize {
    store.scan(&tieline_store::Key::new(tieline_store::Space::Storage), None, 99).await.unwrap().len()
}

fn overwrite(path: &Path, at: usize, bytes: &[u8]) {
    OpenOptions::new().write(true).open(path).unwrap().write_all_at(bytes, at as u64).unwrap();
}

#[tokio::test]
async fn a_last_record_that_ends_at_any_byte_is_cut_off_and_nothing_else_is() {
    let (origin, path, ends) = written(&["first", "second", "third"]).await;
    let name = path.file_name().unwrap();
    let whole = fs::read(&path).unwrap();
    for (blank, end) in (ends[1]..ends[2]).flat_map(|end| [(false, end), (true, end)]) {
        let folder = TempDir::new().unwrap();
        copy_folder(origin.path(), folder.path());
        let path = folder.path().join("log").join(name);
        // The file ends there, or what was prepared before still stands there.
        let mut torn = whole[..end].to_vec();
        torn.resize(if blank { whole.len() } else { end }, 0);
        fs::write(&path, torn).unwrap();
        let store = open(folder.path()).unwrap();
        assert_eq!(found(&store).await, 2, "torn at {end}");
        // What comes after is as good as ever.
        store.commit(Batch::new().put(key("after"), "1").put(key("2"), "again")).await.unwrap();
        drop(store);
        assert_eq!(found(&open(folder.path()).unwrap()).await, 4, "torn at {end}");
    }
}

#[tokio::test]
async fn pieces_of_a_last_record_are_no_record() {
    let (origin, path, ends) = written(&["first", &"x".repeat(3_000)]).await;
    // The disk wrote the end of it, but not its begin; or left a hole.
    for (from, to) in [(ends[0], ends[0] + 512), (ends[0] + 1_024, ends[0] + 1_536)] {
        let folder = TempDir::new().unwrap();
        copy_folder(origin.path(), folder.path());
        overwrite(&folder.path().join("log").join(path.file_name().unwrap()), from, &vec![0; to - from]);
        assert_eq!(found(&open(folder.path()).unwrap()).await, 1);
    }
}

#[tokio::test]
async fn a_log_that_is_missing_is_an_error() {
    let (folder, path, _) = written(&["first", "second"]).await;
    drop(open(folder.path()).unwrap());
    let store = open(folder.path()).unwrap();
    store.commit(Batch::new().put(key("later"), "1")).await.unwrap();
    drop(store);
    // The tables know what the first two commits wrote; this file comes after.
    assert!(!path.exists());
    let used = fs::read_dir(folder.path().join("log")).unwrap().map(|entry| entry.unwrap().path());
    let used = used.min().unwrap();
    let mut bytes = fs::read(&used).unwrap();
    bytes.truncate(20);
    fs::write(&used, bytes).unwrap();
    let refused = open(folder.path()).err();
    assert!(matches!(&refused, Some(StoreError::DamagedLog { at: 0, .. })), "{refused:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    /// Any flipped bit before the last record is found, and named with its file; opening does not go on without what
    /// was answered.
    #[test]
    fn damage_before_whole_records_is_an_error(place in 0.0..1.0_f64, bit in 0..8_u32) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (folder, path, ends) = runtime.block_on(written(&["first", "second", "third"]));
        let at = (place * ends[1] as f64) as usize;
        let byte = fs::read(&path).unwrap()[at] ^ (1 << bit);
        overwrite(&path, at, &[byte]);
        let refused = open(folder.path()).err();
        prop_assert!(matches!(&refused, Some(StoreError::DamagedLog { path: named, .. }) if *named == path), "{:?}", refused);
        // Nothing was changed by looking.
        overwrite(&path, at, &[byte ^ (1 << bit)]);
        prop_assert_eq!(runtime.block_on(found(&open(folder.path()).unwrap())), 3);
    }
}

//! What is particular to the embedded store.

use std::{fs, path::Path, sync::Arc};

use lsm_tree::{AbstractTree, Config, Guard, SeqNo};
use tieline_store::{
    Batch, MAX_BATCH, StoreError,
    embedded::{EmbeddedStore, Fdatasync},
    open,
};
use tieline_types::{Clock, ManualClock};

use crate::world::{SEGMENT, START, World, key};

/// All that lies in the tables of a store that was dropped, once all of its log is in them.
pub(crate) fn places(folder: &Path) -> Vec<Vec<u8>> {
    let clock = Arc::new(ManualClock::at(START));
    drop(EmbeddedStore::open(folder, clock, Fdatasync, SEGMENT).unwrap());
    let tree = Config::new(folder.join("tables"), Default::default(), Default::default()).open().unwrap();
    tree.iter(SeqNo::MAX, None).map(|entry| entry.key().unwrap().to_vec()).collect()
}

#[test]
fn refuses_urls_without_a_backend_and_does_not_repeat_their_password() {
    let clock = Arc::new(ManualClock::at(START));
    for url in ["postgres://tieline:hunter2@db/tieline", "sled:", "data", ""] {
        let error = open(url, Path::new("/nowhere"), clock.clone()).err().unwrap();
        assert!(matches!(error, StoreError::Unsupported { .. }));
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}

#[tokio::test]
async fn opens_a_folder_relative_to_its_base_and_keeps_it_private() {
    use std::os::unix::fs::PermissionsExt;
    let base = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(START));
    let store = open("sled:./deep/data", base.path(), clock).unwrap();
    store.commit(Batch::new().put(key("a"), "1")).await.unwrap();
    let mode = fs::metadata(base.path().join("deep/data")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[tokio::test]
async fn a_second_process_is_refused_while_the_first_holds_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(START));
    let first = EmbeddedStore::open(folder.path(), clock.clone(), Fdatasync, SEGMENT).unwrap();
    let second = EmbeddedStore::open(folder.path(), clock.clone(), Fdatasync, SEGMENT);
    assert!(matches!(second.err(), Some(StoreError::Open { .. })));
    drop(first);
    EmbeddedStore::open(folder.path(), clock, Fdatasync, SEGMENT).unwrap();
}

#[test]
fn a_folder_of_an_earlier_format_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("sled")).unwrap();
    let clock = Arc::new(ManualClock::at(START));
    let refused = EmbeddedStore::open(folder.path(), clock, Fdatasync, SEGMENT).err();
    assert!(matches!(refused, Some(StoreError::Open { .. })), "{refused:?}");
    assert!(!folder.path().join("log").exists());
}

#[tokio::test]
async fn a_batch_larger_than_any_record_is_refused_and_a_large_one_is_not() {
    for world in World::all() {
        let value = bytes::Bytes::from(vec![7; 8 << 20]);
        let batch = |count: usize| {
            (0..count).fold(Batch::new(), |batch, n| batch.put(key(&n.to_string()), value.clone()))
        };
        let refused = world.store.commit(batch(MAX_BATCH / value.len() + 1)).await.unwrap_err();
        assert!(
            matches!(
                refused,
                tieline_store::CommitError::Store(StoreError::TooLarge { what: "a batch", .. })
            ),
            "{refused:?}"
        );
        world.commit(batch(3)).await;
        let world = world.restart();
        assert_eq!(world.store.get(&key("2")).await.unwrap().unwrap().bytes, value);
        assert_eq!(world.clock.now(), START);
    }
}

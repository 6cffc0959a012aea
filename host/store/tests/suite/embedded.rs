//! What is particular to the embedded store.

use std::{fs, path::Path, sync::Arc, thread, time::Duration};

use lsm_tree::{AbstractTree, Config, Guard, SeqNo};
use tieline_store::{
    Batch, Key, MAX_BATCH, MAX_KEY, Space, Store, StoreError,
    embedded::{EmbeddedStore, Fdatasync},
    open,
};
use tieline_types::{Clock, ManualClock};

use crate::world::{LSM, SLED, START, World, key};

/// All that lies in the tables of a store that was dropped, once all of its log is in them.
pub(crate) fn places(folder: &Path) -> Vec<Vec<u8>> {
    let clock = Arc::new(ManualClock::at(START));
    if folder.join("sled").exists() {
        drop(EmbeddedStore::open(folder, clock, Fdatasync, SLED).unwrap());
        return in_sled(&folder.join("sled"));
    }
    drop(EmbeddedStore::open(folder, clock, Fdatasync, LSM).unwrap());
    let tree = Config::new(folder.join("tables"), Default::default(), Default::default()).open().unwrap();
    tree.iter(SeqNo::MAX, None).map(|entry| entry.key().unwrap().to_vec()).collect()
}

/// sled lets go of its file a moment after it was dropped.
fn in_sled(folder: &Path) -> Vec<Vec<u8>> {
    let config = sled::Config::new().path(folder).segment_size(1 << 20);
    let tree = loop {
        match config.open() {
            Err(sled::Error::Io(held)) if held.to_string().contains("acquire lock") => thread::yield_now(),
            opened => break opened.unwrap(),
        }
    };
    tree.iter().keys().map(|key| key.unwrap().to_vec()).collect()
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
    let first = EmbeddedStore::open(folder.path(), clock.clone(), Fdatasync, SLED).unwrap();
    let second = EmbeddedStore::open(folder.path(), clock.clone(), Fdatasync, SLED);
    assert!(matches!(second.err(), Some(StoreError::Open { .. })));
    drop(first);
    EmbeddedStore::open(folder.path(), clock, Fdatasync, SLED).unwrap();
}

#[test]
fn a_folder_of_another_format_is_left_alone() {
    for (made, asked) in [(SLED, LSM), (LSM, SLED)] {
        let folder = tempfile::tempdir().unwrap();
        let open = |settings| {
            let clock = Arc::new(ManualClock::at(START));
            EmbeddedStore::open(folder.path(), clock, Fdatasync, settings)
        };
        drop(open(made).unwrap());
        let refused = open(asked).err();
        assert!(matches!(refused, Some(StoreError::Open { .. })), "{refused:?}");
        open(made).unwrap();
    }
}

/// sled never synchronises the files that it makes for pages larger than a quarter of a segment. The largest
/// keys and values that are taken make no such page, nor any that come and go.
#[tokio::test]
async fn no_page_leaves_the_log_of_sled() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(START));
    let store = EmbeddedStore::open(folder.path(), clock, Fdatasync, SLED).unwrap();
    // Neighbours that differ at their end alone, so that sled cannot shorten what it keeps in an index; and
    // groups that differ at once, so that it cannot leave out what all keys of an index begin with.
    let long = |n: u32| {
        let name = format!("{:04}{}{:04}", n / 24, "k".repeat(MAX_KEY - 10), n % 24);
        Key::new(Space::Storage).part(&name)
    };
    assert_eq!(long(0).as_bytes().len(), MAX_KEY);
    for round in 0..20 {
        let batch = (0..400).fold(Batch::new(), |batch, n| {
            // Any order that meets every number once.
            let key = long((round * 400 + n) * 4_799 % 8_000);
            batch.put_until(key, vec![b'v'; 4_096], START.after(Duration::from_secs(u64::from(n))))
        });
        store.commit(batch).await.unwrap();
    }
    store.commit(Batch::new().put(key("large"), vec![1; 8 << 20])).await.unwrap();
    store.commit((0..4_000).fold(Batch::new(), |batch, n| batch.delete(long(n)))).await.unwrap();
    drop(store);
    assert!(!places(folder.path()).is_empty());
    assert_eq!(fs::read_dir(folder.path().join("sled/blobs")).unwrap().count(), 0);
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

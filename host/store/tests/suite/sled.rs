//! What is particular to sled.

use std::{fs, path::Path, sync::Arc, thread};

use bytes::Bytes;
use tieline_store::{
    Batch, Key, MAX_KEY, Space, StoreError, open,
    sled::{Fdatasync, SledStore},
};
use tieline_types::ManualClock;

use crate::world::{START, World, key};

/// The keys of the tree of a store that was dropped. sled lets go of the file a moment later.
pub(crate) fn tree(folder: &Path) -> Vec<Vec<u8>> {
    let config = sled::Config::new().path(folder.join("sled")).segment_size(1 << 20);
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

/// sled never synchronises the files that it makes for pages larger than a quarter of a segment. The largest
/// keys and values that are taken make no such page, nor any that come and go.
#[tokio::test]
async fn no_page_leaves_the_log() {
    for world in World::all() {
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
                batch.put(key, Bytes::from(vec![b'v'; 4_096]))
            });
            world.commit(batch).await;
        }
        world.commit(Batch::new().put(key("large"), Bytes::from(vec![1; 8 << 20]))).await;
        world.commit((0..4_000).fold(Batch::new(), |batch, n| batch.delete(long(n)))).await;
        let spilled = fs::read_dir(world.folder.path().join("sled/blobs")).unwrap().count();
        assert_eq!(spilled, 0);
    }
}

#[tokio::test]
async fn the_log_stays_the_same_file() {
    use std::os::unix::fs::MetadataExt;
    for world in World::all() {
        let log = world.folder.path().join("sled/db");
        let inode = || fs::metadata(&log).unwrap().ino();
        let before = inode();
        for n in 0..40_u32 {
            let batch = Batch::new().put(key(&(n % 3).to_string()), Bytes::from(vec![1; 500_000]));
            world.commit(batch).await;
        }
        assert_eq!(inode(), before);
        let world = world.restart();
        world.commit(Batch::new().put(key("a"), "1")).await;
        assert_eq!(inode(), before);
    }
}

#[tokio::test]
async fn a_second_process_is_refused_while_the_first_holds_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(START));
    let _first = SledStore::open(folder.path(), clock.clone(), Fdatasync).unwrap();
    let second = SledStore::open(folder.path(), clock, Fdatasync);
    assert!(matches!(second.err(), Some(StoreError::Open { .. })));
}

//! Contents under their digests.

use std::fs;

use bytes::Bytes;
use tieline_store::StoreError;
use tieline_types::Digest;

use crate::world::World;

#[tokio::test]
async fn a_damaged_blob_is_an_error_and_heals_when_kept_again() {
    for world in World::all() {
        let digest = world.store.put_blob("package".into()).await.unwrap();
        let file = world.folder.path().join("blobs").join(digest.hex());
        fs::write(&file, "packagf").unwrap();
        match world.store.blob(&digest).await {
            Err(StoreError::Damaged { digest: asked, found }) => {
                assert_eq!((asked, found), (digest, Digest::of(b"packagf")));
            }
            other => panic!("{other:?}"),
        }
        world.store.put_blob("package".into()).await.unwrap();
        assert_eq!(world.store.blob(&digest).await.unwrap(), Some("package".into()));
    }
}

#[tokio::test]
async fn a_blob_is_what_was_kept_and_stays() {
    for world in World::all() {
        let content = Bytes::from(vec![7; 3 << 20]);
        let digest = world.store.put_blob(content.clone()).await.unwrap();
        assert_eq!(digest, Digest::of(&content));
        assert_eq!(world.store.put_blob(content.clone()).await.unwrap(), digest);
        assert_eq!(world.store.blob(&Digest::of(b"other")).await.unwrap(), None);
        let world = world.killed();
        assert_eq!(world.store.blob(&digest).await.unwrap(), Some(content));
    }
}

#[tokio::test]
async fn what_a_crash_left_unfinished_is_removed() {
    for world in World::all() {
        let digest = world.store.put_blob("whole".into()).await.unwrap();
        let unfinished = world.folder.path().join("blobs").join("00.1-0.unfinished");
        fs::write(&unfinished, "hal").unwrap();
        let world = world.restart();
        assert!(!unfinished.exists());
        assert_eq!(world.store.blob(&digest).await.unwrap(), Some("whole".into()));
    }
}

#[tokio::test]
async fn many_may_keep_the_same_at_once() {
    for world in World::all() {
        let content = Bytes::from(vec![1; 100_000]);
        let kept = futures::future::join_all((0..20).map(|_| world.store.put_blob(content.clone()))).await;
        assert!(kept.into_iter().all(|digest| digest.unwrap() == Digest::of(&content)));
        assert_eq!(fs::read_dir(world.folder.path().join("blobs")).unwrap().count(), 1);
    }
}

#[tokio::test]
async fn one_that_is_removed_is_gone_and_may_be_kept_again() {
    for world in World::all() {
        let digest = world.store.put_blob("package".into()).await.unwrap();
        let other = world.store.put_blob("other".into()).await.unwrap();
        world.store.remove_blob(&digest).await.unwrap();
        world.store.remove_blob(&digest).await.unwrap();
        assert_eq!(world.store.blob(&digest).await.unwrap(), None);
        assert_eq!(world.store.blob(&other).await.unwrap(), Some("other".into()));
        world.store.put_blob("package".into()).await.unwrap();
        assert_eq!(world.store.blob(&digest).await.unwrap(), Some("package".into()));
    }
}

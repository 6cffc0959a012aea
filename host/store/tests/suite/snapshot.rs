//! All that a store holds, told while commits go on, and what is made of it.

use std::{fs, path::Path, sync::Arc};

use tieline_store::{
    Batch, EventFilter, Key, Piece, RestoreError, Space, StoreError,
    embedded::{EmbeddedStore, Fdatasync, Format, Settings},
    open,
};
use tieline_types::{Digest, ManualClock};

use crate::world::{START, World, event, installation, key, pieces, restore};

fn number(n: u64) -> Key {
    Key::new(Space::Activity).part("acme").part("desk").number(n)
}

/// Enough that a snapshot has many pages.
async fn filled() -> Vec<World> {
    let worlds: Vec<_> = World::all().collect();
    for world in &worlds {
        for n in 0..12 {
            let values = (n * 500..n * 500 + 500)
                .fold(Batch::new(), |batch, n| batch.put(number(n), format!("{n} {}", "x".repeat(200))));
            world.commit(values).await;
        }
    }
    worlds
}

#[tokio::test]
async fn it_is_one_moment_however_much_is_committed_meanwhile() {
    for world in filled().await {
        let last = 6_000;
        let mut snapshot = world.store.snapshot().await.unwrap();
        let (mut taken, mut n) = (Vec::new(), 0);
        while let Some(piece) = snapshot.next().await.unwrap() {
            taken.push(piece);
            // Both in one commit: what was read already, and what is still to be read; and what is new.
            let (front, back) = (number(n), number(last - 1 - n));
            let batch = Batch::new().put(front, format!("new {n}")).put(back, format!("new {n}"));
            let of = installation("acme", "desk");
            world.commit(batch.put(number(last + n), "new").delete(number(1_000 + n))).await;
            world.commit(Batch::new().append(event(&of, n), Some([n as u8; 32]))).await;
            n += 1;
        }
        assert!(n > 4, "there were {n} pieces");
        let folder = tempfile::tempdir().unwrap();
        restore("sled", folder.path(), taken).await;
        let made = open("sled:.", folder.path(), Arc::new(ManualClock::at(START))).unwrap();
        // The first commit was made after the first piece was told; how many of them are in it is the snapshot's to say,
        // but each is in it whole, and none is without those before it.
        let mut whole = 0;
        for n in 0..n {
            let text = |key| {
                let made = &made;
                async move {
                    let value = made.get(&key).await.unwrap();
                    value.map(|value| String::from_utf8(value.bytes.to_vec()).unwrap())
                }
            };
            let new = Some(format!("new {n}"));
            let there = [
                text(number(n)).await == new,
                text(number(last - 1 - n)).await == new,
                text(number(last + n)).await.is_some(),
                text(number(1_000 + n)).await.is_none(),
            ];
            assert!(there.iter().all(|is| *is == there[0]), "{n}: {there:?}");
            assert!(!there[0] || whole == n, "{n} is there, and not all before it");
            whole += u64::from(there[0]);
        }
        assert!((2..n).contains(&whole), "{whole} of {n}");
        let tenant = installation("acme", "desk").tenant;
        let events = made.events(&tenant, &EventFilter::default(), None, 100).await.unwrap();
        assert!(events.len() as u64 + 1 >= whole && events.len() as u64 <= whole);
        let revision = made.commit(Batch::new().put(key("later"), "1")).await.unwrap().revision;
        let before = world.revision(&number(whole - 1)).await.unwrap();
        assert!(revision > before, "{revision} after {before}");
    }
}

#[tokio::test]
async fn what_one_format_told_becomes_the_other() {
    for (world, scheme) in filled().await.into_iter().zip(["lsm", "sled"]) {
        let blob = world.store.put_blob("package".into()).await.unwrap();
        world.commit(Batch::new().put_until(key("passing"), "1", world.later(10))).await;
        world.commit(Batch::new().append(event(&installation("acme", "desk"), 1), Some([1; 32]))).await;
        let folder = tempfile::tempdir().unwrap();
        restore(scheme, folder.path(), pieces(&*world.store).await).await;
        let made = open(&format!("{scheme}:."), folder.path(), world.clock.clone()).unwrap();
        let prefix = Key::new(Space::Activity);
        assert_eq!(
            made.scan(&prefix, None, 10_000).await.unwrap(),
            world.store.scan(&prefix, None, 10_000).await.unwrap(),
            "the same, in the same revisions"
        );
        assert_eq!(made.blob(&blob).await.unwrap(), Some("package".into()));
        let again = Batch::new().append(event(&installation("acme", "desk"), 2), Some([1; 32]));
        assert_eq!(made.commit(again).await.unwrap().appended, [false], "it was seen before");
        assert!(made.get(&key("passing")).await.unwrap().is_some());
        world.wait(11);
        assert!(made.get(&key("passing")).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn contents_stay_while_somebody_reads_and_go_then() {
    for world in World::all() {
        let digest = world.store.put_blob("package".into()).await.unwrap();
        let kept = world.store.put_blob("kept".into()).await.unwrap();
        let mut snapshot = world.store.snapshot().await.unwrap();
        snapshot.next().await.unwrap();
        world.store.remove_blob(&digest).await.unwrap();
        world.store.remove_blob(&kept).await.unwrap();
        world.store.put_blob("kept".into()).await.unwrap();
        let mut told = Vec::new();
        while let Some(piece) = snapshot.next().await.unwrap() {
            told.push(piece);
        }
        let blob = |text: &'static str| Piece::Blob(Digest::of(text.as_bytes()), text.into());
        assert!(told.contains(&blob("package")) && told.contains(&blob("kept")), "{told:?}");
        drop(snapshot);
        assert_eq!(world.store.blob(&digest).await.unwrap(), None);
        assert_eq!(world.store.blob(&kept).await.unwrap(), Some("kept".into()));
    }
}

#[tokio::test]
async fn no_store_is_written_over() {
    for world in filled().await {
        for url in ["sled:.", "lsm:."] {
            let refused = tieline_store::restore(url, world.folder.path()).err();
            // The store that is open holds its folder.
            let held = matches!(refused, Some(RestoreError::Write { .. }));
            assert!(held, "{refused:?}");
        }
        let World { folder, store, .. } = world;
        drop(store);
        let refused = tieline_store::restore("sled:.", folder.path()).err();
        assert!(matches!(refused, Some(RestoreError::NotEmpty { .. })), "{refused:?}");
    }
}

async fn half_made(folder: &Path, format: Format, half: &[Piece]) -> Result<(), RestoreError> {
    let scheme = if format == Format::Sled { "sled" } else { "lsm" };
    let mut restore = tieline_store::restore(&format!("{scheme}:."), folder)?;
    for piece in half {
        match piece {
            Piece::Records(records) => restore.records(records)?,
            Piece::Blob(digest, bytes) => restore.blob(digest, bytes)?,
        }
    }
    restore.opened(Arc::new(ManualClock::at(START)))?.finish().await
}

#[tokio::test]
async fn what_is_not_whole_is_no_store_and_may_be_begun_again() {
    for world in filled().await {
        world.store.put_blob("package".into()).await.unwrap();
        let all = pieces(&*world.store).await;
        let records = all.iter().filter(|piece| matches!(piece, Piece::Records(_))).count();
        let folder = tempfile::tempdir().unwrap();
        let format = if world.folder.path().join("sled").exists() { Format::Sled } else { Format::Lsm };
        let mut changed = all.clone();
        if let Piece::Records(bytes) = &mut changed[1] {
            let mut damaged = bytes.to_vec();
            damaged[100] ^= 1;
            *bytes = damaged.into();
        }
        let blob = vec![all[0].clone(), Piece::Blob(Digest::of(b"a"), "b".into())];
        let twice = [&all[..1], &all[..1]].concat();
        for (what, half) in [
            ("nothing", &all[..0]),
            ("the last one is missing", &all[..records - 1]),
            ("one in between is missing", &[&all[..1], &all[2..]].concat()),
            ("one came twice", &twice),
            ("one was changed", &changed),
            ("a blob is another", &blob),
        ] {
            let refused = half_made(folder.path(), format, half).await;
            assert!(matches!(refused, Err(RestoreError::Damaged { .. })), "{what}: {refused:?}");
            let settings = Settings::from(format);
            let clock = Arc::new(ManualClock::at(START));
            let opened = EmbeddedStore::open(folder.path(), clock, Fdatasync, settings);
            assert!(matches!(opened.err(), Some(StoreError::HalfRestored { .. })), "{what}");
        }
        half_made(folder.path(), format, &all).await.unwrap();
        assert!(!fs::exists(folder.path().join("restoring")).unwrap());
        let clock = Arc::new(ManualClock::at(START));
        EmbeddedStore::open(folder.path(), clock, Fdatasync, Settings::from(format)).unwrap();
    }
}

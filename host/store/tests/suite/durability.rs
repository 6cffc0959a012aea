//! No commit is answered before the disk has it, and none after the disk has failed.

use std::{
    fs::File,
    io,
    path::Path,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use futures::{
    FutureExt,
    future::{join, join_all},
    poll,
};
use parking_lot::Mutex;
use tieline_store::{
    Batch, CommitError, Store, StoreError,
    embedded::{Disk, EmbeddedStore, Fdatasync},
};
use tieline_types::ManualClock;

use crate::world::{SLED, START, World, before, key};

/// Says when a synchronisation begins, and lets it end as it is told.
struct Held {
    begun: mpsc::Sender<()>,
    outcome: Mutex<mpsc::Receiver<io::Result<()>>>,
}

impl Disk for Held {
    fn sync(&self, segment: &File) -> io::Result<()> {
        self.begun.send(()).unwrap();
        self.outcome.lock().recv().unwrap()?;
        Fdatasync.sync(segment)
    }
}

fn open(folder: &Path, disk: impl Disk) -> EmbeddedStore {
    EmbeddedStore::open(folder, Arc::new(ManualClock::at(START)), disk, SLED).unwrap()
}

fn held(folder: &Path) -> (EmbeddedStore, mpsc::Receiver<()>, mpsc::Sender<io::Result<()>>) {
    let ((begun, has_begun), (end, outcome)) = (mpsc::channel(), mpsc::channel());
    let store = open(folder, Held { begun, outcome: Mutex::new(outcome) });
    (store, has_begun, end)
}

/// Waits until the disk is asked; a store that never asks fails the test instead of hanging it.
fn asked(begun: &mpsc::Receiver<()>) {
    begun.recv_timeout(Duration::from_secs(20)).expect("the disk is asked to synchronise");
}

fn put(name: &str) -> Batch {
    Batch::new().put(key(name), name.to_owned())
}

fn broken() -> io::Result<()> {
    Err(io::Error::other("the disk is broken"))
}

fn poisoned<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> bool {
    match answer {
        Err(StoreError::Poisoned { source }) => source.to_string() == "the disk is broken",
        other => panic!("{other:?}"),
    }
}

fn refused<T: std::fmt::Debug>(answer: Result<T, CommitError>) -> bool {
    match answer {
        Err(CommitError::Store(error)) => poisoned::<T>(Err(error)),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_failed_synchronisation_fails_its_whole_group_and_everything_after() {
    let folder = tempfile::tempdir().unwrap();
    let (store, begun, end) = held(folder.path());
    end.send(Ok(())).unwrap();
    store.commit(put("before")).await.unwrap();
    asked(&begun);
    {
        let mut busy = pin!(store.commit(put("busy")));
        assert!(poll!(&mut busy).is_pending());
        asked(&begun);
        // These wait while the disk is busy, so they are one group.
        let mut group: Vec<_> = ["a", "b"].map(|name| store.commit(put(name))).into_iter().collect();
        group.push(store.commit(put("c").expect(key("a"), Some(99))));
        assert!(group.iter_mut().all(|commit| commit.now_or_never().is_none()));
        end.send(Ok(())).unwrap();
        end.send(broken()).unwrap();
        busy.await.unwrap();
        for answer in join_all(group).await {
            assert!(refused(answer));
        }
    }
    // The disk is not asked again: it would say nothing, and this would hang.
    assert!(refused(store.commit(put("after")).await));
    assert!(poisoned(store.get(&key("before")).await));
    assert!(poisoned(store.scan(&key("before"), None, 1).await));
    assert!(poisoned(store.pending(None, 1).await));
    assert!(poisoned(store.sweep(before(START)).await));
    assert!(poisoned(store.put_blob("blob".into()).await));
    assert!(poisoned(store.close().await));
    drop(store);
    let store = open(folder.path(), Fdatasync);
    for name in ["before", "busy"] {
        assert!(store.get(&key(name)).await.unwrap().is_some(), "{name} was answered");
    }
}

#[tokio::test]
async fn no_commit_is_answered_before_its_synchronisation() {
    let folder = tempfile::tempdir().unwrap();
    let (store, begun, end) = held(folder.path());
    let mut commit = pin!(store.commit(put("a")));
    assert!(poll!(&mut commit).is_pending());
    asked(&begun);
    // Whoever answers too early has done so by now.
    assert!(poll!(&mut commit).is_pending());
    end.send(Ok(())).unwrap();
    commit.await.unwrap();
}

#[tokio::test]
async fn those_who_wait_share_one_synchronisation() {
    let folder = tempfile::tempdir().unwrap();
    let (store, begun, end) = held(folder.path());
    let mut first = pin!(store.commit(put("first")));
    assert!(poll!(&mut first).is_pending());
    asked(&begun);
    let mut group: Vec<_> = (0..100).map(|n| store.commit(put(&n.to_string()))).collect();
    assert!(group.iter_mut().all(|commit| commit.now_or_never().is_none()));
    end.send(Ok(())).unwrap();
    end.send(Ok(())).unwrap();
    first.await.unwrap();
    let revisions: Vec<_> = join_all(group).await.into_iter().map(|done| done.unwrap().revision).collect();
    assert!(revisions.is_sorted_by(|a, b| a < b), "as if one after another");
    asked(&begun);
    assert!(begun.try_recv().is_err(), "two synchronisations for 101 commits");
}

#[tokio::test]
async fn a_group_behaves_as_if_one_after_another() {
    let folder = tempfile::tempdir().unwrap();
    let (store, begun, end) = held(folder.path());
    let mut first = pin!(store.commit(put("first")));
    assert!(poll!(&mut first).is_pending());
    asked(&begun);
    let winner = put("a").expect(key("a"), None);
    let loser = put("b").expect(key("a"), None);
    let follower = put("c").expect(key("b"), None);
    let mut group: Vec<_> = [winner, loser, follower].map(|batch| store.commit(batch)).into_iter().collect();
    assert!(group.iter_mut().all(|commit| commit.now_or_never().is_none()));
    end.send(Ok(())).unwrap();
    end.send(Ok(())).unwrap();
    first.await.unwrap();
    let outcomes = join_all(group).await;
    assert!(outcomes[0].is_ok());
    assert!(matches!(&outcomes[1], Err(CommitError::Conflict { key: on }) if *on == key("a")));
    assert!(outcomes[2].is_ok(), "what the loser would have written is not there");
}

#[tokio::test]
async fn a_panic_while_committing_poisons_instead_of_hanging() {
    struct Panics;
    impl Disk for Panics {
        fn sync(&self, _: &File) -> io::Result<()> {
            panic!("a disk that panics, for the test")
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), Panics);
    for _ in 0..2 {
        let answer = store.commit(put("a")).await;
        assert!(matches!(answer, Err(CommitError::Store(StoreError::Poisoned { .. }))), "{answer:?}");
    }
    assert!(matches!(store.get(&key("a")).await, Err(StoreError::Poisoned { .. })));
}

#[tokio::test]
async fn a_batch_that_writes_nothing_asks_nothing_of_the_disk() {
    struct Counting(Arc<AtomicUsize>);
    impl Disk for Counting {
        fn sync(&self, segment: &File) -> io::Result<()> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Fdatasync.sync(segment)
        }
    }
    let (folder, count) = (tempfile::tempdir().unwrap(), Arc::new(AtomicUsize::new(0)));
    let store = open(folder.path(), Counting(count.clone()));
    store.commit(put("a")).await.unwrap();
    store.commit(Batch::new().expect(key("b"), None).delete(key("b"))).await.unwrap();
    store.commit(put("a").expect(key("a"), None)).await.unwrap_err();
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_kill() {
    for world in World::all() {
        for n in 0..20 {
            world.commit(put(&n.to_string())).await;
        }
        let killed = world.killed();
        for n in 0..20 {
            assert_eq!(killed.text(&key(&n.to_string())).await, Some(n.to_string()));
        }
    }
}

#[tokio::test]
async fn closing_finishes_what_waits_and_refuses_what_comes() {
    for world in World::all() {
        let waiting = join_all((0..10).map(|n| world.store.commit(put(&n.to_string()))));
        let (answers, closed) = join(waiting, world.store.close()).await;
        assert!(answers.into_iter().all(|answer| answer.is_ok()));
        closed.unwrap();
        let late = world.store.commit(put("late")).await;
        assert!(matches!(late, Err(CommitError::Store(StoreError::Closed))), "{late:?}");
        assert_eq!(world.text(&key("9")).await.as_deref(), Some("9"));
        world.store.close().await.unwrap();
    }
}

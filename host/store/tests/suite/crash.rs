//! Crashes between the steps of a checkpoint, disks without room, and clocks that jump.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    time::Duration,
};

use parking_lot::Mutex;
use tempfile::TempDir;
use tieline_store::{
    Batch, CommitError, DEDUPE_WINDOW, Key, Space, Store, StoreError,
    embedded::{Disk, EmbeddedStore, Fdatasync, Settings, Step},
};
use tieline_types::{Clock, DeliveryState, ManualClock, Timestamp};

use crate::world::{
    LSM, SEGMENT, SLED, START, World, before, copy_folder, delivery, event, installation, key, names,
};

fn open(folder: &Path, disk: impl Disk) -> EmbeddedStore {
    with(SLED, folder, disk)
}

fn with(settings: Settings, folder: &Path, disk: impl Disk) -> EmbeddedStore {
    EmbeddedStore::open(folder, Arc::new(ManualClock::at(START)), disk, settings).unwrap()
}

fn entry(n: usize) -> Batch {
    Batch::new()
        .put(key(&format!("{n:04}")), "x".repeat(1_000))
        .delete(key("last"))
        .put(key("last"), n.to_string())
}

async fn entries(store: &EmbeddedStore) -> usize {
    store
        .scan(&Key::new(Space::Storage).part("acme").part("desk").starting("0"), None, 9_999)
        .await
        .unwrap()
        .len()
}

/// Copies the folder before and after each step, with commits going on.
struct Copying {
    folder: PathBuf,
    copies: Arc<Mutex<Vec<(Step, TempDir)>>>,
    // One step at a time.
    busy: Mutex<()>,
}

impl Copying {
    fn copy(&self, step: Step) {
        let copy = TempDir::new().unwrap();
        copy_folder(&self.folder, copy.path());
        self.copies.lock().push((step, copy));
    }
}

impl Disk for Copying {
    fn step(&self, step: Step, work: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()> {
        let _busy = self.busy.lock();
        self.copy(step);
        work()?;
        self.copy(step);
        Ok(())
    }
}

#[tokio::test]
async fn a_crash_before_or_after_any_step_loses_nothing_that_was_answered() {
    for settings in [SLED, LSM] {
        crashes(settings).await;
    }
}

async fn crashes(settings: Settings) {
    let open = |folder: &Path| with(settings, folder, Fdatasync);
    let (folder, copies) = (TempDir::new().unwrap(), Arc::new(Mutex::new(Vec::new())));
    let disk = Copying { folder: folder.path().into(), copies: copies.clone(), busy: Mutex::new(()) };
    let store = with(settings, folder.path(), disk);
    for n in 0..120 {
        store.commit(entry(n)).await.unwrap();
    }
    drop(store);
    let copies = std::mem::take(&mut *copies.lock());
    for step in [Step::Apply, Step::Release, Step::Prepare, Step::Merge] {
        assert!(copies.iter().any(|(copied, _)| *copied == step), "{step:?}");
    }
    let mut least = 0;
    for (step, copy) in &copies {
        let store = open(copy.path());
        let found = entries(&store).await;
        // No gap and no half: the last commit is the one that the last entry says.
        let last = store.get(&key("last")).await.unwrap().map(|value| value.bytes);
        let expected = found.checked_sub(1).map(|last| last.to_string().into_bytes().into());
        assert_eq!(last, expected, "{step:?}");
        assert!(found >= least, "{step:?}: later copies hold no less");
        least = found;
        store.commit(Batch::new().put(key("after"), "1")).await.unwrap();
        drop(store);
        assert_eq!(entries(&open(copy.path())).await, found, "{step:?}");
    }
    assert_eq!(entries(&open(folder.path())).await, 120);
}

/// Has no room for this, from some time on.
struct Small {
    step: Option<Step>,
    full: Arc<Mutex<bool>>,
}

impl Disk for Small {
    fn write(&self, segment: &File, record: &[u8], at: u64) -> io::Result<()> {
        match *self.full.lock() && self.step.is_none() {
            // Some of it found room.
            true => Fdatasync.write(segment, &record[..record.len() / 2], at).and(Err(no_room())),
            false => Fdatasync.write(segment, record, at),
        }
    }

    fn step(&self, step: Step, work: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()> {
        if *self.full.lock() && self.step == Some(step) { Err(no_room()) } else { work() }
    }
}

fn no_room() -> io::Error {
    io::ErrorKind::StorageFull.into()
}

#[tokio::test]
async fn a_full_disk_stops_the_store_with_a_remedy_and_loses_nothing_that_was_answered() {
    for step in [None, Some(Step::Apply), Some(Step::Release), Some(Step::Merge)] {
        let (folder, full) = (TempDir::new().unwrap(), Arc::new(Mutex::new(false)));
        let store = open(folder.path(), Small { step, full: full.clone() });
        let mut answered = 0;
        let error = loop {
            match store.commit(entry(answered)).await {
                Ok(_) => answered += 1,
                Err(CommitError::Store(error)) => break error,
                Err(error) => panic!("{step:?}: {error}"),
            }
            *full.lock() = answered >= 10;
            assert!(answered < 5_000, "{step:?} was never taken");
        };
        assert!(matches!(error, StoreError::Full { .. }), "{step:?}: {error:?}");
        assert!(error.to_string().contains("make room"), "{error}");
        assert!(matches!(store.get(&key("last")).await, Err(StoreError::Full { .. })));
        drop(store);
        let store = open(folder.path(), Fdatasync);
        let found = entries(&store).await;
        assert!(found == answered || found == answered + 1, "{step:?}: {answered} answered, {found} found");
        store.commit(Batch::new().put(key("after"), "1")).await.unwrap();
    }
}

#[tokio::test]
async fn without_room_for_more_log_the_store_goes_on_in_what_it_has_and_recovers_by_itself() {
    let (folder, full) = (TempDir::new().unwrap(), Arc::new(Mutex::new(true)));
    let store = open(folder.path(), Small { step: Some(Step::Prepare), full: full.clone() });
    // Twice a segment: the file in use has become longer than it was made.
    for n in 0..2 * SEGMENT as usize / 1_000 {
        store.commit(entry(n)).await.unwrap();
    }
    *full.lock() = false;
    // Far more than the file in use may hold.
    for n in 2 * SEGMENT as usize / 1_000..10 * SEGMENT as usize / 1_000 {
        store.commit(entry(n)).await.unwrap();
    }
    drop(store);
    assert_eq!(entries(&open(folder.path(), Fdatasync)).await, 10 * SEGMENT as usize / 1_000);
}

/// Holds every checkpoint until it is let go.
struct Stuck(Mutex<mpsc::Receiver<()>>);

impl Disk for Stuck {
    fn step(&self, step: Step, work: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()> {
        if step == Step::Apply {
            // Let go, or forgotten.
            let _ = self.0.lock().recv();
        }
        work()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_and_commits_go_on_during_a_checkpoint_until_the_log_is_several_times_too_long() {
    let (folder, (go, held)) = (TempDir::new().unwrap(), mpsc::channel());
    let store = Arc::new(open(folder.path(), Stuck(Mutex::new(held))));
    let answered = Arc::new(Mutex::new(0));
    let (committing, count) = (store.clone(), answered.clone());
    let commits = tokio::spawn(async move {
        for n in 0..200 {
            committing.commit(entry(n)).await.unwrap();
            *count.lock() += 1;
        }
    });
    // 200 entries are far more than four times a segment, so they come to wait.
    let mut last = (0, 0);
    while last.1 < 20 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let now = *answered.lock();
        last = if now == last.0 && now > 0 { (now, last.1 + 1) } else { (now, 0) };
        assert!(entries(&store).await >= now, "nothing that was answered is hidden");
    }
    assert!(last.0 > 2 * SEGMENT as usize / 1_100, "{} answered beside a checkpoint", last.0);
    assert!(last.0 < 200, "memory is bounded");
    drop(go);
    commits.await.unwrap();
    assert_eq!(entries(&store).await, 200);
}

#[tokio::test]
async fn a_clock_that_jumps_forth_and_back_hides_but_loses_nothing() {
    for world in World::all() {
        let desk = installation("acme", "desk");
        let (first, again) = (event(&desk, 1), event(&desk, 2));
        world.commit(Batch::new().append(first.clone(), Some([1; 32]))).await;
        world.commit(Batch::new().put_until(key("a"), "1", world.later(60))).await;
        world.clock.set(Timestamp(START.0 + 3_600_000));
        assert_eq!(world.text(&key("a")).await, None);
        world.clock.set(START);
        assert_eq!(world.text(&key("a")).await.as_deref(), Some("1"), "not swept, so there again");
        // A year ahead: the key no longer counts; back again, before what it was written at, the new one does.
        world.clock.set(Timestamp(START.0 + 365 * 86_400_000));
        assert_eq!(world.commit(Batch::new().append(again.clone(), Some([1; 32]))).await.appended, [true]);
        world.clock.set(Timestamp(START.0 - 86_400_000));
        let duplicate = world.commit(Batch::new().append(event(&desk, 3), Some([2; 32]))).await;
        assert_eq!(duplicate.appended, [true]);
        assert_eq!(names(&world.store.pending(None, 9).await.unwrap()).len(), 3);
        let world = world.restart();
        assert_eq!(names(&world.store.pending(None, 9).await.unwrap()).len(), 3);
        // Handled by a clock that is ahead, swept by one that is right: kept until that time.
        world.clock.set(Timestamp(START.0 + 2 * DEDUPE_WINDOW.as_millis() as u64));
        let mut done = delivery(DeliveryState::Done);
        done.settled = Some(world.clock.now());
        world.commit(Batch::new().settle(first.reference(), done)).await;
        world.clock.set(START);
        assert_eq!(world.store.sweep(before(world.later(60))).await.unwrap().events, 0);
        world.clock.set(Timestamp(START.0 + 3 * DEDUPE_WINDOW.as_millis() as u64));
        assert_eq!(world.store.sweep(before(world.clock.now())).await.unwrap().events, 1);
        assert!(world.store.event(&again.reference()).await.unwrap().is_some());
    }
}

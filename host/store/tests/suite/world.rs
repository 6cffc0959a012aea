//! A store in a folder of its own, and a clock that stands still.

use std::{fs, io, path::Path, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tempfile::TempDir;
use tieline_store::{
    Batch, CommitError, Committed, Key, Piece, Retention, Space, Store,
    embedded::{Disk, EmbeddedStore, Format, Settings, Step},
};
use tieline_types::{
    Clock, Delivery, DeliveryState, Event, EventId, EventRef, InstallationKey, ManualClock, Payload,
    SystemClock, Timestamp,
};

type Open = fn(&Path, Arc<dyn Clock>, Steady) -> Arc<dyn Store>;

/// A disk that does one thing after another beside the commits, so that its files can be looked at in between.
#[derive(Clone, Default)]
pub(crate) struct Steady(Arc<Mutex<()>>);

impl Disk for Steady {
    fn step(&self, _: Step, work: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()> {
        let _busy = self.0.lock();
        work()
    }
}

/// So little log that checkpoints are made all the time.
pub(crate) const SEGMENT: u64 = 16 << 10;

/// So little memory that most is read from the files.
pub(crate) const CACHE: u64 = 1 << 20;

/// All backends.
pub(crate) const BACKENDS: &[Open] = &[
    |folder, clock, disk| Arc::new(EmbeddedStore::open(folder, clock, disk, SLED).unwrap()),
    |folder, clock, disk| Arc::new(EmbeddedStore::open(folder, clock, disk, LSM).unwrap()),
];

pub(crate) const SLED: Settings = Settings { format: Format::Sled, segment: SEGMENT, cache: CACHE };
pub(crate) const LSM: Settings = Settings { format: Format::Lsm, segment: SEGMENT, cache: CACHE };

pub(crate) const START: Timestamp = Timestamp(1_800_000_000_000);

pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) store: Arc<dyn Store>,
    disk: Steady,
    open: Open,
}

impl World {
    /// An empty store of each backend.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        BACKENDS.iter().map(|open| Self::of(*open, TempDir::new().unwrap(), START))
    }

    fn of(open: Open, folder: TempDir, now: Timestamp) -> Self {
        let (clock, disk) = (Arc::new(ManualClock::at(now)), Steady::default());
        let store = open(folder.path(), clock.clone(), disk.clone());
        Self { folder, clock, store, disk, open }
    }

    /// Ends the store and opens it again.
    pub(crate) fn restart(self) -> Self {
        let Self { folder, clock, store, open, .. } = self;
        drop(store);
        Self::of(open, folder, clock.now())
    }

    /// What a new process finds when this one is killed now: a copy of the files, as the kernel has them.
    pub(crate) fn killed(&self) -> Self {
        let copy = TempDir::new().unwrap();
        let _nothing_is_written = self.disk.0.lock();
        copy_folder(self.folder.path(), copy.path());
        Self::of(self.open, copy, self.clock.now())
    }

    /// The store in another folder, made of a snapshot of this one.
    pub(crate) async fn restored(&self) -> Self {
        let folder = TempDir::new().unwrap();
        let scheme = if self.folder.path().join("sled").exists() { "sled" } else { "lsm" };
        restore(scheme, folder.path(), pieces(&*self.store).await).await;
        Self::of(self.open, folder, self.clock.now())
    }

    pub(crate) async fn commit(&self, batch: Batch) -> Committed {
        self.store.commit(batch).await.unwrap()
    }

    pub(crate) async fn conflict(&self, batch: Batch) -> Key {
        match self.store.commit(batch).await {
            Err(CommitError::Conflict { key }) => key,
            other => panic!("expected a conflict, got {other:?}"),
        }
    }

    /// The value under the key, as text.
    pub(crate) async fn text(&self, key: &Key) -> Option<String> {
        let value = self.store.get(key).await.unwrap()?;
        Some(String::from_utf8(value.bytes.to_vec()).unwrap())
    }

    pub(crate) async fn revision(&self, key: &Key) -> Option<u64> {
        self.store.get(key).await.unwrap().map(|value| value.revision)
    }

    pub(crate) fn later(&self, seconds: u64) -> Timestamp {
        self.clock.now().after(Duration::from_secs(seconds))
    }

    pub(crate) fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

/// Settled events from before this go, however they ended.
pub(crate) fn before(time: Timestamp) -> Retention {
    Retention { handled_before: time, dead_before: Timestamp(0) }
}

pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (entry, to) = (entry.as_ref().unwrap(), to.join(entry.as_ref().unwrap().file_name()));
        match entry.file_type().unwrap().is_dir() {
            true => copy_folder(&entry.path(), &to),
            // sled writes its snapshot under another name first.
            false => match fs::copy(entry.path(), to) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                copied => drop(copied.unwrap()),
            },
        }
    }
}

/// All pieces of a snapshot.
pub(crate) async fn pieces(store: &dyn Store) -> Vec<Piece> {
    let (mut snapshot, mut pieces) = (store.snapshot().await.unwrap(), Vec::new());
    while let Some(piece) = snapshot.next().await.unwrap() {
        pieces.push(piece);
    }
    pieces
}

/// Makes a store of pieces.
pub(crate) async fn restore(scheme: &str, folder: &Path, pieces: Vec<Piece>) {
    let mut restore = tieline_store::restore(&format!("{scheme}:."), folder).unwrap();
    for piece in pieces {
        match piece {
            Piece::Records(records) => restore.records(&records).unwrap(),
            Piece::Blob(digest, bytes) => restore.blob(&digest, &bytes).unwrap(),
        }
    }
    restore.opened(Arc::new(SystemClock)).unwrap().finish().await.unwrap();
}

/// A key of a guest's storage.
pub(crate) fn key(name: &str) -> Key {
    Key::new(Space::Storage).part("acme").part("desk").part(name)
}

pub(crate) fn installation(tenant: &str, installation: &str) -> InstallationKey {
    InstallationKey { tenant: tenant.parse().unwrap(), installation: installation.parse().unwrap() }
}

/// An event whose ids sort as `number`.
pub(crate) fn event(of: &InstallationKey, number: u64) -> Arc<Event> {
    event_with(of, number, "{}")
}

pub(crate) fn event_with(of: &InstallationKey, number: u64, body: &str) -> Arc<Event> {
    let mut id = [0; 16];
    id[8..].copy_from_slice(&number.to_be_bytes());
    Arc::new(Event {
        id: EventId::from_bytes(id),
        installation: of.clone(),
        ordering_key: "order".into(),
        received: START,
        actor: None,
        trace: None,
        payload: Payload::Custom { r#type: format!("test.{number}"), body: body.into() },
    })
}

pub(crate) fn delivery(state: DeliveryState) -> Delivery {
    Delivery { state, attempts: 1, ..Delivery::fresh(START) }
}

pub(crate) fn names(events: &[(Event, Delivery)]) -> Vec<EventRef> {
    events.iter().map(|(event, _)| event.reference()).collect()
}

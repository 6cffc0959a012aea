//! Instances that ended a call well, kept for the next one.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tieline_capabilities::bindings::ConnectorWorld;
use tieline_types::{Digest, InstallationKey};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime::Store;

use crate::guest::Guest;

/// An instance that grew beyond this is not kept: what one event needed should not be held for the next. An interpreter
/// fits in.
const KEPT_BYTES: usize = 32 << 20;
/// What all that wait may hold together; the longest idle go first.
const ALL_KEPT_BYTES: usize = 256 << 20;
/// How long an instance waits for another call.
const KEPT_FOR: Duration = Duration::from_secs(60);

/// A guest between two calls. It belongs to one installation and one package, and never serves another: what
/// its code may have left in its memory stays with the tenant that it came from.
pub(crate) struct Live {
    pub(crate) store: Store<Guest>,
    /// None until its code was instantiated.
    pub(crate) world: Option<ConnectorWorld>,
    owner: Owner,
    idle_since: Instant,
    /// Its place in the engine's pool, given back after the store is gone.
    _place: OwnedSemaphorePermit,
}

/// Whom an instance may serve.
#[derive(PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) installation: InstallationKey,
    pub(crate) package: Digest,
}

/// What is asked of [`Instances::take`].
pub(crate) enum Taken {
    /// An instance that has served this installation before.
    Kept(Box<Live>),
    /// A place for a new one.
    Place(OwnedSemaphorePermit),
}

/// The places of the engine's pool, and the instances that wait in some of them. An exhausted pool is waited
/// for and is never an error; instances that wait give way to those that run.
pub(crate) struct Instances {
    places: Arc<Semaphore>,
    idle: Mutex<Idle>,
    /// How many wait for a place: while anybody does, none is kept.
    waiting: AtomicUsize,
    reuse: bool,
}

/// Who waits for another call.
#[derive(Default)]
struct Idle {
    /// The longest idle first.
    guests: VecDeque<Box<Live>>,
    /// Linear memory of them all, in bytes.
    held: usize,
}

impl Idle {
    fn keep(&mut self, live: Box<Live>) {
        self.held += live.memory();
        self.guests.push_back(live);
    }

    /// The one of this owner that ended last: its memory is still in the caches.
    fn take(&mut self, owner: &Owner) -> Option<Box<Live>> {
        let at = self.guests.iter().rposition(|live| live.owner == *owner)?;
        let live = self.guests.remove(at)?;
        self.held -= live.memory();
        Some(live)
    }

    fn take_longest_idle(&mut self) -> Option<Box<Live>> {
        let live = self.guests.pop_front()?;
        self.held -= live.memory();
        Some(live)
    }
}

impl Instances {
    pub(crate) fn new(places: u32, reuse: bool) -> Self {
        Self {
            places: Arc::new(Semaphore::new(places as usize)),
            idle: Mutex::default(),
            waiting: AtomicUsize::new(0),
            reuse,
        }
    }

    /// An instance that waits for this owner, if one may be used, or a place for a new one.
    pub(crate) async fn take(&self, owner: &Owner, reusable: bool) -> Taken {
        if reusable && let Some(live) = self.idle.lock().take(owner) {
            return Taken::Kept(live);
        }
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return Taken::Place(place);
        }
        let _waits = Waits::here(&self.waiting);
        // Dropped outside the lock: its memory goes back to the pool, and then its place.
        let longest_idle = self.idle.lock().take_longest_idle();
        drop(longest_idle);
        let place = Arc::clone(&self.places).acquire_owned().await;
        Taken::Place(place.expect("the semaphore lives as long as this and is never closed"))
    }

    /// Keeps an instance whose call ended well, unless it grew too large.
    pub(crate) fn keep(&self, mut live: Box<Live>) {
        if !self.reuse || live.memory() > KEPT_BYTES {
            return;
        }
        live.idle_since = Instant::now();
        let mut over = Vec::new();
        {
            let mut idle = self.idle.lock();
            // Looked at under the lock: who waits has counted itself before it looked for an idle one.
            if self.waiting.load(Ordering::SeqCst) > 0 {
                over.push(live);
            } else {
                idle.keep(live);
            }
            while idle.held > ALL_KEPT_BYTES {
                over.extend(idle.take_longest_idle());
            }
        }
        drop(over);
    }

    /// Instances that wait for another call, and room for further ones.
    pub(crate) fn idle_and_free(&self) -> (usize, usize) {
        (self.idle.lock().guests.len(), self.places.available_permits())
    }

    /// Drops the instances that nobody asked for in a while.
    pub(crate) fn trim(&self) {
        let mut over = Vec::new();
        {
            let mut idle = self.idle.lock();
            while idle.guests.front().is_some_and(|live| live.idle_since.elapsed() > KEPT_FOR) {
                over.extend(idle.take_longest_idle());
            }
        }
        drop(over);
    }
}

/// Counts who waits, for as long as it does.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    fn here(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::SeqCst);
        Self(waiting)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Live {
    pub(crate) fn new(store: Store<Guest>, owner: Owner, place: OwnedSemaphorePermit) -> Box<Self> {
        Box::new(Self { store, world: None, owner, idle_since: Instant::now(), _place: place })
    }

    fn memory(&self) -> usize {
        self.store.data().memory()
    }
}

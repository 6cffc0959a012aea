//! The governor: how often Graph is called for an app registration. A call that would go beyond what its cloud allows,
//! or what Graph has just said, waits a little, or is not sent and tells its event to come again.
//!
//! In a cloud without limits, as long as Graph has throttled nobody, it costs one look at a flag.

mod app;
mod lane;
mod retry_after;

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hasher, RandomState},
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use http::Method;
use parking_lot::RwLock;
use tieline_identity::{Connections, Identity, Registration};
use tieline_types::{ConnectionKey, throttle::Family};

use app::App;

pub(crate) use retry_after::{Throttles, throttles};

/// How long one call may wait here; a longer wait is the event's.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

/// Something that is counted apart: the hash of its id, since only sameness counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Scope(u64);

impl Scope {
    pub(crate) const NONE: Self = Self(0);

    /// The scope of an id, in whatever case; none for no id.
    pub(crate) fn of(id: &str) -> Self {
        static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        if id.is_empty() {
            return Self::NONE;
        }
        let mut hasher = HASHER.build_hasher();
        id.bytes().for_each(|byte| hasher.write_u8(byte.to_ascii_lowercase()));
        Self(hasher.finish() | 1)
    }
}

/// What a call counts as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Meter {
    pub(crate) method: Method,
    pub(crate) family: Family,
    /// The channel, chat, mailbox, … that it is about.
    pub(crate) place: Scope,
    pub(crate) team: Scope,
}

/// What a request counts as.
#[derive(Debug, Clone)]
pub(crate) enum Metered {
    One(Meter),
    /// Each request of a batch, by its id.
    Each(Vec<(String, Meter)>),
}

impl Metered {
    /// How many calls it stands for.
    pub(crate) fn count(&self) -> u32 {
        match self {
            Self::One(_) => 1,
            Self::Each(meters) => u32::try_from(meters.len()).unwrap_or(u32::MAX),
        }
    }

    fn meters(&self) -> impl Iterator<Item = &Meter> {
        let (one, each) = match self {
            Self::One(meter) => (Some(meter), &[][..]),
            Self::Each(meters) => (None, meters.as_slice()),
        };
        one.into_iter().chain(each.iter().map(|(_, meter)| meter))
    }
}

/// The app registrations of all tenants, each with what it may do.
#[derive(Default)]
pub struct Governor {
    apps: RwLock<HashMap<(String, String, String), Arc<App>>>,
    /// Whether Graph has ever throttled somebody.
    throttled: AtomicBool,
}

/// A call that was let through.
pub(crate) struct Passed {
    registration: Arc<Registration>,
    /// How long it waited.
    pub(crate) waited: Duration,
}

impl Governor {
    /// Lets a call through, perhaps after a wait of at most `patience`. Nothing is held meanwhile: no lock, no
    /// turn of egress, no thread.
    ///
    /// # Errors
    /// How long it would have to wait.
    pub(crate) async fn admit(
        &self,
        connections: &Connections,
        (key, identity): &(ConnectionKey, Identity),
        metered: &Metered,
        patience: Duration,
    ) -> Result<Option<Passed>, Duration> {
        // What is wrong with a connection is told where it is used.
        let Ok(registration) = connections.registration(key).await else { return Ok(None) };
        let mut waited = Duration::ZERO;
        if !registration.limits.is_empty() || self.throttled.load(Ordering::Relaxed) {
            waited = self.app(&registration).admit(metered, person(identity), patience, Instant::now())?;
            if !waited.is_zero() {
                tokio::time::sleep(waited).await;
            }
        }
        Ok(Some(Passed { registration, waited }))
    }

    /// Learns from an answer. Says how long the calls that it throttled should wait, if it did.
    pub(crate) fn learn(
        &self,
        passed: &Passed,
        metered: &Metered,
        throttles: &Throttles,
    ) -> Option<Duration> {
        if throttles.is_none() && !self.throttled.load(Ordering::Relaxed) {
            return None;
        }
        if !throttles.is_none() {
            self.throttled.store(true, Ordering::Relaxed);
        }
        self.app(&passed.registration).learn(metered, throttles, Instant::now())
    }

    fn app(&self, registration: &Registration) -> Arc<App> {
        if let Some(app) = self.apps.read().get(&registration.id)
            && app.is_of(registration)
        {
            return Arc::clone(app);
        }
        let app = Arc::new(App::new(registration));
        self.apps.write().insert(registration.id.clone(), Arc::clone(&app));
        app
    }
}

/// Who signed in; nobody for the app itself.
fn person(identity: &Identity) -> Scope {
    match identity {
        Identity::App => Scope::NONE,
        Identity::Service => Scope::of("service user"),
        Identity::Actor(actor) => Scope::of(&actor.object_id),
    }
}

//! Tapes: all that the connector of an installation with `journal = "full"` was given, asked and was told, sealed
//! under the tenant's key and committed with the settlement of the run.

mod prune;
mod read;

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use parking_lot::Mutex;
use tieline_capabilities::{Left, Services, tape::Recorded};
use tieline_identity::Vault;
use tieline_store::{Batch, Key, Space};
use tieline_types::{
    TenantId, Timestamp,
    run::{RunRecord, TapeState},
    tape::Head,
};
use tokio::sync::Notify;

/// Keeps tapes, and counts their bytes.
pub(crate) struct Tapes {
    services: Arc<Services>,
    vault: Vault,
    /// When this host began: tapes of earlier ones are counted once, later ones as they come.
    begun: Timestamp,
    tenants: Mutex<HashMap<TenantId, Room>>,
    /// Told when a tenant's room is full.
    full: Notify,
}

/// How much a tenant keeps, and may keep, in bytes.
#[derive(Debug, Clone, Copy, Default)]
struct Room {
    kept: u64,
    /// None until the tenant's document was looked at.
    quota: Option<u64>,
}

impl Tapes {
    pub(crate) fn new(services: Arc<Services>, vault: Vault) -> Arc<Self> {
        let begun = services.clock.now();
        Arc::new(Self { services, vault, begun, tenants: Mutex::default(), full: Notify::new() })
    }

    /// Adds what a run left to the batch that settles it, and says so in its record. A tape that cannot be
    /// sealed is given up: the event does not wait for it.
    pub(crate) async fn add_to(
        &self,
        batch: Batch,
        record: &mut RunRecord,
        head: impl FnOnce() -> Head,
        left: Left,
    ) -> Batch {
        let calls = match left {
            Left::Nothing | Left::Compared(_) => return batch,
            Left::Recorded(Recorded::Cut { limit }) => {
                record.tape = TapeState::Cut { limit: limit as u64 };
                return batch;
            }
            Left::Recorded(Recorded::Whole(calls)) => calls,
        };
        let tenant = &record.event.installation.tenant;
        let tape = head().with_calls(&calls);
        let sealed = match self.vault.seal_content(tenant, &purpose(record), tape).await {
            Ok(sealed) => Bytes::from(sealed),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(event = %record.event, error, "a tape could not be sealed; it is not kept");
                return batch;
            }
        };
        let bytes = sealed.len() as u64;
        record.tape = TapeState::Whole { bytes };
        batch.put(place(record), sealed).put(entry(record), bytes.to_string())
    }

    /// Nothing is kept of a tenant any more.
    pub(crate) fn forget(&self, tenant: &TenantId) {
        self.tenants.lock().remove(tenant);
    }

    /// Counts a tape that was committed.
    pub(crate) fn committed(&self, record: &RunRecord) {
        let TapeState::Whole { bytes } = record.tape else { return };
        let mut tenants = self.tenants.lock();
        let room = tenants.entry(record.event.installation.tenant.clone()).or_default();
        room.kept += bytes;
        if room.quota.is_none_or(|quota| room.kept > quota) {
            self.full.notify_one();
        }
    }
}

/// What a tape is sealed for: it opens as that of this run and of no other.
fn purpose(record: &RunRecord) -> String {
    format!("tape of {} at {}", record.event, record.started.0)
}

/// Where a run's tape stands: by age in its tenant, so that the oldest are found without a search.
fn place(record: &RunRecord) -> Key {
    of_run(Key::new(Space::Journal).part(record.event.installation.tenant.as_str()).part("tape"), record)
}

/// Where its size stands, apart from the tape itself: counting reads no tape.
fn entry(record: &RunRecord) -> Key {
    of_run(entries(&record.event.installation.tenant), record)
}

fn entries(tenant: &TenantId) -> Key {
    Key::new(Space::Journal).part(tenant.as_str()).part("size")
}

fn of_run(space: Key, record: &RunRecord) -> Key {
    let installation = record.event.installation.installation.as_str();
    space
        .number(record.started.0)
        .part(installation)
        .part(&record.event.id.to_string())
        .number(record.attempt.into())
}

/// The tape that an entry is about.
fn tape_of(entry: &Key) -> Option<Key> {
    let parts = entry.parts();
    let (tenant, rest) = parts.split_first()?;
    let begin = Key::new(Space::Journal).part(tenant).part("tape");
    Some(rest.iter().skip(1).fold(begin, |key, part| key.part(part)))
}

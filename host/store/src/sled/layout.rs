//! Where what lies in the one tree. The first byte is the kind; stable on disk.
//!
//! | kind | then | value |
//! |---|---|---|
//! | `v` | [`Key`] | [record](super::record): a value |
//! | `b` | event | record: the body of an event, JSON |
//! | `d` | state, event | record: its delivery, JSON; in one state at a time |
//! | `u` | generation, installation, dedupe key | the time until which it counts |
//! | `p` | revision, number, index | a part of a content too large for its record |
//! | `x` | time, record key | nothing: the record expires then |
//! | `s` | time, event | nothing: the event was handled then |
//! | `r` | | the last revision |
//!
//! An event is written `tenant 00 installation 00 id`; names contain no `00`. Numbers are big-endian.

use sled::IVec;
use tieline_types::{DeliveryState, EventId, EventRef, InstallationKey, TenantId, Timestamp};

use crate::{DEDUPE_WINDOW, Key, MAX_KEY, StoreError};

/// The largest content that stays in its record. Larger ones are cut into parts of this size.
pub(super) const INLINE: usize = 4 << 10;

/// The longest key in the tree: a kind and a time before the key of a value.
pub(super) const RECORD_KEY: usize = 1 + 8 + 1 + MAX_KEY;

/// The key of the last revision.
pub(super) const REVISION: &[u8] = b"r";

/// All states, each with its byte.
pub(super) const STATES: [DeliveryState; 3] =
    [DeliveryState::Pending, DeliveryState::Done, DeliveryState::Dead];

pub(super) fn value(key: &Key) -> IVec {
    join(&[b"v", key.as_bytes()])
}

/// The key of a value, from its place in the tree.
pub(super) fn value_key(place: &[u8]) -> Result<Key, StoreError> {
    let key = place.strip_prefix(b"v").and_then(Key::from_bytes);
    key.ok_or(StoreError::Corrupt { what: "a key" })
}

pub(super) fn body(event: &EventRef) -> IVec {
    join(&[b"b", &installation(&event.installation), event.id.as_bytes()])
}

pub(super) fn delivery(state: DeliveryState, event: &EventRef) -> IVec {
    join(&[&deliveries(state), &installation(&event.installation), event.id.as_bytes()])
}

/// The prefix of all deliveries in one state.
pub(super) fn deliveries(state: DeliveryState) -> [u8; 2] {
    match state {
        DeliveryState::Pending => *b"dp",
        DeliveryState::Done => *b"dd",
        DeliveryState::Dead => *b"dx",
    }
}

/// The event of a delivery, from its place in the tree.
pub(super) fn delivered(place: &[u8]) -> Result<EventRef, StoreError> {
    place.get(2..).and_then(event).ok_or(StoreError::Corrupt { what: "a delivery" })
}

/// The generation to which the dedupe keys of a time belong. One that was written in a generation counts in the
/// next at the latest, so whole generations are looked up, and whole generations go: no index says which.
pub(super) fn generation(now: Timestamp) -> u64 {
    now.since(Timestamp(0)).as_secs() / DEDUPE_WINDOW.as_secs()
}

pub(super) fn dedupe(generation: u64, of: &InstallationKey, key: &[u8; 32]) -> IVec {
    join(&[&dedupes(generation), &installation(of), key])
}

/// The prefix of a generation.
pub(super) fn dedupes(generation: u64) -> Vec<u8> {
    [b"u", &generation.to_be_bytes()[..]].concat()
}

pub(super) fn part(revision: u64, number: u32, index: u32) -> IVec {
    join(&[b"p", &revision.to_be_bytes(), &number.to_be_bytes(), &index.to_be_bytes()])
}

pub(super) fn expiry(at: Timestamp, record: &[u8]) -> IVec {
    join(&[b"x", &at.0.to_be_bytes(), record])
}

/// The record that expires, from its place in the tree.
pub(super) fn expiring(place: &[u8]) -> Result<(Timestamp, &[u8]), StoreError> {
    timed(place).ok_or(StoreError::Corrupt { what: "an expiry" })
}

pub(super) fn settled(at: Timestamp, event: &EventRef) -> IVec {
    join(&[b"s", &at.0.to_be_bytes(), &installation(&event.installation), event.id.as_bytes()])
}

/// The event that was handled, from its place in the tree.
pub(super) fn settled_event(place: &[u8]) -> Result<EventRef, StoreError> {
    timed(place).and_then(|(_, rest)| event(rest)).ok_or(StoreError::Corrupt { what: "a handled event" })
}

/// The names of an installation; also the prefix of everything of it.
pub(super) fn installation(of: &InstallationKey) -> Vec<u8> {
    [of.tenant.as_str().as_bytes(), b"\0", of.installation.as_str().as_bytes(), b"\0"].concat()
}

/// The prefix of everything of a tenant.
pub(super) fn tenant(of: &TenantId) -> Vec<u8> {
    [of.as_str().as_bytes(), b"\0"].concat()
}

fn event(bytes: &[u8]) -> Option<EventRef> {
    let (names, id) = bytes.split_at_checked(bytes.len().checked_sub(16)?)?;
    let (tenant, installation) = std::str::from_utf8(names).ok()?.strip_suffix('\0')?.split_once('\0')?;
    Some(EventRef {
        installation: InstallationKey {
            tenant: tenant.parse().ok()?,
            installation: installation.parse().ok()?,
        },
        id: EventId::from_bytes(id.try_into().ok()?),
    })
}

/// What follows the kind: a time, then the rest.
fn timed(place: &[u8]) -> Option<(Timestamp, &[u8])> {
    let (time, rest) = place.get(1..)?.split_first_chunk()?;
    Some((Timestamp(u64::from_be_bytes(*time)), rest))
}

fn join(pieces: &[&[u8]]) -> IVec {
    pieces.concat().into()
}

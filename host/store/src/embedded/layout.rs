//! Where what lies, in one ordered space. The first byte of a key is the kind; stable on disk.
//!
//! | kind | then | value |
//! |---|---|---|
//! | `v` | [`Key`] | [record](super::record): a value |
//! | `b` | event | record: the body of an event, JSON |
//! | `d` | state, event | record: its delivery, JSON; in one state at a time |
//! | `u` | generation, installation, dedupe key | the time until which it counts |
//! | `p` | revision, number, index | a part of a content too large for its record |
//! | `x` `s` `z` | time, record of the log, number | a page of a [calendar](super::calendar) |
//! | `r` | | the last record of the log that is in the tables, and its revision |
//!
//! An event is written `tenant 00 installation 00 id`; names contain no `00`. Numbers are big-endian.

use bytes::Bytes;
use tieline_types::{DeliveryState, EventId, EventRef, InstallationKey, TenantId, Timestamp};

use super::log::Position;
use crate::{DEDUPE_WINDOW, Key, MAX_KEY, StoreError};

/// The largest content that stays in its record. Larger ones are cut into parts of this size, so that lists do
/// not read them.
pub(super) const INLINE: usize = 4 << 10;

/// The longest key: a kind before the key of a value.
pub(super) const RECORD_KEY: usize = 1 + MAX_KEY;

/// The key of the [`Position`] up to which the tables know everything.
pub(super) const POSITION: &[u8] = b"r";

/// All states.
pub(super) const STATES: [DeliveryState; 3] =
    [DeliveryState::Pending, DeliveryState::Done, DeliveryState::Dead];

pub(super) fn value(key: &Key) -> Bytes {
    join(&[b"v", key.as_bytes()])
}

/// The key of a value, from its place.
pub(super) fn value_key(place: &[u8]) -> Result<Key, StoreError> {
    let key = place.strip_prefix(b"v").and_then(Key::from_bytes);
    key.ok_or(StoreError::Corrupt { what: "a key" })
}

pub(super) fn body(event: &EventRef) -> Bytes {
    of_event(b"b", event)
}

pub(super) fn delivery(state: DeliveryState, event: &EventRef) -> Bytes {
    of_event(&deliveries(state), event)
}

/// The prefix of all deliveries in one state.
pub(super) fn deliveries(state: DeliveryState) -> [u8; 2] {
    match state {
        DeliveryState::Pending => *b"dp",
        DeliveryState::Done => *b"dd",
        DeliveryState::Dead => *b"dx",
    }
}

/// The event of a delivery, from its place.
pub(super) fn delivered(place: &[u8]) -> Result<EventRef, StoreError> {
    place.get(2..).and_then(event).ok_or(StoreError::Corrupt { what: "a delivery" })
}

/// The generation to which the dedupe keys of a time belong. One that was written in a generation counts in the
/// next at the latest, so whole generations are looked up, and whole generations go: no calendar says which.
pub(super) fn generation(now: Timestamp) -> u64 {
    now.since(Timestamp(0)).as_secs() / DEDUPE_WINDOW.as_secs()
}

pub(super) fn dedupe(generation: u64, of: &InstallationKey, key: &[u8; 32]) -> Bytes {
    let (tenant, installation) = (of.tenant.as_str().as_bytes(), of.installation.as_str().as_bytes());
    join(&[b"u", &generation.to_be_bytes(), tenant, b"\0", installation, b"\0", key])
}

/// The prefix of a generation.
pub(super) fn dedupes(generation: u64) -> Vec<u8> {
    [b"u", &generation.to_be_bytes()[..]].concat()
}

pub(super) fn part(revision: u64, number: u32, index: u32) -> Bytes {
    join(&[b"p", &revision.to_be_bytes(), &number.to_be_bytes(), &index.to_be_bytes()])
}

/// A page of the calendar of this kind.
pub(super) fn page(calendar: u8, first: Timestamp, record: u64, number: u32) -> Bytes {
    join(&[&[calendar], &first.0.to_be_bytes(), &record.to_be_bytes(), &number.to_be_bytes()])
}

/// The end of all pages of a calendar that begin before this time.
pub(super) fn pages_before(calendar: u8, time: Timestamp) -> Vec<u8> {
    [&[calendar], &time.0.to_be_bytes()[..]].concat()
}

/// The names of an installation; also the prefix of everything of it.
pub(super) fn installation(of: &InstallationKey) -> Vec<u8> {
    [of.tenant.as_str().as_bytes(), b"\0", of.installation.as_str().as_bytes(), b"\0"].concat()
}

/// The prefix of everything of a tenant.
pub(super) fn tenant(of: &TenantId) -> Vec<u8> {
    [of.as_str().as_bytes(), b"\0"].concat()
}

pub(super) fn event(bytes: &[u8]) -> Option<EventRef> {
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

pub(super) fn position(at: Position) -> Bytes {
    join(&[&at.record.to_be_bytes(), &at.revision.to_be_bytes()])
}

pub(super) fn read_position(bytes: &[u8]) -> Option<Position> {
    let (record, revision) = bytes.split_first_chunk()?;
    let (record, revision) = (u64::from_be_bytes(*record), u64::from_be_bytes(revision.try_into().ok()?));
    Some(Position { record, revision })
}

pub(super) fn of_event(kind: &[u8], event: &EventRef) -> Bytes {
    let of = &event.installation;
    let (tenant, installation) = (of.tenant.as_str().as_bytes(), of.installation.as_str().as_bytes());
    join(&[kind, tenant, b"\0", installation, b"\0", event.id.as_bytes()])
}

fn join(pieces: &[&[u8]]) -> Bytes {
    pieces.concat().into()
}

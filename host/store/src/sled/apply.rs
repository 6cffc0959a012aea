//! One batch: its expectations, then its changes, on a draft.

use tieline_types::{Delivery, DeliveryState, EventRef, Timestamp};

use super::{
    count::Counts,
    draft::Draft,
    layout::{self, STATES},
    prepare::{Change, Prepared},
    read,
    record::{Record, Writer, erase},
};
use crate::{CommitError, DEDUPE_WINDOW, Expect, Fingerprint, StoreError};

/// Changes the draft as the batch says, under this revision; for each append says whether the event is new.
/// After an error the draft holds half of the batch and must be undone.
pub(super) fn apply(
    batch: &Prepared,
    draft: &mut Draft<'_>,
    revision: u64,
    now: Timestamp,
) -> Result<Vec<bool>, CommitError> {
    batch.expect.iter().try_for_each(|expect| check(expect, draft, now))?;
    let mut writer = Writer::new(draft, revision);
    let (mut appended, mut counts) = (Vec::new(), Counts::default());
    for change in &batch.changes {
        match change {
            Change::Put { place, value, expires } => {
                let before = writer.replace(place.clone(), value, *expires)?;
                before.iter().for_each(|record| counts.removed(place, record));
                counts.added(place, value.len());
            }
            Change::Delete { place } => {
                let before = erase(writer.draft, place.clone())?;
                before.iter().for_each(|record| counts.removed(place, record));
            }
            Change::Append { event, body, delivery, dedupe } => {
                appended.push(append(&mut writer, event, body, delivery, dedupe.as_ref(), now)?);
            }
            Change::Settle { event, delivery, state, handled } => {
                unsettle(writer.draft, event)?;
                writer.write(layout::delivery(*state, event), delivery, None);
                if let Some(handled) = handled {
                    writer.draft.insert(layout::settled(*handled, event), b"".as_slice());
                }
            }
        }
    }
    counts.write(draft, Some(revision))?;
    Ok(appended)
}

fn check(expect: &Expect, draft: &Draft<'_>, now: Timestamp) -> Result<(), CommitError> {
    let (key, holds) = match expect {
        Expect::Revision { key, revision } => {
            let found = Record::find(draft, &layout::value(key))?.filter(|record| record.lives(now));
            (key, found.map(|record| record.revision) == *revision)
        }
        Expect::Range { prefix, after, limit, found } => {
            let entries = read::values(draft, prefix, after.as_ref(), *limit, now)?;
            (prefix, Fingerprint::of(entries.iter().map(|(key, record)| (key, record.revision))) == *found)
        }
    };
    if holds { Ok(()) } else { Err(CommitError::Conflict { key: key.clone() }) }
}

fn append(
    writer: &mut Writer<'_, '_>,
    event: &EventRef,
    body: &[u8],
    delivery: &[u8],
    dedupe: Option<&[u8; 32]>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let place = layout::body(event);
    if writer.draft.get(&place)?.is_some() {
        return Ok(false);
    }
    if let Some(key) = dedupe {
        let generation = layout::generation(now);
        for generation in [generation, generation.saturating_sub(1)] {
            let seen = writer.draft.get(&layout::dedupe(generation, &event.installation, key))?;
            if seen.is_some_and(|until| now.0.to_be_bytes()[..] < *until) {
                return Ok(false);
            }
        }
        let until = now.after(DEDUPE_WINDOW).0.to_be_bytes();
        writer.draft.insert(layout::dedupe(generation, &event.installation, key), &until);
    }
    writer.write(place, body, None);
    writer.write(layout::delivery(DeliveryState::Pending, event), delivery, None);
    Ok(true)
}

/// Takes the event out of the state in which it is.
fn unsettle(draft: &mut Draft<'_>, event: &EventRef) -> Result<(), CommitError> {
    for state in STATES {
        let place = layout::delivery(state, event);
        let Some(record) = Record::find(draft, &place)? else { continue };
        if state == DeliveryState::Done {
            let delivery: Delivery = read::json(&record.content(draft)?, "a delivery")?;
            if let Some(handled) = delivery.settled {
                draft.remove(layout::settled(handled, event));
            }
        }
        erase(draft, place)?;
        return Ok(());
    }
    Err(CommitError::UnknownEvent(event.clone()))
}

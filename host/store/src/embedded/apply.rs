//! One batch: its expectations, then its changes, on a draft.

use tieline_types::{DeliveryState, EventRef, Timestamp};

use super::{
    calendar::{self, Calendar},
    count::Counts,
    layout::{self, STATES},
    prepare::{Change, Prepared},
    read,
    record::{Form, Record, Writer, erase},
    table::{Draft, View},
};
use crate::{CommitError, DEDUPE_WINDOW, Expect, Fingerprint, StoreError};

/// Changes the draft as the batch says, under this revision; for each append says whether the event is new.
/// After an error the draft holds half of the batch.
pub(super) fn apply(
    batch: Prepared,
    draft: &mut Draft<'_>,
    calendar: &mut Calendar,
    revision: u64,
    now: Timestamp,
) -> Result<Vec<bool>, CommitError> {
    batch.expect.iter().try_for_each(|expect| check(expect, &draft.view(), now))?;
    let mut writer = Writer::new(draft, calendar, revision);
    let (mut appended, mut counts) = (Vec::new(), Counts::default());
    for change in batch.changes {
        match change {
            Change::Put { place, form } => {
                counts.added(&place, form.len());
                let before = writer.replace(&place, form)?;
                before.iter().for_each(|record| counts.removed(&place, record));
            }
            Change::Rewrite { place, form } => {
                let before = Record::find(&writer.draft.view(), &place)?;
                if let Some(before) = before.filter(|record| record.lives(now)) {
                    counts.added(&place, form.len());
                    counts.removed(&place, &before);
                    before.erase(writer.draft, &place);
                    writer.write(place, form.until(before.expires()));
                }
            }
            Change::Delete { place } => {
                let before = erase(writer.draft, &place)?;
                before.iter().for_each(|record| counts.removed(&place, record));
            }
            Change::Append { event, body, delivery, dedupe } => {
                appended.push(append(&mut writer, &event, body, delivery, dedupe.as_ref(), now)?);
            }
            Change::Settle { event, delivery, state, settled } => {
                let tenant = &event.installation.tenant;
                counts.stands(tenant, unsettle(writer.draft, &event)?, -1);
                counts.stands(tenant, state, 1);
                writer.write(layout::delivery(state, &event), delivery);
                let calendar = match state {
                    DeliveryState::Pending => None,
                    DeliveryState::Done => Some(calendar::HANDLED),
                    DeliveryState::Dead => Some(calendar::DEAD),
                };
                if let Some((calendar, at)) = calendar.zip(settled) {
                    writer.calendar.settled(calendar, at, &event);
                }
            }
        }
    }
    counts.write(draft, calendar, Some(revision))?;
    Ok(appended)
}

fn check(expect: &Expect, view: &View<'_>, now: Timestamp) -> Result<(), CommitError> {
    let (key, holds) = match expect {
        Expect::Revision { key, revision } => {
            let found = Record::find(view, &layout::value(key))?.filter(|record| record.lives(now));
            (key, found.map(|record| record.revision) == *revision)
        }
        Expect::Range { prefix, after, limit, found } => {
            let entries = read::values(view, prefix, after.as_ref(), *limit, now)?;
            (prefix, Fingerprint::of(entries.iter().map(|(key, record)| (key, record.revision))) == *found)
        }
    };
    if holds { Ok(()) } else { Err(CommitError::Conflict { key: key.clone() }) }
}

fn append(
    writer: &mut Writer<'_, '_>,
    event: &EventRef,
    body: Form,
    delivery: Form,
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
        let place = layout::dedupe(generation, &event.installation, key);
        writer.draft.insert(place, until.to_vec().into());
    }
    writer.write(place, body);
    writer.write(layout::delivery(DeliveryState::Pending, event), delivery);
    Ok(true)
}

/// Takes the event out of the state in which it is, and says which that was.
fn unsettle(draft: &mut Draft<'_>, event: &EventRef) -> Result<DeliveryState, CommitError> {
    for state in STATES {
        if erase(draft, &layout::delivery(state, event))?.is_some() {
            return Ok(state);
        }
    }
    Err(CommitError::UnknownEvent(event.clone()))
}

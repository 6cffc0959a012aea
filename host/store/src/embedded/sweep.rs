//! Deletes what has had its time, a little at a time.

use bytes::Bytes;
use tieline_types::{Delivery, DeliveryState, EventRef, Timestamp};

use super::{
    calendar::{self, Calendar},
    count::Counts,
    layout, read,
    record::{Record, erase},
    table::{Draft, after_all},
};
use crate::{Key, Retention, Space, StoreError, Swept};

/// How many entries of each kind one sweep looks at: few enough that commits waiting behind it do not notice.
const STEP: usize = 128;

/// After so many entries that belong to other events, looking for the right place is cheaper than going on.
const FAR: usize = 32;

pub(super) fn sweep(
    draft: &mut Draft<'_>,
    calendar: &mut Calendar,
    retention: Retention,
    now: Timestamp,
) -> Result<Swept, StoreError> {
    let mut swept = Swept::default();
    let expired = Timestamp(now.0.saturating_add(1));
    let mut counts = Counts::default();
    for (time, place) in due(draft, calendar, calendar::EXPIRES, expired, &mut swept.more)? {
        // Written anew since, it expires at another time, or never.
        if Record::find(&draft.view(), &place)?.is_some_and(|record| record.expires_at(time)) {
            let record = erase(draft, &place)?;
            record.iter().for_each(|record| counts.removed(&place, record));
            swept.expired += 1;
        }
    }
    counts.write(draft, calendar, None)?;
    let settled = [
        (calendar::HANDLED, retention.handled_before, DeliveryState::Done, &mut swept.events),
        (calendar::DEAD, retention.dead_before, DeliveryState::Dead, &mut swept.dead_letters),
    ];
    let mut gone = Vec::new();
    for (kind, before, state, count) in settled {
        for (time, event) in due(draft, calendar, kind, before, &mut swept.more)? {
            let event = layout::event(&event).ok_or(StoreError::Corrupt { what: "a calendar" })?;
            if forget(draft, &event, state, time)? {
                *count += 1;
                gone.push(event);
            }
        }
    }
    gone.sort_unstable();
    [Space::Effect, Space::Run].into_iter().try_for_each(|space| forget_values(draft, space, &gone))?;
    let over = layout::dedupes(layout::generation(now).saturating_sub(1));
    let dedupes = draft.view().range(b"u", &over).take(STEP).collect::<Result<Vec<_>, _>>()?;
    swept.more |= dedupes.len() == STEP;
    swept.expired += dedupes.len();
    dedupes.into_iter().for_each(|(place, _)| draft.remove(place));
    Ok(swept)
}

/// Takes what is due out of a calendar, some pages at once; says whether more is due.
fn due(
    draft: &mut Draft<'_>,
    calendar: &mut Calendar,
    kind: u8,
    before: Timestamp,
    more: &mut bool,
) -> Result<Vec<calendar::Entry>, StoreError> {
    let mut found = Vec::new();
    while let Some((place, page)) = calendar::due(&draft.view(), kind, before)? {
        if found.len() >= STEP {
            *more = true;
            break;
        }
        draft.remove(place);
        let (due, later): (Vec<_>, Vec<_>) = page.into_iter().partition(|(time, _)| *time < before);
        later.into_iter().for_each(|(time, entry)| calendar.add(kind, time, entry));
        found.extend(due);
    }
    Ok(found)
}

/// Removes an event, if it is in this state since this time.
fn forget(
    draft: &mut Draft<'_>,
    event: &EventRef,
    state: DeliveryState,
    since: Timestamp,
) -> Result<bool, StoreError> {
    let place = layout::delivery(state, event);
    let Some(record) = Record::find(&draft.view(), &place)? else { return Ok(false) };
    let delivery: Delivery = read::json(&record.content(&draft.view())?, "a delivery")?;
    if delivery.settled != Some(since) {
        return Ok(false);
    }
    erase(draft, &place)?;
    erase(draft, &layout::body(event))?;
    Ok(true)
}

/// Removes what is stored about these events, which are in order. Events that were handled together mostly lie
/// together, so one pass finds what belongs to many of them.
fn forget_values(draft: &mut Draft<'_>, space: Space, events: &[EventRef]) -> Result<(), StoreError> {
    let end = after_all(&layout::value(&Key::new(space)));
    let mut found = Vec::new();
    {
        let (view, mut pass) = (draft.view(), None);
        for event in events {
            let prefix = layout::value(&Key::of_event(space, event));
            let begin = || view.range(&prefix, &end).peekable();
            let entries = pass.get_or_insert_with(begin);
            let mut passed = 0;
            while entries.next_if(|next| next.as_ref().is_ok_and(|(place, _)| *place < prefix)).is_some() {
                passed += 1;
                if passed == FAR {
                    *entries = begin();
                }
            }
            let of_event = |next: &Result<(Bytes, Bytes), _>| {
                next.as_ref().map_or(true, |(place, _)| place.starts_with(&prefix))
            };
            while let Some(next) = entries.next_if(of_event) {
                found.push(next?);
            }
        }
    }
    for (place, raw) in found {
        Record::parse(raw)?.erase(draft, place);
    }
    Ok(())
}

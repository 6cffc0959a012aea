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

/// The kind of dedupe keys, which need no calendar: whole generations of them go.
const DEDUPES: u8 = b'u';

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
    // Nothing lies before these places when all of this is done.
    let mut heads = Vec::new();
    let mut counts = Counts::default();
    let records = due(draft, calendar, calendar::EXPIRES, expired)?;
    swept.more |= records.more;
    heads.extend(records.last.map(|last| (calendar::EXPIRES, last)));
    for (time, place) in records.entries {
        // Written anew since, it expires at another time, or never.
        let record = Record::find(&draft.view(), &place)?;
        if let Some(record) = record.filter(|record| record.expires_at(time)) {
            record.erase(draft, &place);
            counts.removed(&place, &record);
            swept.expired += 1;
        }
    }
    let settled = [
        (calendar::HANDLED, retention.handled_before, DeliveryState::Done, &mut swept.events),
        (calendar::DEAD, retention.dead_before, DeliveryState::Dead, &mut swept.dead_letters),
    ];
    let mut gone = Vec::new();
    for (kind, before, state, count) in settled {
        let events = due(draft, calendar, kind, before)?;
        swept.more |= events.more;
        heads.extend(events.last.map(|last| (kind, last)));
        for (time, event) in events.entries {
            let event = layout::event(&event).ok_or(StoreError::Corrupt { what: "a calendar" })?;
            if forget(draft, &event, state, time)? {
                *count += 1;
                counts.stands(&event.installation.tenant, state, -1);
                gone.push(event);
            }
        }
    }
    counts.write(draft, calendar, None)?;
    gone.sort_unstable();
    [Space::Effect, Space::Run].into_iter().try_for_each(|space| forget_values(draft, space, &gone))?;
    let over = layout::dedupes(layout::generation(now).saturating_sub(1));
    let dedupes = draft.view().range(calendar.head(&DEDUPES), &over).take(STEP);
    let dedupes = dedupes.collect::<Result<Vec<_>, _>>()?;
    swept.more |= dedupes.len() == STEP;
    swept.expired += dedupes.len();
    dedupes.iter().for_each(|(place, _)| draft.remove(place));
    heads.extend(dedupes.last().map(|(place, _)| (DEDUPES, place.clone())));
    heads.into_iter().for_each(|(kind, place)| calendar.begin_at(kind, &place));
    Ok(swept)
}

/// What a sweep took out of a calendar, whether more is due, and the last place that it took.
#[derive(Default)]
struct Due {
    entries: Vec<calendar::Entry>,
    more: bool,
    last: Option<Bytes>,
}

/// Takes what is due out of a calendar, some pages at once.
fn due(
    draft: &mut Draft<'_>,
    calendar: &mut Calendar,
    kind: u8,
    before: Timestamp,
) -> Result<Due, StoreError> {
    let mut due = Due::default();
    for (place, page) in calendar.due(&draft.view(), kind, before, STEP)? {
        draft.remove(&place);
        due.last = Some(place);
        let (now, later): (Vec<_>, Vec<_>) = page.into_iter().partition(|(time, _)| *time < before);
        later.into_iter().for_each(|(time, entry)| calendar.add(kind, time, entry));
        due.entries.extend(now);
    }
    due.more = due.entries.len() >= STEP;
    Ok(due)
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
    record.erase(draft, &place);
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
        Record::parse(raw)?.erase(draft, &place);
    }
    Ok(())
}

//! Deletes what has had its time, a little at a time.

use sled::IVec;
use tieline_types::{DeliveryState, EventRef, Timestamp};

use super::{
    count::Counts,
    draft::Draft,
    layout,
    record::{Record, erase},
};
use crate::{Key, Space, StoreError, Swept};

/// How many indexed entries of each kind one sweep looks at: few enough that commits waiting behind it do not
/// notice.
const STEP: usize = 256;

pub(super) fn sweep(
    draft: &mut Draft<'_>,
    settled_before: Timestamp,
    now: Timestamp,
) -> Result<Swept, StoreError> {
    let due = places(draft, b"x", &layout::expiry(now, &[0xff]))?;
    let handled = places(draft, b"s", &[b"s", &settled_before.0.to_be_bytes()[..]].concat())?;
    let over = layout::dedupes(layout::generation(now).saturating_sub(1));
    let dedupes = places(draft, b"u", &over)?;
    let more = [&due, &handled, &dedupes].iter().any(|found| found.len() == STEP);
    let mut swept = Swept { expired: dedupes.len(), events: handled.len(), more };
    dedupes.into_iter().for_each(|place| draft.remove(place));
    let mut counts = Counts::default();
    for index in due {
        let (time, place) = layout::expiring(&index)?;
        // Written anew since, it expires at another time, or never.
        if Record::find(draft, place)?.is_some_and(|record| record.expires_at(time)) {
            let record = erase(draft, place.into())?;
            record.iter().for_each(|record| counts.removed(place, record));
            swept.expired += 1;
        }
        draft.remove(index);
    }
    counts.write(draft, None)?;
    for index in handled {
        forget(draft, &layout::settled_event(&index)?)?;
        draft.remove(index);
    }
    Ok(swept)
}

fn forget(draft: &mut Draft<'_>, event: &EventRef) -> Result<(), StoreError> {
    erase(draft, layout::body(event))?;
    erase(draft, layout::delivery(DeliveryState::Done, event))?;
    for space in [Space::Effect, Space::Run] {
        let prefix = layout::value(&Key::of_event(space, event));
        let of_event: Vec<_> = draft.range(&prefix, &prefix).collect::<Result<_, _>>()?;
        for (place, _) in of_event {
            erase(draft, place)?;
        }
    }
    Ok(())
}

/// The first places with this prefix that lie before `end`.
fn places(draft: &Draft<'_>, prefix: &[u8], end: &[u8]) -> Result<Vec<IVec>, StoreError> {
    let entries = draft.range(prefix, prefix).map(|entry| entry.map(|(place, _)| place));
    entries.take(STEP).take_while(|place| place.as_ref().map_or(true, |place| &place[..] < end)).collect()
}

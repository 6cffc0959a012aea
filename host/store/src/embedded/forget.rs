//! Forgets a tenant, a little at a time. What the calendars still say of it is found to hold no more when its time comes.

use bytes::Bytes;
use tieline_types::{DeliveryState, TenantId, Timestamp};

use super::{
    calendar::Calendar,
    count::Counts,
    layout::{self, STATES},
    record::{Record, erase},
    table::{Draft, View, after_all},
};
use crate::{Key, Space, StoreError, Swept};

/// How many things one step takes: few enough that commits waiting behind it do not notice.
const STEP: usize = 128;

pub(super) fn forget(
    draft: &mut Draft<'_>,
    calendar: &mut Calendar,
    tenant: &TenantId,
    now: Timestamp,
) -> Result<Swept, StoreError> {
    let (mut swept, mut counts) = (Swept::default(), Counts::default());
    let whose = layout::tenant(tenant);
    for state in STATES {
        let prefix = [&layout::deliveries(state)[..], &whose].concat();
        for (place, _) in some(&draft.view(), &prefix, &swept)? {
            erase(draft, &layout::body(&layout::delivered(&place)?))?;
            erase(draft, &place)?;
            counts.stands(tenant, state, -1);
            match state {
                DeliveryState::Dead => swept.dead_letters += 1,
                DeliveryState::Pending | DeliveryState::Done => swept.events += 1,
            }
        }
    }
    // Older generations count no more.
    let generation = layout::generation(now);
    for generation in [generation.saturating_sub(1), generation] {
        let prefix = [layout::dedupes(generation), whose.clone()].concat();
        for (place, _) in some(&draft.view(), &prefix, &swept)? {
            draft.remove(&place);
            swept.expired += 1;
        }
    }
    for space in Space::all().filter(|space| space.is_of_tenants()) {
        let prefix = layout::value(&Key::new(space).part(tenant.as_str()));
        for (place, raw) in some(&draft.view(), &prefix, &swept)? {
            let record = Record::parse(raw)?;
            record.erase(draft, &place);
            counts.removed(&place, &record);
            swept.expired += 1;
        }
    }
    counts.write(draft, calendar, None)?;
    swept.more = taken(&swept) == STEP;
    Ok(swept)
}

fn taken(swept: &Swept) -> usize {
    swept.expired + swept.events + swept.dead_letters
}

/// The first entries under a prefix, as many as this step still takes.
fn some(view: &View<'_>, prefix: &[u8], swept: &Swept) -> Result<Vec<(Bytes, Bytes)>, StoreError> {
    view.range(prefix, &after_all(prefix)).take(STEP - taken(swept)).collect()
}

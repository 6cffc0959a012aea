//! Events of a tenant, newest or oldest first.

use std::collections::BinaryHeap;

use bytes::Bytes;
use tieline_types::{Delivery, DeliveryState, Event, EventId, EventRef, InstallationKey, TenantId};

use super::{
    layout::{self, STATES},
    read::Reader,
    table::Entries,
};
use crate::{EventFilter, StoreError};

/// Greater than the rest of any place under a prefix.
const LAST: [u8; 17] = [0xff; 17];

/// A list of deliveries in order of their ids, and its first entry not given yet: the newest, or the oldest.
struct Head<'v> {
    event: EventRef,
    raw: Bytes,
    rest: Entries<'v>,
    oldest_first: bool,
}

impl Reader<'_> {
    /// Merges one ordered list for each installation and state: reads as many events as it returns, and one
    /// more for each list.
    pub(super) fn events(
        &self,
        tenant: &TenantId,
        filter: &EventFilter,
        after: Option<EventId>,
        limit: usize,
    ) -> Result<Vec<(Event, Delivery)>, StoreError> {
        let oldest_first = filter.oldest_first;
        let (from, end) = match after.as_ref().map(EventId::as_bytes) {
            None => (Vec::new(), LAST.to_vec()),
            Some(after) if oldest_first => ([&after[..], &[0]].concat(), LAST.to_vec()),
            Some(after) => (Vec::new(), after.to_vec()),
        };
        let mut heads = BinaryHeap::new();
        for state in STATES.into_iter().filter(|state| filter.state.is_none_or(|only| only == *state)) {
            for installation in self.installations(tenant, filter, state)? {
                let all = [&layout::deliveries(state)[..], &layout::installation(&installation)].concat();
                let (from, end) = ([&all[..], &from].concat(), [&all[..], &end].concat());
                let rest = if oldest_first {
                    self.view.range(&from, &end)
                } else {
                    self.view.range_back(&from, &end)
                };
                heads.extend(next(rest, oldest_first)?);
            }
        }
        let mut found = Vec::new();
        while found.len() < limit
            && let Some(Head { event, raw, rest, .. }) = heads.pop()
        {
            found.push(self.delivered(&event, raw)?);
            heads.extend(next(rest, oldest_first)?);
        }
        Ok(found)
    }

    /// The installations of a tenant that have events in this state: one step for each, however many events.
    fn installations(
        &self,
        tenant: &TenantId,
        filter: &EventFilter,
        state: DeliveryState,
    ) -> Result<Vec<InstallationKey>, StoreError> {
        if let Some(installation) = &filter.installation {
            let installation = installation.clone();
            return Ok(vec![InstallationKey { tenant: tenant.clone(), installation }]);
        }
        let all = [&layout::deliveries(state)[..], &layout::tenant(tenant)].concat();
        let end = [&all[..], &LAST].concat();
        let mut from = all;
        let mut found = Vec::new();
        while let Some(entry) = self.view.range(&from, &end).next() {
            let installation = layout::delivered(&entry?.0)?.installation;
            from = [&layout::deliveries(state)[..], &layout::installation(&installation), &LAST].concat();
            found.push(installation);
        }
        Ok(found)
    }
}

fn next(mut rest: Entries<'_>, oldest_first: bool) -> Result<Option<Head<'_>>, StoreError> {
    let Some((place, raw)) = rest.next().transpose()? else { return Ok(None) };
    Ok(Some(Head { event: layout::delivered(&place)?, raw, rest, oldest_first }))
}

impl Ord for Head<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let by_age = self.event.id.cmp(&other.event.id).then_with(|| self.event.cmp(&other.event));
        if self.oldest_first { by_age.reverse() } else { by_age }
    }
}

impl PartialOrd for Head<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.event == other.event
    }
}

impl Eq for Head<'_> {}

//! Events of a tenant, newest first.

use std::collections::BinaryHeap;

use sled::IVec;
use tieline_types::{Delivery, DeliveryState, Event, EventId, EventRef, InstallationKey, TenantId};

use super::{
    draft::unreadable,
    layout::{self, STATES},
    read::Reader,
};
use crate::{EventFilter, StoreError};

/// Greater than the rest of any place under a prefix.
const LAST: [u8; 17] = [0xff; 17];

/// A list of deliveries in order of their ids, and its newest entry not given yet.
struct Head {
    event: EventRef,
    raw: IVec,
    older: sled::Iter,
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
        let end = after.as_ref().map_or(&LAST[..], |id| id.as_bytes());
        let mut heads = BinaryHeap::new();
        for state in STATES.into_iter().filter(|state| filter.state.is_none_or(|only| only == *state)) {
            for installation in self.installations(tenant, filter, state)? {
                let all = [&layout::deliveries(state)[..], &layout::installation(&installation)].concat();
                heads.extend(next(self.tree.range(&all[..]..&[&all, end].concat()[..]))?);
            }
        }
        let mut found = Vec::new();
        while found.len() < limit
            && let Some(Head { event, raw, older }) = heads.pop()
        {
            found.push(self.delivered(&event, raw)?);
            heads.extend(next(older)?);
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
        while let Some(entry) = self.tree.range(&from[..]..&end[..]).next() {
            let installation = layout::delivered(&entry.map_err(unreadable)?.0)?.installation;
            from = [&layout::deliveries(state)[..], &layout::installation(&installation), &LAST].concat();
            found.push(installation);
        }
        Ok(found)
    }
}

fn next(mut older: sled::Iter) -> Result<Option<Head>, StoreError> {
    let Some(entry) = older.next_back() else { return Ok(None) };
    let (place, raw) = entry.map_err(unreadable)?;
    Ok(Some(Head { event: layout::delivered(&place)?, raw, older }))
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.event.id.cmp(&other.event.id).then_with(|| self.event.cmp(&other.event))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.event == other.event
    }
}

impl Eq for Head {}

//! Counting what installations store, and the dead letters of tenants, beside the changes themselves.

use std::collections::BTreeMap;

use bytes::Bytes;
use tieline_types::{DeliveryState, TenantId};

use super::{
    calendar::Calendar,
    layout,
    record::{Form, Record, Writer, erase},
    table::Draft,
};
use crate::{Key, Space, StoreError, Usage, usage::read_count};

/// What a batch or a sweep changes about the usage of installations, and about the dead letters of tenants.
#[derive(Default)]
pub(super) struct Counts {
    usage: BTreeMap<Vec<u8>, Change>,
    dead: BTreeMap<TenantId, i64>,
}

#[derive(Default)]
struct Change {
    keys: i64,
    bytes: i64,
}

impl Counts {
    /// A value stands at this place.
    pub(super) fn added(&mut self, place: &[u8], content: usize) {
        self.change(place, 1, content);
    }

    /// A record stood at this place and does no more.
    pub(super) fn removed(&mut self, place: &[u8], record: &Record) {
        self.change(place, -1, record.len());
    }

    fn change(&mut self, place: &[u8], sign: i64, content: usize) {
        let Some((installation, key)) = in_storage(place) else { return };
        let change = self.usage.entry(installation.to_vec()).or_default();
        change.keys += sign;
        change.bytes += sign * i64::try_from(key.len() + content).unwrap_or(i64::MAX);
    }

    /// An event of a tenant came into a state, or left it.
    pub(super) fn stands(&mut self, tenant: &TenantId, state: DeliveryState, sign: i64) {
        if state != DeliveryState::Dead {
            return;
        }
        match self.dead.get_mut(tenant) {
            Some(count) => *count += sign,
            None => drop(self.dead.insert(tenant.clone(), sign)),
        }
    }

    /// Writes the counts, under this revision or under the one that they have.
    pub(super) fn write(
        self,
        draft: &mut Draft<'_>,
        calendar: &mut Calendar,
        revision: Option<u64>,
    ) -> Result<(), StoreError> {
        for (tenant, change) in self.dead.into_iter().filter(|(_, change)| *change != 0) {
            let place: Bytes = layout::value(&Key::new(Space::DeadLetters).part(tenant.as_str()));
            let before = erase(draft, &place)?;
            let stood = match &before {
                Some(record) => read_count(record.inline())
                    .ok_or(StoreError::Corrupt { what: "a count of dead letters" })?,
                None => 0,
            };
            let count = stood.saturating_add_signed(change);
            if count > 0 {
                let revision = revision.or(before.map(|record| record.revision)).unwrap_or_default();
                Writer::new(draft, calendar, revision).write(place, Form::of(&count.to_be_bytes(), None));
            }
        }
        for (installation, change) in self.usage {
            if change.keys == 0 && change.bytes == 0 {
                continue;
            }
            let place: Bytes = [&[b'v', Space::Usage as u8], &installation[..]].concat().into();
            let before = erase(draft, &place)?;
            let usage = match &before {
                Some(record) => {
                    Usage::from_bytes(record.inline()).ok_or(StoreError::Corrupt { what: "a usage" })?
                }
                None => Usage::default(),
            };
            let keys = usage.keys.saturating_add_signed(change.keys);
            let bytes = usage.bytes.saturating_add_signed(change.bytes);
            if keys > 0 {
                let revision = revision.or(before.map(|record| record.revision)).unwrap_or_default();
                let form = Form::of(&Usage { keys, bytes }.to_bytes(), None);
                Writer::new(draft, calendar, revision).write(place, form);
            }
        }
        Ok(())
    }
}

/// The tenant and installation, each closed, and the connector's own key, if this is the place of an entry in
/// storage.
fn in_storage(place: &[u8]) -> Option<(&[u8], &[u8])> {
    let parts = place.strip_prefix(&[b'v', Space::Storage as u8])?;
    let end = |bytes: &[u8]| bytes.iter().position(|byte| *byte == 0).map(|at| at + 1);
    let tenant = end(parts)?;
    let installation = tenant + end(&parts[tenant..])?;
    let (installation, key) = parts.split_at(installation);
    Some((installation, key.strip_suffix(&[0])?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_entries_of_installations_count() {
        let storage = Key::new(Space::Storage).part("acme").part("desk");
        let entry = layout::value(&storage.clone().part("a\0b/c"));
        let (installation, key) = in_storage(&entry).unwrap();
        assert_eq!((installation, key), (&b"acme\0desk\0"[..], &b"a\x01\x01b/c"[..]));
        for other in [storage, Key::new(Space::Activity).part("acme").part("desk").part("a")] {
            assert!(in_storage(&layout::value(&other)).is_none(), "{other}");
        }
    }
}

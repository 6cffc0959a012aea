//! What is due when: pages of places, each page under the earliest time on it.
//!
//! A group of commits writes one page of each kind that it has entries for, however many they are. An entry is never
//! taken back; whoever reads it looks whether it still holds.

use std::collections::BTreeMap;

use bytes::Bytes;
use tieline_types::{EventRef, Timestamp};

use super::{
    layout,
    table::{Draft, View},
};
use crate::StoreError;

/// Records that expire.
pub(super) const EXPIRES: u8 = b'x';
/// Events that were handled.
pub(super) const HANDLED: u8 = b's';
/// Events that became dead letters.
pub(super) const DEAD: u8 = b'z';

/// The most bytes of a page, unless one entry is longer: as much as any other place holds.
const PAGE: usize = layout::INLINE;

/// When something is due, and what.
pub(super) type Entry = (Timestamp, Bytes);

/// Entries that are not written yet, and where what is written begins.
#[derive(Debug, Default)]
pub(super) struct Calendar {
    entries: Vec<(u8, Timestamp, Bytes)>,
    /// For each kind: nothing lies before this place any more. Whoever looked from the begin of a kind would walk over
    /// all that was ever swept there, until a merge has forgotten it; that happens once after each opening.
    heads: BTreeMap<u8, Bytes>,
}

impl Calendar {
    pub(super) fn expires(&mut self, at: Timestamp, record: Bytes) {
        self.entries.push((EXPIRES, at, record));
    }

    pub(super) fn settled(&mut self, calendar: u8, at: Timestamp, event: &EventRef) {
        self.entries.push((calendar, at, layout::of_event(b"", event)));
    }

    /// An entry as a page had it.
    pub(super) fn add(&mut self, calendar: u8, at: Timestamp, entry: Bytes) {
        self.entries.push((calendar, at, entry));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many entries there are, to [`forget`](Self::forget) later ones.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Drops the entries of a batch that was refused.
    pub(super) fn forget(&mut self, after: usize) {
        self.entries.truncate(after);
    }

    /// The first pages of a calendar that have entries before this time, with so many of those or all that there are;
    /// and where they lie.
    pub(super) fn due(
        &self,
        view: &View<'_>,
        kind: u8,
        before: Timestamp,
        enough: usize,
    ) -> Result<Vec<(Bytes, Vec<Entry>)>, StoreError> {
        let end = layout::pages_before(kind, before);
        let (mut pages, mut found) = (Vec::new(), 0);
        for page in view.range(self.head(&kind), &end) {
            let (place, page) = page?;
            let entries = decode(page).ok_or(StoreError::Corrupt { what: "a calendar" })?;
            found += entries.iter().filter(|(time, _)| *time < before).count();
            pages.push((place, entries));
            if found >= enough {
                break;
            }
        }
        Ok(pages)
    }

    /// Where what there is of a kind begins at the earliest.
    pub(super) fn head<'h>(&'h self, kind: &'h u8) -> &'h [u8] {
        self.heads.get(kind).map_or(std::slice::from_ref(kind), |head| head)
    }

    /// Nothing of this kind lies before this place any more.
    pub(super) fn begin_at(&mut self, kind: u8, place: &[u8]) {
        self.heads.insert(kind, Bytes::copy_from_slice(place));
    }

    /// Writes all entries, as part of this record of the log: once for each record.
    pub(super) fn write(&mut self, draft: &mut Draft<'_>, record: u64) {
        self.entries.sort_unstable();
        let mut size = 0;
        let pages = self.entries.chunk_by(|a, b| {
            size += length(&a.2);
            let together = a.0 == b.0 && size + length(&b.2) <= PAGE;
            size *= usize::from(together);
            together
        });
        for (number, page) in pages.enumerate() {
            let place = layout::page(page[0].0, page[0].1, record, number as u32);
            if let Some(head) = self.heads.get_mut(&page[0].0).filter(|head| **head > place) {
                *head = place.clone();
            }
            draft.insert_new(place, encode(page.iter().map(|(_, time, entry)| (*time, &entry[..]))));
        }
        self.entries.clear();
    }
}

/// How long an entry is on a page, in bytes.
fn length(entry: &[u8]) -> usize {
    10 + entry.len()
}

fn encode<'e>(entries: impl Iterator<Item = (Timestamp, &'e [u8])>) -> Bytes {
    let mut page = Vec::new();
    for (time, entry) in entries {
        page.extend(time.0.to_be_bytes());
        page.extend((entry.len() as u16).to_be_bytes());
        page.extend(entry);
    }
    page.into()
}

fn decode(mut page: Bytes) -> Option<Vec<Entry>> {
    let mut entries = Vec::new();
    while !page.is_empty() {
        let (time, rest) = page.split_first_chunk()?;
        let length = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
        let time = Timestamp(u64::from_be_bytes(*time));
        let mut entry = page.split_off(10);
        page = (length <= entry.len()).then(|| entry.split_off(length))?;
        entries.push((time, entry));
    }
    Some(entries)
}

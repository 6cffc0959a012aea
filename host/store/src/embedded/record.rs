//! The form of what is stored: revision and expiry, then the content or where its parts are.
//!
//! `revision: 8 bytes, expires: 8 bytes (all ones: never), 0, content` or
//! `revision, expires, 1, number: 4 bytes, length: 4 bytes`. A content larger than [`INLINE`] is cut into parts.

use bytes::Bytes;
use serde::Serialize;
use tieline_types::Timestamp;

use super::{
    calendar::Calendar,
    layout::{self, INLINE},
    table::{Draft, View},
};
use crate::StoreError;

/// A record as found: what it says of itself, and the way to its content.
pub(super) struct Record {
    pub(super) revision: u64,
    expires: Timestamp,
    raw: Bytes,
}

const NEVER: Timestamp = Timestamp(u64::MAX);
const HEAD: usize = 17;
const WHOLE: u8 = 0;
const PARTS: u8 = 1;

impl Record {
    pub(super) fn parse(raw: Bytes) -> Result<Self, StoreError> {
        let head: &[u8; HEAD] = raw.first_chunk().ok_or(StoreError::Corrupt { what: "a value" })?;
        Ok(Self { revision: number(&head[..8]), expires: Timestamp(number(&head[8..16])), raw })
    }

    /// The record at this place.
    pub(super) fn find(view: &View<'_>, place: &[u8]) -> Result<Option<Self>, StoreError> {
        view.get(place)?.map(Self::parse).transpose()
    }

    /// Whether it is still to be seen.
    pub(super) fn lives(&self, now: Timestamp) -> bool {
        now < self.expires
    }

    /// When it goes, if it does.
    pub(super) fn expires(&self) -> Option<Timestamp> {
        (self.expires != NEVER).then_some(self.expires)
    }

    /// Whether it was written to expire at this time.
    pub(super) fn expires_at(&self, time: Timestamp) -> bool {
        self.expires == time
    }

    /// What was stored.
    pub(super) fn content(&self, view: &View<'_>) -> Result<Bytes, StoreError> {
        let Some((number, length)) = self.parts() else {
            return Ok(self.raw.slice(HEAD..));
        };
        let mut content = Vec::with_capacity(length);
        for part in self.places(number, length) {
            content
                .extend_from_slice(&view.get(&part)?.ok_or(StoreError::Corrupt { what: "a large value" })?);
        }
        match content.len() == length {
            true => Ok(content.into()),
            false => Err(StoreError::Corrupt { what: "a large value" }),
        }
    }

    /// Length of what was stored.
    pub(super) fn len(&self) -> usize {
        self.parts().map_or(self.inline().len(), |(_, length)| length)
    }

    /// What was stored, if it is small enough to stand in the record.
    pub(super) fn inline(&self) -> &[u8] {
        &self.raw[HEAD..]
    }

    /// Removes it from this place, with its parts.
    pub(super) fn erase(&self, draft: &mut Draft<'_>, place: &[u8]) {
        if let Some((number, length)) = self.parts() {
            self.places(number, length).for_each(|part| draft.remove(&part));
        }
        draft.remove(place);
    }

    fn parts(&self) -> Option<(u32, usize)> {
        let tail: &[u8; 8] = self.raw[HEAD..].first_chunk().filter(|_| self.raw[HEAD - 1] == PARTS)?;
        let (number, length) = ((number(tail) >> 32) as u32, number(tail) as u32);
        Some((number, length as usize))
    }

    fn places(&self, number: u32, length: usize) -> impl Iterator<Item = Bytes> + use<> {
        let revision = self.revision;
        (0..length.div_ceil(INLINE)).map(move |index| layout::part(revision, number, index as u32))
    }
}

/// A record to be written, made by whoever asks for it; the one thread that commits only adds the revision.
pub(super) struct Form {
    /// A head without revision, then the content.
    raw: Vec<u8>,
    expires: Option<Timestamp>,
}

impl Form {
    pub(super) fn of(content: &[u8], expires: Option<Timestamp>) -> Self {
        let mut form = Self::empty(content.len(), expires);
        form.raw.extend_from_slice(content);
        form
    }

    /// None: it has no JSON.
    pub(super) fn json(content: &impl Serialize) -> Option<Self> {
        let mut form = Self::empty(512, None);
        serde_json::to_writer(&mut form.raw, content).ok()?;
        Some(form)
    }

    fn empty(length: usize, expires: Option<Timestamp>) -> Self {
        let mut raw = Vec::with_capacity(HEAD + length);
        raw.extend([0; 8]);
        raw.extend(expires.unwrap_or(NEVER).0.to_be_bytes());
        raw.push(WHOLE);
        Self { raw, expires }
    }

    /// The same content, to go at another time.
    pub(super) fn until(mut self, expires: Option<Timestamp>) -> Self {
        self.raw[8..16].copy_from_slice(&expires.unwrap_or(NEVER).0.to_be_bytes());
        Self { expires, ..self }
    }

    /// The length of the content.
    pub(super) fn len(&self) -> usize {
        self.raw.len() - HEAD
    }
}

/// Writes the records of one batch.
pub(super) struct Writer<'d, 'v> {
    pub(super) draft: &'d mut Draft<'v>,
    pub(super) calendar: &'d mut Calendar,
    revision: u64,
    // Numbers the large contents of this revision.
    large: u32,
}

impl<'d, 'v> Writer<'d, 'v> {
    pub(super) fn new(draft: &'d mut Draft<'v>, calendar: &'d mut Calendar, revision: u64) -> Self {
        Self { draft, calendar, revision, large: 0 }
    }

    /// Writes a record where there is none.
    pub(super) fn write(&mut self, place: Bytes, form: Form) {
        if let Some(expires) = form.expires {
            self.calendar.expires(expires, place.clone());
        }
        let mut raw = form.raw;
        raw[..8].copy_from_slice(&self.revision.to_be_bytes());
        if raw.len() - HEAD > INLINE {
            let content = Bytes::from(raw).split_off(HEAD);
            let mut head = form_head(self.revision, form.expires);
            head.push(PARTS);
            head.extend(self.large.to_be_bytes());
            head.extend((content.len() as u32).to_be_bytes());
            for (index, part) in content.chunks(INLINE).enumerate() {
                let place = layout::part(self.revision, self.large, index as u32);
                self.draft.insert_new(place, content.slice_ref(part));
            }
            self.large += 1;
            raw = head;
        }
        self.draft.insert_new(place, raw.into());
    }

    /// Writes a record in place of another one, if there is one; says what that was.
    pub(super) fn replace(&mut self, place: &Bytes, form: Form) -> Result<Option<Record>, StoreError> {
        let before = erase(self.draft, place)?;
        self.write(place.clone(), form);
        Ok(before)
    }
}

fn form_head(revision: u64, expires: Option<Timestamp>) -> Vec<u8> {
    let mut head = Vec::with_capacity(HEAD + 8);
    head.extend(revision.to_be_bytes());
    head.extend(expires.unwrap_or(NEVER).0.to_be_bytes());
    head
}

/// Removes the record at this place, and its parts; says what it was.
pub(super) fn erase(draft: &mut Draft<'_>, place: &[u8]) -> Result<Option<Record>, StoreError> {
    let Some(record) = Record::find(&draft.view(), place)? else {
        return Ok(None);
    };
    record.erase(draft, place);
    Ok(Some(record))
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
